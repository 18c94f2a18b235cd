import { formatDuration } from "../sdk/charts/numbers.js";
import type { TrainingEvent } from "../sdk/dynamics/training/events.js";
import { candidateText, type RunEvent, type TrialEvent } from "../sdk/workflow/executor/run-event.js";
import type { Terminal } from "./terminal.js";

type EpochEvent = Extract<TrainingEvent, { kind: "epoch" }>;

/** How far a piece of work around a training has come. */
export interface StageEvent {
  readonly text: string;
  readonly done: number;
  readonly of: number;
}

const rewriteMilliseconds = 100;
const lineMilliseconds = 3000;

/** Shows a training on stderr: one line that is rewritten on a terminal, else a line every few seconds, JSON lines with --json. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #model: string;
  #shown = 0;
  #drawn = false;

  constructor(terminal: Terminal, model: string) {
    this.#terminal = terminal;
    this.#model = model;
  }

  readonly tell = (event: RunEvent): void => {
    if (this.#terminal.json) this.#terminal.err(`${JSON.stringify(event)}\n`);
    else if (event.kind === "warning") this.#line(`warning: ${event.message}`);
    else if (event.kind === "epoch") this.#epoch(event);
    else if (event.kind === "trial" && event.state === "finished")
      this.#show(() => trialLine(this.#model, event), event.done === event.of);
  };

  /** Work around a training, such as the choice among candidates. */
  readonly stage = (stage: StageEvent): void => {
    if (this.#terminal.json) this.#terminal.err(`${JSON.stringify({ kind: "stage", ...stage })}\n`);
    else this.#show(() => `${barOf(stage.done, stage.of)} ${stage.done}/${stage.of}  ${stage.text}`, stage.done === stage.of);
  };

  #epoch(event: EpochEvent): void {
    const last = event.epoch === event.epochs && event.phase + 1 === event.phases;
    this.#show(() => progressLine(this.#model, event), last);
  }

  /** Shows a line unless one was shown a moment ago; the last of a series is always shown. */
  #show(line: () => string, last: boolean): void {
    const { interactive, columns } = this.#terminal;
    const now = Date.now();
    if (!last && now - this.#shown < (interactive ? rewriteMilliseconds : lineMilliseconds)) return;
    this.#shown = now;
    const text = line();
    if (interactive) {
      this.#terminal.err(`\r\u001b[2K${text.slice(0, Math.max(20, columns - 1))}`);
      this.#drawn = true;
    } else this.#line(text);
  }

  /** Leaves the rewritten line as it stands and goes to the next. */
  end(): void {
    if (this.#drawn) this.#terminal.err("\n");
    this.#drawn = false;
  }

  #line(text: string): void {
    this.end();
    this.#terminal.err(`${text}\n`);
  }
}

/** `[#####.....]` */
function barOf(done: number, of: number): string {
  const full = Math.round((10 * done) / Math.max(1, of));
  return `[${"#".repeat(full)}${".".repeat(10 - full)}]`;
}

/** `search lti  trial 3/12 [###.......] best 1.1e-2: koopman_dimension 4  ETA 9 s` */
export function trialLine(model: string, { done, of, best, eta_seconds: eta }: TrialEvent): string {
  const count = of === null ? `${done}` : `${done}/${of} ${barOf(done, of)}`;
  const leader = best === null ? "" : ` best ${best.value.toExponential(1)}: ${candidateText(best.params)}`;
  const left = eta === null || eta === 0 ? "" : `  ETA ${formatDuration(eta)}`;
  return `search ${model}  trial ${count}${leader}${left}`;
}

/** `train kbf  phase 2/3 NODE  epoch 120/500 [##........] loss 3.1e-4 best 2.9e-4  410 steps/s  ETA 9 s` */
export function progressLine(model: string, event: EpochEvent): string {
  const { phase, phases, trainer, epoch, epochs, steps_per_second: rate, eta_seconds: eta } = event;
  const best = event.best === null ? "" : ` best ${event.best.toExponential(1)}`;
  const head = `train ${model}  phase ${phase + 1}/${phases} ${trainer}  epoch ${epoch}/${epochs} ${barOf(epoch, epochs)}`;
  const losses = `${head} loss ${event.train_total.toExponential(1)}${best}`;
  if (rate === null) return losses;
  const left = eta === null || eta === 0 ? "" : `  ETA ${formatDuration(eta)}`;
  return `${losses}  ${rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)} steps/s${left}`;
}
