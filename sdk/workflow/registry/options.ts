// Sections of a request with their defaults filled in. Plain types: public declarations must not reach into the schema library.

/** `overrides.dataloader` with every default filled in. */
export interface DataloaderOptions {
  readonly batch_size: number;
  readonly shuffle: boolean;
}

/** `overrides.selection` with every default filled in. */
export interface SelectionOptions {
  readonly metric: "rollout_rmse" | "valid_total" | "last";
}

/** `split` with every default filled in. */
export interface SplitOptions {
  readonly train_frac: number;
  readonly seed: number;
  readonly folds: number;
}

/** `run` with every default filled in. */
export interface RunOptions {
  readonly name?: string | undefined;
  readonly seed: number;
  readonly device: "auto" | "cpu" | "gpu" | "cuda" | "webgpu";
  readonly threads: "auto" | number;
  readonly max_workers: number;
}

/** `evaluation` with every default filled in. */
export interface EvaluationOptions {
  readonly metric: "rollout_rmse";
  readonly plot_selection: "best" | "median" | "worst";
  readonly max_plots: number;
  readonly vpt_threshold: number;
  readonly lyapunov_exponent: number | null;
  readonly predict_kwargs: Readonly<Record<string, unknown>>;
}

/** One of `data.train`, `data.valid`, `data.test` with every default filled in. */
export interface DataOptions {
  readonly path: string;
  readonly kind: "regular" | "graph";
  readonly format?: "npz" | "csv" | undefined;
  readonly columns?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly dt?: number | undefined;
  readonly n_samples?: number | undefined;
  readonly n_steps?: number | undefined;
}
