import type { GraphFields } from "../../dynamics/data/graphs/fields.js";
import type { KernelSmoothingSpec, SavgolSpec } from "../../dynamics/data/smoothing.js";
import type { LossSpec } from "../../dynamics/losses/spec.js";
import type { PhysicsSource } from "../../dynamics/models/physics.js";
import type { OdeArgs, OdeMethod } from "../../dynamics/models/solver.js";
import type {
  Activation,
  AutoencoderType,
  GraphLayer,
  GraphMode,
  KernelMachineSpec,
  ManifoldSpec,
  ModelFamily,
  NetworkType,
  ProcessorType,
  SequenceAutoencoder,
  TimeDomain,
  WeightInit,
} from "../../dynamics/models/spec.js";
import type {
  AnalysisPhase,
  ExportPhase,
  LinearArgs,
  LinearMethod,
  OptimizerPhase,
  Phase,
  Trainer,
} from "../../dynamics/training/config.js";
import type { TransformStage } from "../../dynamics/transforms/spec.js";
import type { KernelSpec, RidgeKind } from "../../numerics/kernels/spec.js";
import type { SearchMetric, SearchOptions, ValueList } from "./options.js";

/**
 * A training request: the same words in a YAML file, in the fluent interface and over MCP. What is left out is filled in by the
 * compiler from the profile of the family; nothing else has defaults.
 */
export interface TrainingRequest {
  readonly version?: 1 | undefined;
  /** `kbf`, `ldm`, `lti`, `dmd`, `km`, `kmsk`, `kmm`, `corr_alg`, `corr_dif`, an alias, or a variant name such as `DKBF`, which stands for family and time domain */
  readonly model_key: string;
  readonly time_domain?: TimeDomain | undefined;
  /** default: none without a graph, else graph (sdm: node) */
  readonly graph_mode?: GraphMode | undefined;
  readonly reference_profile?: string | undefined;
  readonly data: DataRequest;
  readonly overrides?: Overrides | undefined;
  readonly split?: SplitRequest | undefined;
  readonly run?: RunRequest | undefined;
  readonly evaluation?: EvaluationRequest | undefined;
}

export interface DataRequest {
  readonly train: DataReference;
  readonly valid?: DataReference | undefined;
  readonly test?: DataReference | undefined;
  /** checkpoint of a run whose pairs of samples count too: it and this run have a phase with `streaming` */
  readonly earlier?: { readonly path: string } | undefined;
}

/** Where data lie and how they are read. */
export interface DataReference {
  readonly path: string;
  /** default: what the file holds */
  readonly kind?: "regular" | "graph" | undefined;
  /** default: by the ending of the path */
  readonly format?: DataFormat | undefined;
  /** csv: which columns hold what */
  readonly columns?: ColumnRequest | undefined;
  /** csv without a time column: the sampling interval, units of t */
  readonly dt?: number | undefined;
  /** graph of the nodes that the columns belong to, where the file has none */
  readonly graph?: GraphFields | undefined;
  /** use only the first trajectories */
  readonly n_samples?: number | undefined;
  /** use only the first samples of each trajectory */
  readonly n_steps?: number | undefined;
}

export type DataFormat = "npz" | "csv";
export type DataRole = "train" | "valid" | "test";

export interface ColumnRequest {
  readonly traj?: string | undefined;
  readonly t?: string | undefined;
  readonly x: readonly string[];
  readonly u?: readonly string[] | undefined;
  readonly y?: readonly string[] | undefined;
  readonly p?: readonly string[] | undefined;
}

