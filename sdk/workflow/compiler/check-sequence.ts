import { compositions } from "../../dynamics/models/composition.js";
import type { ModelSpec } from "../../dynamics/models/spec.js";
import type { TransformStage } from "../../dynamics/transforms/spec.js";
import type { CompletedRequest } from "./complete.js";
import { delayOf } from "./dimensions.js";
import { type IssueList, report } from "./shape.js";

/**
 * A model of windows takes them apart by sample: the chains of states and control end with one delay, the same for both. False when they
 * do not.
 *
 * @param control  columns of control in the data, 0 = none
 */
export function checkSequence(
  model: ModelSpec,
  { transform_x, transform_u }: CompletedRequest,
  control: number,
  list: IssueList,
): boolean {
  if (compositions[model.family].encoder !== "window" || transform_x === null || transform_u === null) return true;
  const delay = delayOf(transform_x);
  if (!endsWithDelay(transform_x)) {
    const message = `${model.family} reads windows of samples, and the states ${delay === 0 ? "have no delay" : "are changed after their delay"}`;
    const hint = `write the delay last, as in [{ type: scaler }, { type: delay, delay: ${delay || 4} }]`;
    report(list, ["overrides", "transform_x"], message, hint);
    return false;
  }
  if (control > 0 && !(endsWithDelay(transform_u) && delayOf(transform_u) === delay)) {
    const message = `the windows of the states are ${delay + 1} samples, those of the control are not`;
    report(list, ["overrides", "transform_u"], message, `end it with { type: delay, delay: ${delay} }`);
    return false;
  }
  return true;
}

/** Whether a chain has one delay, and nothing behind it changes its columns. */
function endsWithDelay(stages: readonly TransformStage[]): boolean {
  const at = stages.findIndex(({ type }) => type === "delay");
  return at >= 0 && stages.slice(at + 1).every(({ type }) => type === "identity" || type === "scaler");
}
