import type { StoredGraph } from "../../numerics/engine/index.js";
import type { ScalarKernel } from "../../numerics/kernels/spec.js";
import type { Truncation } from "../../numerics/linalg/rank.js";
import type { SmoothingSpec } from "../data/smoothing.js";

/** One stage of a transform chain, as it stands in a configuration. A chain is a list of stages, applied in order. */
export type TransformStage =
  | { readonly type: "identity" }
  | { readonly type: "add_one" }
  | { readonly type: "scaler"; readonly mode: "01" | "-11" | "std" | "none" }
  | { readonly type: "delay"; readonly delay: number }
  | SvdStage
  | LiftStage
  | KernelStage
  | ({ readonly type: "denoise" } & SmoothingSpec)
  | DiffusionStage
  | VariableBandwidthStage
  | IsomapStage;

/** The leading directions of samples; of those found at random, the ones that hold rounding only are left out, whatever the order. */
export type SvdStage = ExactSvdStage | RandomisedSvdStage | CompressedSvdStage;

export interface ExactSvdStage {
  readonly type: "svd";
  readonly solver?: "exact";
  readonly order: Truncation;
  readonly ifcen: boolean;
}

/** From a random sketch of the samples: few passes over wide ones. */
export interface RandomisedSvdStage {
  readonly type: "svd";
  readonly solver: "randomised";
  /** how many directions, at most */
  readonly order: number;
  /** directions of the sketch beyond them */
  readonly oversample: number;
  /** power iterations */
  readonly iterations: number;
  readonly seed: number;
  readonly ifcen: boolean;
}

/** Of random measurements of each sample: nothing of full width is decomposed. */
export interface CompressedSvdStage {
  readonly type: "svd";
  readonly solver: "compressed";
  readonly order: Truncation;
  /** random sums of all columns, for each sample */
  readonly measurements: number;
  readonly seed: number;
  readonly ifcen: boolean;
}

export type LiftStage =
  | { readonly type: "lift"; readonly fobs: "poly"; readonly Ks: readonly number[] }
  | { readonly type: "lift"; readonly fobs: "mixed"; readonly opts: readonly MixedBlock[] }
  | LiftByFunctions;

/** Functions of one's own: formulas of x1, x2, ... (back: of z1, z2, ...), or stored graphs. */
export interface LiftByFunctions {
  readonly type: "lift";
  readonly fobs: readonly string[] | StoredGraph;
  readonly finv: readonly string[] | StoredGraph | null;
}

/**
 * Features of some columns (counted from 0): `m` monomials 1 .. x^(order - 1), `f` the constant and Fourier pairs of an angle up to
 * `order`, `p` of a pair [i, j] monomials of its radius up to order[0] - 1 and Fourier pairs of its angle up to order[1].
 */
export type MixedBlock =
  | readonly [index: number | readonly number[], kind: "m" | "f", order: number]
  | readonly [index: readonly [number, number], kind: "p", order: readonly [number, number]];

/** The leading observables of a kernel on some of the samples. */
export interface KernelStage {
  readonly type: "kernel";
  readonly kernel: ScalarKernel;
  /** observables */
  readonly count: number;
  /** samples that the kernel is taken on, at most; drawn at random, without return */
  readonly landmarks: number;
  /** of the draw */
  readonly seed: number;
}

/** How coordinates of a manifold are brought back: by a fit of x over z. */
export interface RegressedInverseSpec {
  /** `gmls`: local polynomials; `pinv`: one affine map for all */
  readonly inverse: "gmls" | "pinv";
  /** gmls: dimension of the manifold; null = estimated from the coordinates */
  readonly order: number | null;
  /** gmls: degree of the local polynomials */
  readonly Kphi: number;
  /** pinv: singular values below rcond times the largest count as zero; null = rounding */
  readonly rcond: number | null;
}

interface ManifoldSpec extends RegressedInverseSpec {
  /** coordinates */
  readonly edim: number;
  /** neighbours of a sample, itself not counted */
  readonly Knn: number;
  /** samples the map is fitted on, at most: evenly spread over those there are */
  readonly landmarks: number;
}

export interface DiffusionStage extends ManifoldSpec {
  readonly type: "dm";
  readonly alpha: number;
  readonly epsilon: number | null;
  readonly mode: "full" | "knn";
}

export interface VariableBandwidthStage extends ManifoldSpec {
  readonly type: "vbdm";
  readonly Kb: number | null;
}

export interface IsomapStage extends ManifoldSpec {
  readonly type: "isomap";
}
