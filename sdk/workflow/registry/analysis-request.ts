import type { TransformStage } from "../../dynamics/transforms/spec.js";

/** A line of equally spaced values: first, last, how many. */
export type Line = readonly [number, number, number];

/** Parameters of `spectral_koopman` with every default filled in. */
export interface SpectralOptions {
  readonly dt: number | null;
  readonly threshold: number;
  readonly order: "residual" | "energy";
  readonly keep: "full" | { readonly max_residual: number } | { readonly count: number };
  readonly remove_one: number | null;
  readonly pseudospectrum: {
    readonly method: "residual" | "operator";
    readonly plane: "discrete" | "continuous";
    readonly re: Line | null;
    readonly im: Line | null;
    readonly points: number;
  } | null;
  readonly measure: {
    readonly observable: string;
    readonly order: number;
    readonly eps: number;
    readonly angles: number;
  } | null;
  readonly eigenfunctions: {
    readonly columns: readonly [string, string];
    readonly across: Line | null;
    readonly up: Line | null;
    readonly points: number;
    readonly count: number;
  } | null;
  readonly resolvent: {
    readonly frequencies: Line | null;
    readonly points: number;
    readonly count: number;
    readonly at: readonly number[] | null;
  } | null;
  readonly forecast: boolean;
  readonly figures: boolean;
}

/** Parameters of `vortex_transform_modes` with every default filled in. */
export interface TransformModesOptions {
  readonly index: number;
  readonly nx: number;
  readonly ny: number;
  readonly transform_x: readonly TransformStage[];
  readonly figures: boolean;
}

/** Parameters of `havok` with every default filled in. */
export interface HavokAnalysisOptions {
  readonly observable: string | null;
  readonly delay: number | null;
  readonly rank: number | null;
  readonly threshold: number;
  readonly residual_threshold: number;
  readonly figures: boolean;
}

/** The parameters of each analysis. */
export interface AnalysisParameters {
  readonly spectral_koopman: SpectralOptions;
  readonly vortex_transform_modes: TransformModesOptions;
  readonly havok: HavokAnalysisOptions;
}

export type AnalysisKey = keyof AnalysisParameters;

/** Analyses of data alone. */
export type DataAnalysisKey = "vortex_transform_modes" | "havok";