/** What a request changes about its profile. */
export interface Overrides {
  readonly model?: ModelRequest | undefined;
  readonly phases?: readonly PhaseRequest[] | undefined;
  readonly criterion?: Readonly<Record<string, LossRequest | null>> | undefined;
  readonly dataloader?: { readonly batch_size?: number; readonly shuffle?: boolean } | undefined;
  readonly transform_x?: TransformRequest | undefined;
  readonly transform_u?: TransformRequest | undefined;
  readonly transform_y?: TransformRequest | undefined;
  readonly transform_p?: TransformRequest | undefined;
  readonly transform_ew?: TransformRequest | undefined;
  readonly transform_ea?: TransformRequest | undefined;
  readonly selection?: { readonly metric?: "rollout_rmse" | "valid_total" | "last" } | undefined;
  readonly data?: { readonly double_precision?: boolean } | undefined;
  readonly cv?: CvRequest | undefined;
}

/** A search over keys of the request, by their dotted names (`model.koopman_dimension`, `phases.0.learning_rate`). */
export interface CvRequest {
  readonly param_grid?: Readonly<Record<string, ValueList>> | undefined;
  readonly metric?: SearchMetric | undefined;
  readonly selection?: Partial<SearchOptions["selection"]> | undefined;
  readonly search?: Partial<SearchOptions["search"]> | undefined;
  /** train the best candidate once more, on all of data.train */
  readonly refit?: boolean | undefined;
}

export type TransformRequest = TransformStageRequest | readonly TransformStageRequest[];

/** A stage with the keys its defaults do not fill in; docs/config.md says which type has which. */
export type TransformStageRequest = Requested<TransformStage>;

type Requested<S extends TransformStage> = S extends TransformStage
  ? { readonly [K in keyof S as K extends Undefaulted ? K : never]: S[K] } & {
      readonly [K in keyof S as K extends Undefaulted ? never : K]?: S[K] | undefined;
    }
  : never;

/** Keys without a default. */
type Undefaulted = "type" | "fobs" | "Ks" | "opts" | "edim" | "count" | "measurements";

export interface LossRequest {
  readonly type?: LossSpec["type"] | undefined;
  readonly weight?: number | undefined;
  readonly params?: LossSpec["params"] | undefined;
}

/** Options of all networks; every family has them. */
export interface LayersRequest {
  readonly hidden_dimension?: number | undefined;
  readonly activation?: Activation | undefined;
  readonly end_activation?: boolean | undefined;
  readonly weight_init?: WeightInit | undefined;
  readonly bias_init?: "zeros" | "ones" | undefined;
  readonly gain?: number | undefined;
  readonly input_order?: InputOrder | undefined;
}

/** How control is read between samples: `previous` and `zero` are `zoh`, `slinear` is `linear`, a number is the order of a spline. */
export type InputOrder =
  | "zoh"
  | "previous"
  | "zero"
  | "next"
  | "nearest"
  | "linear"
  | "slinear"
  | "quadratic"
  | "cubic"
  | 0
  | 1
  | 2
  | 3;

/** Options of the networks around the dynamics. */
export interface NetworkRequest extends LayersRequest {
  /** layer of the networks on a graph, and its options */
  readonly gcl?: GraphLayer | undefined;
  readonly gcl_opts?: { readonly K?: number; readonly heads?: number } | undefined;
  readonly encoder_layers?: number | undefined;
  readonly decoder_layers?: number | undefined;
  /** one word, or the networks of encoder and decoder */
  readonly autoencoder_type?: AutoencoderType | readonly [NetworkType, NetworkType] | undefined;
  readonly predictor_type?: "ode" | "np" | "exp" | undefined;
}

export interface LdmRequest extends NetworkRequest {
  readonly processor_layers?: number | undefined;
  readonly processor_type?: ProcessorType | undefined;
  readonly latent_dimension?: number | null | undefined;
}

/** Options of the model of windows; `latent_dimension` counts all samples of a window. */
export interface SdmRequest extends Omit<NetworkRequest, "autoencoder_type"> {
  readonly autoencoder_type?: SequenceAutoencoder | undefined;
  readonly processor_layers?: number | undefined;
  readonly processor_type?: ProcessorType | "seq_std" | "seq_rnn" | undefined;
  readonly latent_dimension?: number | null | undefined;
}

