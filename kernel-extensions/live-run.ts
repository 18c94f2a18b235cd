import type { FollowedRun, RunFollower } from "../sdk/fluent/follow.js";
import { type EpochEvent, progressLine, trialLine } from "../sdk/workflow/app/progress-line.js";
import { LiveDisplay } from "./live-display.js";
import { lossPicture, trialsPicture } from "./live-pictures.js";
import type { Kernel } from "./tslab.js";

/**
 * One display that a training or a search changes in place: how far it is, its losses or the results of its trials, the best so far. An
 * interrupt of the kernel cancels the run, which keeps its best model; a run that was begun elsewhere goes on, and is only left.
 */
export function liveRun(kernel: Kernel, { name, directory, attached }: FollowedRun): RunFollower {
  const epochs: EpochEvent[] = [];
  const trials: (number | null)[] = [];
  let lines = [`${attached ? "follow" : "train"} ${name}`];
  const interrupted = attached
    ? "the run goes on; cancel() stops it, follow() comes back to it."
    : "the run is being cancelled and keeps its best model.";
  const picture = (): ReturnType<typeof lossPicture> => (trials.length > 0 ? trialsPicture(trials) : lossPicture(epochs));
  const display = new LiveDisplay(kernel, () => ({ line: lines.join("\n"), picture: picture() }), interrupted);
  display.changed();
  return {
    signal: display.signal,
    onEvent(event) {
      if (event.kind === "epoch") {
        epochs.push(event);
        lines = [progressLine(name, event)];
      } else if (event.kind === "trial") {
        if (event.state === "finished") trials.push(event.value);
        lines = [trialLine(name, event)];
      } else return;
      display.changed();
    },
    end(run) {
      if (run !== null) lines = [...lines, run.describe()];
      else if (attached) lines = [...lines, `The run in ${directory} is not followed any more.`];
      display.end();
    },
  };
}
