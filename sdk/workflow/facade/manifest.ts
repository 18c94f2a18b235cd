import type { TrainingRequest } from "../registry/request.js";
import type { RunState } from "../store/run-states.js";
import type { RunFailure } from "./records.js";

/** A file of a run, its path relative to the run directory. */
export interface Artifact {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** One data set of a run, or the checkpoint that it goes on with: `path` is relative to the run directory. */
export interface ManifestData extends Artifact {
  readonly role: "train" | "valid" | "test" | "earlier";
}

/**
 * `dymad-run.json`: what a run was, in one file. It is written before the worker starts (`status` QUEUED) and again when the run
 * has ended or was evaluated; in between, the store has the status. All paths are relative to the run directory.
 */
export interface RunManifest {
  readonly schema_version: 1;
  readonly run_name: string;
  readonly status: RunState;
  readonly model_key: string;
  readonly reference_profile: string;
  readonly request_hash: string;
  readonly request: TrainingRequest;
  /** the config file the request came from; null when it came from elsewhere */
  readonly source_config_path: string | null;
  readonly store_root: ".dymad-store";
  readonly compiled_request_handle: string;
  readonly training_run_handle: string;
  readonly checkpoint_handle: string | null;
  readonly evaluation_handles: readonly string[];
  readonly dataset_handles: Readonly<Record<string, string>>;
  readonly data: readonly ManifestData[];
  readonly checkpoint: Artifact | null;
  readonly artifacts: readonly Artifact[];
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly seeds: { readonly run: number; readonly split: number | null };
  readonly versions: { readonly dymad: string; readonly node: string };
  readonly engine: {
    readonly backend: string;
    readonly dtype: string;
    readonly threads: number;
    readonly device: string;
    readonly build: string | null;
    /** the same request gives the same bits on every machine */
    readonly bitwise: boolean;
  };
  readonly git: string | null;
  readonly command: string | null;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly failure: RunFailure | null;
  /** what a reader of the result must know; absent where nothing is to be said */
  readonly warnings?: readonly string[];
}
