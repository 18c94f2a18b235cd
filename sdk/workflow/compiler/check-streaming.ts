import type { ModelSpec } from "../../dynamics/models/spec.js";
import type { LinearMethod } from "../../dynamics/training/config.js";
import { hasObjective, isStreaming } from "../../dynamics/training/phase-kinds.js";
import type { PlacedPhase } from "./phases.js";
import { type IssueList, type Path, report } from "./shape.js";

/** Sums of pairs hold while the coordinates do, for methods that need no more than pairs. */
export function checkStreaming(method: LinearMethod, { family }: ModelSpec, path: Path, list: IssueList): void {
  const place = [...path, "kwargs", "streaming"];
  if (family !== "dmd") {
    const message = `is for dmd, and the coordinates of ${family} are learned: sums of pairs would be of others`;
    report(list, place, message, "write model_key: dmd with the observables as transforms", "E_UNSUPPORTED");
  } else if (method === "optimised" || method === "bagged") {
    const message = `keeps sums of pairs, and ${method} needs whole trajectories`;
    report(list, place, message, "write method: full, truncated, total_least_squares or forward_backward", "E_UNSUPPORTED");
  }
}

/** The sums of a run are those of its model when one phase alone makes it: any other would know the pairs of one piece only. */
export function checkSoleTraining(placed: readonly PlacedPhase[], list: IssueList): void {
  const training = placed.filter(({ phase }) => hasObjective(phase));
  const streaming = training.find(({ phase }) => isStreaming(phase));
  if (streaming === undefined || training.length === 1) return;
  const others = training.filter((one) => one !== streaming).map(({ phase }) => phase.name);
  const message = `keeps sums of pairs, and ${others.join(", ")} would train the model too, on the pairs of one piece alone`;
  const hint = "leave the streaming phase as the only one that trains, outside of repeat blocks";
  report(list, [...streaming.path, "kwargs", "streaming"], message, hint, "E_UNSUPPORTED");
}
