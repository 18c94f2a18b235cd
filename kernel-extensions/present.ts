import { DymadError } from "../sdk/errors.js";
import { DatasetPlan } from "../sdk/fluent/dataset-plan.js";
import { Evaluation } from "../sdk/fluent/evaluation.js";
import { Run } from "../sdk/fluent/run.js";
import { TrainPlan } from "../sdk/fluent/train-plan.js";
import { bundleOf, type MimeBundle, type View } from "./bundle.js";
import { datasetView } from "./views/dataset-view.js";
import { errorView } from "./views/error-view.js";
import { evaluationView } from "./views/evaluation-view.js";
import { planView } from "./views/plan-view.js";
import { runView } from "./views/run-view.js";

/** A kind of value that shows itself. */
interface Presentation {
  readonly prototype: object;
  /** null for values of other kinds */
  readonly view: (value: unknown) => View | Promise<View> | null;
}

/** @param kind  a class, whoever may construct it */
function present<T extends object>(kind: { readonly prototype: T }, view: (value: T) => View | Promise<View>): Presentation {
  const { prototype } = kind;
  const isOne = (value: unknown): value is T =>
    typeof value === "object" && value !== null && Object.prototype.isPrototypeOf.call(prototype, value);
  return { prototype, view: (value) => (isOne(value) ? view(value) : null) };
}

/** Every kind that shows itself, and how. */
export const presentations: readonly Presentation[] = [
  present(DatasetPlan, datasetView),
  present(TrainPlan, planView),
  present(Run, runView),
  present(Evaluation, evaluationView),
  present(DymadError, errorView),
];

/**
 * What a notebook shows of a value.
 *
 * @returns  null for a value that is shown as text alone
 */
export async function toMimeBundle(value: unknown): Promise<MimeBundle | null> {
  try {
    for (const { view } of presentations) {
      const found = await view(value);
      if (found !== null) return await bundleOf(found);
    }
    return null;
  } catch (error) {
    // A picture that cannot be drawn must not hide the value: its problem stands beside its text.
    if (!(error instanceof DymadError)) throw error;
    const shown = await bundleOf(errorView(error));
    return { ...shown, "text/plain": `${String(value)}\n${shown["text/plain"]}` };
  }
}