export interface LtiRequest extends NetworkRequest {
  readonly koopman_dimension?: number | undefined;
  readonly linear_dynamics_init_scale?: number | null | undefined;
}

export interface KbfRequest extends LtiRequest {
  readonly const_term?: boolean | undefined;
}

/** Options of physics with a correction. */
export interface CorrAlgRequest extends LayersRequest {
  /** the known part: formulas of x1, u1, f1, p1, ..., one a state; in code a function; in a config file `./file.ts#name` */
  readonly physics?: PhysicsSource | string | undefined;
  /** numbers in the physics that are learned, by name, with their first values */
  readonly physics_constants?: Readonly<Record<string, number>> | undefined;
  readonly residual_layers?: number | undefined;
  readonly residual_dimension?: number | null | undefined;
}

export interface CorrDifRequest extends CorrAlgRequest {
  readonly latent_dimension?: number | undefined;
  readonly latent_layers?: number | undefined;
  readonly encoder_layers?: number | undefined;
  readonly decoder_layers?: number | undefined;
}

/** A kernel of a kernel machine; docs/kernels.md says which type has which keys. */
export interface KernelRequest {
  readonly type: KernelSpec["type"];
  readonly lengthscale_init?: number | null | undefined;
  readonly eps_init?: number | null | undefined;
  readonly alpha_init?: number | undefined;
  readonly metric?: "euclidean" | "periodic" | undefined;
  readonly periodic_axes?: readonly number[] | null | undefined;
  readonly kopts?: readonly KernelRequest[] | undefined;
  readonly Ls?: readonly (readonly (readonly number[])[])[] | null | undefined;
}

export interface KmRequest extends NetworkRequest {
  readonly kernel_dimension?: number | null | undefined;
  readonly type?: RidgeKind | undefined;
  readonly kernel?: KernelRequest | readonly KernelRequest[] | undefined;
  readonly ridge_init?: number | undefined;
  readonly jitter?: number | undefined;
  readonly random_features?: number | null | undefined;
  readonly landmarks?: number | null | undefined;
  readonly solver?: KernelMachineSpec["solver"] | undefined;
}

export interface KmmRequest extends KmRequest {
  readonly manifold?: Partial<ManifoldSpec> | undefined;
}

/** A decomposition has no options of its own: transforms say of what, the method of its phase says how. */
export type DmdRequest = Readonly<Record<string, never>>;

/** The options of each family, by its key. */
export interface ModelRequests {
  readonly corr_alg: CorrAlgRequest;
  readonly corr_dif: CorrDifRequest;
  readonly dmd: DmdRequest;
  readonly kbf: KbfRequest;
  readonly km: KmRequest;
  readonly kmm: KmmRequest;
  readonly kmsk: KmRequest;
  readonly ldm: LdmRequest;
  readonly lti: LtiRequest;
  readonly sdm: SdmRequest;
}

export type ModelRequest = ModelRequests[ModelFamily];

/**
 * One entry of `phases`: an optimisation (`trainer`), a least-squares update (`type: linear_solve`), a `data`, `analysis` or
 * `export` phase, or a `repeat` block.
 */
