import { html } from "../sdk/charts/html.js";
import type { FollowedRun, RunFollower } from "../sdk/fluent/follow.js";
import { type EpochEvent, progressLine, trialLine } from "../sdk/workflow/app/progress-line.js";
import { lossPicture } from "./loss-picture.js";
import type { Kernel } from "./tslab.js";

/** Between two pictures of a training, milliseconds. */
const rest = 400;

/**
 * One display that a training changes in place: how far it is, its losses, the best so far. An interrupt of the kernel cancels the run,
 * which keeps its best model.
 */
export function liveTraining(kernel: Kernel, { name, directory }: FollowedRun): RunFollower {
  const epochs: EpochEvent[] = [];
  const signal = { aborted: false };
  const interrupt = (): void => {
    signal.aborted = true;
  };
  process.on("SIGINT", interrupt);
  let line = `train ${name}`;
  let drawn = 0;
  const id = `dymad-${directory}-${Date.now()}`;
  const show = (): void => {
    drawn = Date.now();
    const wish = signal.aborted ? html`<p>Interrupted: the run is being cancelled and keeps its best model.</p>` : "";
    const text = html`<div><p><code>${line}</code></p>${wish}${lossPicture(epochs)}</div>`.text;
    kernel.show({ "text/html": text, "text/plain": line }, id);
  };
  return {
    signal,
    onEvent(event) {
      if (event.kind === "epoch") {
        epochs.push(event);
        line = progressLine(name, event);
      } else if (event.kind === "trial" && event.state === "finished") line = trialLine(name, event);
      if (Date.now() - drawn >= rest) show();
    },
    end(run) {
      process.off("SIGINT", interrupt);
      if (run !== null) line = `${line}\n${run.describe()}`;
      show();
    },
  };
}
