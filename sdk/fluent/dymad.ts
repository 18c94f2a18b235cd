import type { ConvergenceStudySpec } from "../dynamics/tuning/convergence-spec.js";
import type { ConvergenceResult, ConvergenceWork } from "../dynamics/tuning/convergence-study.js";
import type { Evaluator } from "../dynamics/tuning/outcome.js";
import type { TuningResult, TuningSpec } from "../dynamics/tuning/tuning-spec.js";
import type { StudyFilesOptions, TuneFilesOptions } from "../workflow/app/tuning.js";
import type { TrainingDescription } from "../workflow/registry/catalog.js";
import { DatasetPlan } from "./dataset-plan.js";
import { describeCapability, type Listing, listCapabilities } from "./results/capabilities.js";
import type { Telling } from "./results/kind.js";
import { Run } from "./run.js";
import { type DataOptions, type DataSource, readSource } from "./source.js";
import { convergenceStudy, tune } from "./tuning.js";

/** Where a chain begins. */
export interface Dymad {
  /**
   * Data to learn from.
   *
   * @param source   path of an npz or csv file, arrays `{ t, x, u }`, a Matrix, a data frame, or a Dataset
   * @param options  how it is read: `columns`, `dt`, `format`, `n_samples`, `n_steps`
   * @example        await dymad.dataset("lti.npz").split({ train_frac: 0.75 }).train({ model: "kbf" }).evaluate()
   */
  dataset(source: DataSource, options?: DataOptions): DatasetPlan;
  /** A run that was done before, by its directory or handle. */
  open(run: string): Run;
  /**
   * Looks for the parameters of anything with the best metric; see docs/search.md.
   *
   * @param spec       `parameters` with bounds or values, budgets, refinement
   * @param evaluator  gives the metric of parameters, or a mapping with it; what throws is a failed evaluation
   * @param options    `max_workers` evaluations under way at once; `out` a directory for the result
   */
  tune(spec: TuningSpec, evaluator: Evaluator, options?: TuneFilesOptions): Promise<TuningResult & Telling>;
  /**
   * Measures how errors fall with refinement: methods x levels x trials; see docs/search.md.
   *
   * @param options  `out`: a directory in which an interrupted or extended study goes on
   */
  convergenceStudy(
    spec: ConvergenceStudySpec,
    work: ConvergenceWork,
    options?: StudyFilesOptions,
  ): Promise<ConvergenceResult & Telling>;
  /**
   * What can be named.
   *
   * @param kind     models, profiles, training, trainers, losses, transforms, solvers, evaluations or analyses
   * @throws         E_SPEC with the nearest kind
   * @example        dymad.list("losses").entries.length // 4
   */
  list(kind: string): Listing & Telling;
  /**
   * All about one model: its options, phases, transforms and profiles as JSON Schema, and guidance.
   *
   * @param model    key, alias or variant
   * @throws         E_NOT_FOUND with the nearest model
   * @example        dymad.describe("DKBF").model.key // "kbf"
   */
  describe(model: string): TrainingDescription & Telling;
}

export const dymad: Dymad = Object.freeze({
  dataset(source: DataSource, options: DataOptions = {}): DatasetPlan {
    const { reference, dataset } = readSource(source, options, "train");
    return new DatasetPlan({ data: { train: reference } }, dataset === null ? {} : { train: dataset });
  },
  open: (run: string): Run => Run.open(run),
  tune,
  convergenceStudy,
  list: listCapabilities,
  describe: describeCapability,
});
