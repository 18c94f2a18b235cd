import type { SmoothingSpec } from "../data/smoothing.js";
import type { LossSpec } from "../losses/spec.js";
import type { OdeArgs, OdeMethod } from "../models/solver.js";
import type { ModelSpec } from "../models/spec.js";
import type { TransformStage } from "../transforms/spec.js";
import type { UpdateRule } from "./optimiser.js";

/** A complete training request: every default is filled in, repeats are unrolled. Plain JSON. */
export interface TrainingConfig {
  readonly model: ModelSpec;
  readonly transform_x: readonly TransformStage[];
  readonly transform_u: readonly TransformStage[];
  /** auxiliary observations and parameters; absent = as they are */
  readonly transform_y?: readonly TransformStage[];
  readonly transform_p?: readonly TransformStage[];
  /** weights and attributes of edges; absent = as they are */
  readonly transform_ew?: readonly TransformStage[];
  readonly transform_ea?: readonly TransformStage[];
  readonly phases: readonly Phase[];
  /** losses by name: `dynamics` (what it compares is up to the trainer), `recon` (x against D(E(x))), others a full rollout */
  readonly criterion: Readonly<Record<string, LossSpec>>;
  readonly dataloader: { readonly batch_size: number; readonly shuffle: boolean };
  /** which weights are kept: best rollout RMSE on full validation trajectories, best validation loss of the phase, or the last */
  readonly selection: { readonly metric: "rollout_rmse" | "valid_total" | "last" };
  readonly seed: number;
  readonly dtype: "float64" | "float32";
}

export type Phase = OptimizerPhase | LinearSolvePhase | DataPhase | AnalysisPhase | ExportPhase;
export type Trainer = "NODE" | "Weak" | "OneStep" | "Linear";

/** An optimisation of `n_epochs` epochs. Keys of other trainers are absent (null). */
export interface OptimizerPhase {
  readonly type: "optimizer";
  readonly name: string;
  readonly trainer: Trainer;
  readonly n_epochs: number;
  /** epochs between measurements of the validation rollout (counted over all phases) */
  readonly save_interval: number;
  /** epochs between log lines (counted over all phases) */
  readonly log_interval: number;
  /** epochs between passes over the validation data (counted within the phase); the last epoch always has one */
  readonly valid_interval: number;
  /** the phase ends after so many measurements of the validation rollout without a better one; null = never */
  readonly patience: number | null;
  readonly optimizer: UpdateRule["optimizer"] | "lbfgs";
  /** lbfgs: steps on a batch before the next batch */
  readonly steps_per_batch: number;
  readonly weight_decay: number;
  readonly momentum: number;
  readonly learning_rate: number;
  /** how the learning rate goes on after `warmup_epochs`, see `learning-rate.ts` */
  readonly schedule: "exponential" | "cosine";
  /** exponential: the learning rate is multiplied by this after each epoch */
  readonly decay_rate: number;
  readonly warmup_epochs: number;
  readonly min_learning_rate: number;
  readonly reset_optimizer: boolean;
  /** largest 2-norm of a gradient; longer ones are shortened to it; null = never */
  readonly clip_norm: number | null;
  /** solver of every rollout in this phase, validation included */
  readonly ode_method: OdeMethod;
  readonly ode_args: OdeArgs;
  readonly criterion: Readonly<Record<string, LossSpec>>;
  /** NODE: horizons in samples, in order; null = full length */
  readonly sweep_lengths: readonly (number | null)[];
  readonly sweep_epoch_step: number;
  readonly sweep_tols: readonly number[] | null;
  readonly sweep_mode: "skip" | "full";
  /** NODE: `initial` = the first samples of each trajectory; `unfold` = sliding windows */
  readonly chop_mode: "initial" | "unfold";
  /**
   * stride of the windows: an integer >= 2 counts samples, a value up to 1 is a fraction of the window length (at least one
   * sample); 1 = windows that do not overlap
   */
  readonly chop_step: number;
  /** Weak */
  readonly weak_form_params: {
    readonly N: number;
    readonly dN: number;
    readonly ordpol: number;
    readonly ordint: number;
    /** discrete models: how the rows of weights are scaled */
    readonly discrete_weight_normalization: "l2" | "l1" | "none";
  } | null;
  /** Linear; `kwargs.order` counts for OneStep too */
  readonly method: LinearMethod | null;
  readonly params: number | "full" | null;
  readonly kwargs: LinearArgs;
}

/** One least-squares update of the linear dynamics. */
export interface LinearSolvePhase {
  readonly type: "linear_solve";
  readonly name: string;
  readonly method: LinearMethod;
  /** truncated: order, see `rank.ts`; sako: pairs to keep, or the largest residual; null = none, all */
  readonly params: number | "full" | null;
  readonly kwargs: LinearArgs;
  readonly reset_optimizer: boolean;
}

/** Options of a least-squares update. */
export interface LinearArgs {
  /** order of the finite difference in continuous time */
  readonly order: 1 | 2 | 4;
  /** sako: drop the pair of an eigenvalue within 1e-10 of 1 */
  readonly remove_one: boolean;
  /**
   * full without ridge, when the features do not determine W: `shortest` takes the smallest of the solutions, with a warning that
   * stays with the result; `refuse` ends the run
   */
  readonly deficient: "shortest" | "refuse";
  /** rho of |A W - B|² + rho m |W|² over m rows; 0 = plain least squares */
  readonly ridge: number;
  /**
   * `full`: every latent coordinate depends on all features. `one-way` (autoencoder_type cat): the states depend on states and
   * control alone, the learned coordinates on everything, so that the start is exactly the linear model of the states.
   */
  readonly coupling: "full" | "one-way";
  /**
   * family dmd: the sums of all pairs stay in the checkpoint, so that another training can go on with them and further data; absent = they
   * do not
   */
  readonly streaming?: boolean | undefined;
}

/**
 * How W is found. `full`, `truncated` (W = U Vᵀ of the leading singular vectors), `sako` (of the eigenpairs whose residual on the
 * data is small). In discrete time without control, for noisy samples: `total_least_squares`, `forward_backward`, and the exponentials
 * nearest to whole trajectories, `optimised`, or the same with standard errors from random halves, `bagged`. `raw`: as kernel machines do it, by their own regression. `..._log`, in continuous time: the same for the map from a sample to the next, and then its logarithm / dt.
 */
export type LinearMethod =
  | "full"
  | "truncated"
  | "sako"
  | "full_log"
  | "truncated_log"
  | "sako_log"
  | "total_least_squares"
  | "forward_backward"
  | "optimised"
  | "bagged"
  | "raw";

/** Changes the data for the phases that follow: `context` nothing, `smooth` their states as the model sees them. */
export interface DataPhase {
  readonly type: "data";
  readonly name: string;
  readonly operation: "context" | "smooth";
  readonly splits: readonly ("train" | "valid")[];
  /** smooth: method and its options; null = nothing */
  readonly smoothing: SmoothingSpec | null;
}

/** Measures free rollouts with the weights as they are. */
export interface AnalysisPhase {
  readonly type: "analysis";
  readonly name: string;
  readonly split: "train" | "valid";
  /** all trajectories, or the first alone */
  readonly evaluate_all: boolean;
}

/** Hands out what there is at this place: the checkpoint of the best model, a snapshot to go on from, or losses and metrics. */
export interface ExportPhase {
  readonly type: "export";
  readonly name: string;
  readonly export_kind: "best_model" | "run_checkpoint" | "summary";
}
