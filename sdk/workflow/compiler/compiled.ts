import type { GraphFields } from "../../dynamics/data/graphs/fields.js";
import type { GraphMode, ModelFamily } from "../../dynamics/models/spec.js";
import type { TrainingConfig } from "../../dynamics/training/config.js";
import type { ParameterSpec, Parameters } from "../../dynamics/tuning/parameter.js";
import type { Goal, TieBreaker } from "../../dynamics/tuning/selection.js";
import type { SimplexCoefficients } from "../../dynamics/tuning/simplex.js";
import type { EvaluationOptions, RunOptions, SearchMode, SplitOptions } from "../registry/options.js";
import type { DataFormat, DataRole, TrainingRequest } from "../registry/request.js";
import type { DatasetFacts } from "./facts.js";

/** Something worth knowing that does not stop a training. */
export interface CompileWarning {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** One data set of a compiled request: where it lies, how it is read, and which bytes it must be. */
export interface CompiledData extends DatasetFacts {
  readonly path: string;
  readonly format: DataFormat;
  readonly columns: Readonly<Record<string, string | readonly string[]>> | null;
  /** csv without a time column: the sampling interval that was given */
  readonly given_dt: number | null;
  /** the graph that was given beside the file */
  readonly given_graph: GraphFields | null;
  readonly n_samples: number | null;
  readonly n_steps: number | null;
}

/** The training whose pairs count too: where its checkpoint lies, which bytes it must be, and how many pairs it brings. */
export interface CompiledEarlier {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly pairs: number;
}

/** What a search tries, how it goes, and how it chooses. Plain JSON. */
export interface CompiledSearch {
  readonly mode: SearchMode;
  readonly metric: "forecast_rmse" | "rollout_rmse" | "valid_total";
  readonly goal: Goal;
  readonly tie_breakers: readonly TieBreaker[];
  /** the combinations of a grid, in order; null when bounds are searched */
  readonly candidates: readonly Parameters[] | null;
  readonly bounds: readonly ParameterSpec[] | null;
  readonly folds: number;
  /** samples of a validation trajectory before the first one that counts: the longest window of any candidate */
  readonly lead: number;
  readonly max_iterations: number | null;
  readonly coefficients: SimplexCoefficients;
  readonly starts: number;
  readonly batch_size: number | null;
  readonly refit: boolean;
  /** SHA-256 over the request hashes of the trials that were compiled beforehand */
  readonly trials: string;
}

/** A complete, checked training request. Plain JSON. */
export interface CompiledDraft {
  readonly schema_version: 1;
  /** the request as it was given */
  readonly request: TrainingRequest;
  readonly model_key: ModelFamily;
  readonly profile: string;
  readonly graph_mode: GraphMode;
  readonly config: TrainingConfig;
  readonly data: Readonly<Record<DataRole, CompiledData | null>>;
  /** absent = the pairs of data.train are all there are */
  readonly earlier?: CompiledEarlier;
  /** null when validation data are given: nothing is split */
  readonly split: SplitOptions | null;
  readonly run: RunOptions;
  readonly evaluation: EvaluationOptions;
  /** null when one model is trained; otherwise `config` is that of the first candidate */
  readonly search: CompiledSearch | null;
  readonly warnings: readonly CompileWarning[];
}

/** A frozen request; its `hash` is its identity: SHA-256 of everything that decides the weights. */
export interface CompiledTraining extends CompiledDraft {
  readonly hash: string;
}

/** What a trial of a search trains on: a fold, from 0, or all of data.train. */
export type Fold = number | "all";
