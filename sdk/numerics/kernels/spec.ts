/** exp(-|x - z|^2 / (2 l^2)) or exp(-|x - z| / l). */
export interface LengthKernel {
  readonly type: "sc_rbf" | "sc_exp";
  /** l, units of the points; default null = chosen from the points */
  readonly lengthscale_init?: number | null;
}

/**
 * The kernel of a diffusion map: W = exp(-|x - z|^2 / (4 eps)), divided by its row sums twice so that neither the density of the
 * points nor their number weighs, and symmetric.
 */
export interface DiffusionKernel {
  readonly type: "sc_dm";
  /** eps, units of the points squared; default null = chosen from the points */
  readonly eps_init?: number | null;
  /** how much of the density is divided out: 0 none, 1 all; default 1 */
  readonly alpha_init?: number;
  /** periodic: differences along `periodic_axes` are taken modulo 1; default euclidean */
  readonly metric?: "euclidean" | "periodic";
  /** numbers of coordinates, from 0; default null = all */
  readonly periodic_axes?: readonly number[] | null;
}

/** How much of the density a diffusion kernel divides out. */
export const densityPower = ({ alpha_init = 1 }: DiffusionKernel): number => alpha_init;

/** The product of scalar kernels. */
export interface ProductKernel {
  readonly type: "sc_prod";
  readonly kopts: readonly ScalarKernel[];
}

/** A kernel with numbers for values. */
export type ScalarKernel = LengthKernel | DiffusionKernel | ProductKernel;

/** Whether the values of a kernel depend on all samples. */
export const sumsOverSamples = (kernel: ScalarKernel): boolean =>
  kernel.type === "sc_dm" || (kernel.type === "sc_prod" && kernel.kopts.some(sumsOverSamples));

/** sum_i k_i(x, z) B_i with B_i = L_i L_i^T: a matrix for every pair. */
export interface SeparableKernel {
  readonly type: "op_sep";
  readonly kopts: readonly ScalarKernel[];
  /** lower triangular L_i, one for each of `kopts`; null = identities */
  readonly Ls: readonly (readonly (readonly number[])[])[] | null;
}

/** k(x, z) T(x) T(z)^T in coordinates of the tangent spaces of a manifold. */
export interface TangentKernel {
  readonly type: "op_tan";
  readonly kopts: readonly [ScalarKernel];
}

export type KernelSpec = ScalarKernel | SeparableKernel | TangentKernel;

/**
 * How outputs share kernels: `share` one for all, `indep` one each, `opval` matrices for values, `tangent` vectors in the tangent
 * spaces of a manifold.
 */
export type RidgeKind = "share" | "indep" | "opval" | "tangent";

/** What a kernel ridge regression is made of: `share` has one kernel, `indep` one for each output, the others an operator kernel. */
export interface RidgeSpec {
  readonly type: RidgeKind;
  readonly kernel: readonly KernelSpec[];
  /** so many random features stand for the kernel, which is one sc_rbf then; default null = none */
  readonly features?: number | null;
}

/** An array that a formula needs. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** taken as it is by derivatives: points, and sums over them */
  readonly fixed: boolean;
}
