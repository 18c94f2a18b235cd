import type { Surface } from "../sdk/charts/theme.js";
import { DymadError } from "../sdk/errors.js";
import { DatasetPlan } from "../sdk/fluent/dataset-plan.js";
import { Evaluation } from "../sdk/fluent/evaluation.js";
import { descriptionKind, listingKind } from "../sdk/fluent/results/capabilities.js";
import { dataAnalysisKind } from "../sdk/fluent/results/data-analysis.js";
import { forecastKind, inspectionKind } from "../sdk/fluent/results/forecast.js";
import { Log } from "../sdk/fluent/results/log.js";
import {
  analysisKind,
  modeForecastKind,
  modesKind,
  pseudospectrumKind,
  resolventKind,
  spectrumKind,
} from "../sdk/fluent/results/spectral.js";
import { searchKind, studyKind, tuningKind } from "../sdk/fluent/results/trials.js";
import { Run } from "../sdk/fluent/run.js";
import { TrainPlan } from "../sdk/fluent/train-plan.js";
import { bundleOf, type MimeBundle, type View } from "./bundle.js";
import { descriptionView, listingView } from "./views/capability-views.js";
import { dataAnalysisView } from "./views/data-analysis-view.js";
import { datasetView, forecastView, inspectionView } from "./views/dataset-view.js";
import { errorView } from "./views/error-view.js";
import { evaluationView } from "./views/evaluation-view.js";
import { logView } from "./views/log-view.js";
import { planView } from "./views/plan-view.js";
import { runView } from "./views/run-view.js";
import {
  analysisView,
  modeForecastView,
  modesView,
  pseudospectrumView,
  resolventView,
  spectrumView,
} from "./views/spectral-views.js";
import { toldView } from "./views/told-view.js";
import { searchView, tuningView } from "./views/trials-views.js";

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
  present(Log, logView),
  present(DymadError, errorView),
  present(inspectionKind, inspectionView),
  present(forecastKind, forecastView),
  present(searchKind, searchView),
  present(tuningKind, tuningView),
  present(studyKind, (study) => toldView(study, "Errors by refinement")),
  present(spectrumKind, spectrumView),
  present(pseudospectrumKind, pseudospectrumView),
  present(resolventKind, resolventView),
  present(modeForecastKind, modeForecastView),
  present(modesKind, modesView),
  present(analysisKind, analysisView),
  present(dataAnalysisKind, dataAnalysisView),
  present(listingKind, listingView),
  present(descriptionKind, descriptionView),
];

let surface: Surface = "transparent";

/**
 * What lies behind pictures from now on.
 *
 * @param where  `transparent`, the default, is legible on light and dark pages; `white` and `dark` bring their own background
 */
export function drawOn(where: Surface): void {
  surface = where;
}

/**
 * What a notebook shows of a value.
 *
 * @returns  null for a value that is shown as text alone
 */
export async function toMimeBundle(value: unknown): Promise<MimeBundle | null> {
  try {
    for (const { view } of presentations) {
      const found = await view(value);
      if (found !== null) return await bundleOf(found, { surface });
    }
    return null;
  } catch (error) {
    // A picture that cannot be drawn must not hide the value: its problem stands beside its text.
    if (!(error instanceof DymadError)) throw error;
    const shown = await bundleOf(errorView(error));
    return { ...shown, "text/plain": `${String(value)}\n${shown["text/plain"]}` };
  }
}