export interface PhaseRequest extends SmoothingRequest {
  readonly type?: Phase["type"] | undefined;
  readonly name?: string | undefined;
  readonly trainer?: Trainer | undefined;
  readonly n_epochs?: number | undefined;
  readonly save_interval?: number | undefined;
  readonly log_interval?: number | undefined;
  readonly valid_interval?: number | undefined;
  readonly patience?: number | null | undefined;
  readonly optimizer?: OptimizerPhase["optimizer"] | undefined;
  readonly steps_per_batch?: number | undefined;
  readonly weight_decay?: number | undefined;
  readonly momentum?: number | undefined;
  readonly learning_rate?: number | undefined;
  readonly schedule?: OptimizerPhase["schedule"] | undefined;
  readonly decay_rate?: number | undefined;
  readonly warmup_epochs?: number | undefined;
  readonly min_learning_rate?: number | undefined;
  readonly reset_optimizer?: boolean | undefined;
  readonly clip_norm?: number | null | undefined;
  readonly ode_method?: OdeMethod | undefined;
  readonly ode_args?: OdeArgsRequest | undefined;
  readonly criterion?: Readonly<Record<string, LossRequest | null>> | undefined;
  readonly sweep_lengths?: readonly (number | null)[] | undefined;
  readonly sweep_epoch_step?: number | undefined;
  readonly sweep_tols?: readonly number[] | null | undefined;
  readonly sweep_mode?: "skip" | "full" | undefined;
  readonly chop_mode?: "initial" | "unfold" | undefined;
  readonly chop_step?: number | undefined;
  readonly weak_form_params?:
    | {
        readonly N?: number;
        readonly dN?: number;
        readonly ordpol?: number;
        readonly ordint?: number;
        readonly discrete_weight_normalization?: "l2" | "l1" | "none";
      }
    | undefined;
  readonly method?: LinearMethod | "savgol" | "kernel_smoothing" | undefined;
  readonly split?: AnalysisPhase["split"] | undefined;
  readonly evaluate_all?: boolean | undefined;
  readonly export_kind?: ExportPhase["export_kind"] | undefined;
  readonly params?: number | "full" | readonly [number | "full", boolean] | null | undefined;
  readonly kwargs?: Partial<LinearArgs> | undefined;
  readonly repeat?: { readonly times: number; readonly phases: readonly PhaseRequest[]; readonly name?: string } | undefined;
}

/** Keys of a data phase with `operation: smooth`, all methods together. */
export interface SmoothingRequest {
  readonly operation?: "context" | "smooth" | undefined;
  readonly splits?: "train" | "valid" | readonly ("train" | "valid")[] | undefined;
  readonly axis?: 0 | 1 | undefined;
  readonly window_length?: number | undefined;
  readonly polyorder?: number | undefined;
  readonly deriv?: number | undefined;
  readonly delta?: number | undefined;
  readonly mode?: SavgolSpec["mode"] | undefined;
  readonly cval?: number | undefined;
  readonly kernel?: KernelSmoothingSpec["kernel"] | undefined;
  readonly anchor_count?: number | null | undefined;
  readonly anchor_density?: number | null | undefined;
  readonly bandwidth?: number | null | undefined;
  readonly bandwidth_multiplier?: number | null | undefined;
  readonly degree?: number | undefined;
  readonly ridge?: number | undefined;
  readonly rcond?: number | null | undefined;
}

export interface OdeArgsRequest extends Partial<OdeArgs> {
  /** the original's place for the step size */
  readonly options?: { readonly step_size?: number } | undefined;
}

export interface SplitRequest {
  readonly train_frac?: number | undefined;
  /** instead of train_frac: cut every trajectory in time */
  readonly time_frac?: number | undefined;
  readonly seed?: number | undefined;
  readonly folds?: number | undefined;
  /** train for this fold alone */
  readonly fold?: number | undefined;
}

export interface RunRequest {
  readonly name?: string | undefined;
  readonly seed?: number | undefined;
  readonly device?: "auto" | "cpu" | "gpu" | "cuda" | "webgpu" | undefined;
  readonly threads?: "auto" | number | undefined;
  readonly max_workers?: "auto" | number | undefined;
}

export interface EvaluationRequest {
  readonly metric?: "rollout_rmse" | undefined;
  readonly plot_selection?: "best" | "median" | "worst" | undefined;
  readonly max_plots?: number | undefined;
  readonly predict_kwargs?: { readonly ode_method?: OdeMethod; readonly ode_args?: OdeArgsRequest } | undefined;
}
