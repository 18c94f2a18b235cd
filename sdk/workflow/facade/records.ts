import type { DatasetNames } from "../../dynamics/data/dataset.js";
import type { GraphFields } from "../../dynamics/data/graphs/fields.js";
import type { DatasetInspection } from "../../dynamics/data/inspect.js";
import type { ModelFamily } from "../../dynamics/models/spec.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import type { DataRole } from "../registry/request.js";
import type { ObjectKind } from "../store/kinds.js";
import type { RunState } from "../store/run-states.js";

/** A data file that was looked at. */
export interface DatasetRecord {
  readonly path: string;
  readonly format: "npz" | "csv";
  readonly kind: "regular" | "graph";
  readonly sha256: string;
  readonly size: number;
  /** how a csv file is read; null for npz */
  readonly columns: Readonly<Record<string, string | readonly string[]>> | null;
  readonly dt: number | null;
  /** names of the columns of data that came from memory; null when the file says, or there are none */
  readonly names: DatasetNames | null;
  readonly inspection: DatasetInspection;
  /** graph of the nodes that was given beside a file without one */
  readonly graph?: GraphFields | null;
  /** what the file was asked to be read as; absent: what it holds */
  readonly given_kind?: "regular" | "graph";
}

export interface CheckpointRecord {
  readonly model_key: ModelFamily;
  readonly checkpoint_path: string;
  readonly sha256: string;
  readonly size: number;
  readonly device: string;
  /** the run that made it, when it was made here */
  readonly training_run: string | null;
}

/** The process that works on a run, told apart from any other that may get its number later. */
export interface WorkerIdentity {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** when the process started, in the words of the system; null where the system does not tell */
  readonly process_start: string | null;
}

export interface RunFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface TrainingRunRecord {
  readonly compiled_request_handle: string;
  readonly request_hash: string;
  readonly status: RunState;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  /** who starts the run, until a worker has taken it */
  readonly launcher: WorkerIdentity;
  readonly worker: WorkerIdentity | null;
  readonly run_root: string;
  readonly run_name: string;
  readonly model_key: ModelFamily;
  readonly reference_profile: string;
  readonly dataset_handles: Readonly<Partial<Record<DataRole, string>>>;
  readonly checkpoint_handle: string | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly failure: RunFailure | null;
  /** what a reader of the result must know; absent while the run goes on, or where nothing is to be said */
  readonly warnings?: readonly string[];
  /** the interrupted run that this one goes on with */
  readonly resumes?: string;
  /** seconds that the interrupted runs before it have trained */
  readonly earlier_seconds?: number;
}

export interface CompiledTrainingRecord {
  readonly compiled: CompiledTraining;
  readonly dataset_handles: Readonly<Partial<Record<DataRole, string>>>;
  /** checkpoint whose pairs count too, where it was named by its handle */
  readonly earlier_handle?: string | undefined;
}

export interface CompiledAnalysisRecord {
  readonly workflow_key: string;
  readonly checkpoint_handle: string | null;
  readonly dataset_handles: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface AnalysisRecord {
  readonly workflow_key: string;
  readonly compiled_request_handle: string;
  readonly artifacts: Readonly<Record<string, string>>;
  readonly summary: Readonly<Record<string, number | string | boolean | null>>;
  /** of analyses of a spectrum, in their order; a pair stands once. Absent in older records */
  readonly eigenvalues?: readonly EigenvalueRecord[];
  /** the strongest responses to forcing; absent where no resolvent was asked for */
  readonly responses?: readonly ResponseRecord[];
  /** what a reader of the numbers must know; absent where nothing is to be said */
  readonly warnings?: readonly string[];
}

/** How strongly forcing at one frequency is answered, and how far the eigenvalue nearest to it can be believed. */
export interface ResponseRecord {
  /** rad per unit of t */
  readonly angular_frequency: number;
  /** null where it is unbounded */
  readonly gain: number | null;
  /** residual of the eigenvalue nearest to the frequency; null when it is not known */
  readonly nearest_residual: number | null;
}

/** An eigenvalue and what it is worth; null for what is not known. */
export interface EigenvalueRecord {
  /** 1 / units of t; null for a discrete eigenvalue of 0 */
  readonly growth: number | null;
  /** cycles per unit of t; above 0 it stands for a pair */
  readonly frequency: number | null;
  readonly residual: number | null;
  readonly amplitude: number | null;
  readonly flag: string;
  /** whether its modes were kept */
  readonly kept: boolean;
}

export interface EvaluationRecord {
  readonly checkpoint_handle: string;
  readonly test_dataset_handle: string;
  /** the trajectories that were rolled out: a test set, or the validation part of the training data */
  readonly on: "test" | "valid";
  readonly metric: string;
  /** null for what is not finite or does not apply */
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly metrics_path: string;
  readonly sha256: string;
}

export interface PredictionRequestRecord {
  readonly checkpoint_handle: string;
  readonly horizon: number;
  readonly has_control: boolean;
  readonly has_graph: boolean;
}

export interface SpectralSnapshotRecord {
  readonly checkpoint_handle: string;
  readonly model_key: ModelFamily;
  /** how the linear map is kept: as it is, or as two factors; absent in older records: full */
  readonly koopman_mode?: "full" | "low_rank";
  /** columns of the transformed state that the encoder is given */
  readonly input_dim?: number;
  readonly sample_count: number;
  readonly obs_dim: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The record of each kind of object. */
export interface Records {
  readonly dataset: DatasetRecord;
  readonly checkpoint: CheckpointRecord;
  readonly training_run: TrainingRunRecord;
  readonly compiled_training_request: CompiledTrainingRecord;
  readonly compiled_analysis_request: CompiledAnalysisRecord;
  readonly analysis: AnalysisRecord;
  readonly evaluation: EvaluationRecord;
  readonly prediction_request: PredictionRequestRecord;
  readonly spectral_snapshot: SpectralSnapshotRecord;
}

/** A record with its handle and revision. */
export interface Kept<K extends ObjectKind> {
  readonly handle: string;
  readonly revision: number;
  readonly record: Records[K];
}

/** One line about an object: what it is, what it was made from. */
export interface ObjectSummary {
  readonly handle: string;
  readonly kind: ObjectKind;
  /** the first of `lineage`, or null */
  readonly derived_from: string | null;
  /** handles of everything it was made from */
  readonly lineage: readonly string[];
  readonly preview: string;
}
