import type { GraphFields } from "../../dynamics/data/graphs/fields.js";
import type { Goal, TieBreaker } from "../../dynamics/tuning/selection.js";

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
  readonly time_frac?: number | undefined;
  readonly seed: number;
  readonly folds: number;
  readonly fold?: number | undefined;
}

/** How values of a key are listed. */
export type ValueList = readonly unknown[] | { readonly linspace: readonly number[] } | { readonly logspace: readonly number[] };

/** Between what a key is searched. */
export type BoundRequest =
  | readonly number[]
  | {
      readonly lower: number;
      readonly upper: number;
      readonly parity?: "odd" | "even" | undefined;
      readonly scale?: "linear" | "log" | undefined;
      readonly kind?: "int" | "float" | undefined;
    };

export type SearchMode = "grid" | "nelder_mead_like" | "batch_pattern_search" | "multi_start_nelder_mead";
export type SearchMetric = "forecast_rmse" | "rollout_rmse" | "valid_total" | "total";

/** `overrides.cv` with every default filled in. */
export interface SearchOptions {
  readonly param_grid?: Readonly<Record<string, ValueList>> | undefined;
  readonly metric: SearchMetric;
  readonly selection: { readonly goal: Goal; readonly tie_breakers: readonly TieBreaker[] };
  readonly search: {
    readonly mode: SearchMode;
    readonly bounds?: Readonly<Record<string, BoundRequest>> | undefined;
    readonly max_iterations?: number | undefined;
    readonly reflection: number;
    readonly expansion: number;
    readonly contraction: number;
    readonly shrink: number;
    readonly starts: number;
    readonly batch_size?: number | undefined;
  };
  readonly refit: boolean;
}

/** `run` with every default filled in. */
export interface RunOptions {
  readonly name?: string | undefined;
  readonly seed: number;
  readonly device: "auto" | "cpu" | "gpu" | "cuda" | "webgpu";
  readonly threads: "auto" | number;
  readonly max_workers: "auto" | number;
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
  readonly kind?: "regular" | "graph" | undefined;
  readonly graph?: GraphFields | undefined;
  readonly format?: "npz" | "csv" | undefined;
  readonly columns?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly dt?: number | undefined;
  readonly n_samples?: number | undefined;
  readonly n_steps?: number | undefined;
}
