import { barOf, type EpochEvent, progressLine, trialLine } from "../sdk/workflow/app/progress-line.js";
import type { RunEvent } from "../sdk/workflow/executor/run-event.js";
import type { Terminal } from "./terminal.js";

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
