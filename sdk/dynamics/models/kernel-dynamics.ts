import type { Tensor, Tensors } from "../../numerics/engine/index.js";
import { matmul } from "../../numerics/engine/index.js";
import { firstFactors, ridgeArrays, ridgeFormula, withArrays } from "../../numerics/kernels/ridge-formula.js";
import type { Arrays } from "../../numerics/kernels/row-pass.js";
import type { RidgeSpec } from "../../numerics/kernels/spec.js";
import type { Dynamics } from "./dynamics.js";
import type { Model } from "./model.js";
import type { Parameter, Weights } from "./parameters.js";
import type { ModelDims } from "./sizes.js";
import type { ModelSpec } from "./spec.js";

/** The kernel regression inside kernel dynamics: from features s to z', or to what is added to z. */
export interface KernelMap {
  /** samples, landmarks or random features it stands on; 1 before the first fit, which gives 0 */
  readonly points: number;
  readonly ridge: RidgeSpec;
  readonly parameters: readonly Parameter[];
  /** the regression itself: no step from z, no projection */
  field(weights: Tensors, s: Tensor): Tensor;
}

const prefix = "dynamics.";
const coefficients = `${prefix}alpha`;
/** Tangent vectors at the points, row by row, shape [N, d z]. */
export const FRAMES = `${prefix}frames`;

/** Points that the weights of a kernel model stand on. */
export const pointsOf = (weights: Weights, z: number): number => weights[coefficients].length / z;

/** The weights of a model with another regression in it, and tangent vectors [N, d z] at its points where it has them. */
export function withRegression(weights: Weights, arrays: Arrays, frames: Float64Array | null): Record<string, Float64Array> {
  const rest = Object.entries(weights).filter(([name]) => !name.startsWith(prefix));
  const own = Object.entries(arrays).map(([name, values]) => [prefix + name, values] as const);
  return Object.fromEntries([...rest, ...own, ...(frames === null ? [] : [[FRAMES, frames] as const])]);
}

/**
 * Dynamics by kernels: z' = f(s) with a kernel ridge regression f; `kernel-step` z' = z + f(s); `kernel-tangent` f(s) projected on the
 * tangent space of the samples' manifold at the nearest sample. Points, sums over them and tangent vectors stay as they are when the
 * rest is trained.
 *
 * @see  Micchelli, Pontil 2005, "On learning vector-valued functions", doi:10.1162/0899766052530802
 */
export function kernelDynamics(
  spec: ModelSpec,
  { s, z }: ModelDims,
  points: number,
  kind: "kernel" | "kernel-step" | "kernel-tangent",
): Dynamics & { readonly kernel: KernelMap } {
  const machine = machineOf(spec);
  const { type, kernel, random_features: waves = null } = machine;
  const ridge: RidgeSpec = waves === null ? { type, kernel } : { type, kernel, features: waves };
  const declared = ridgeArrays(ridge, s, z, points);
  const factors = firstFactors(ridge, z);
  const parameters: Parameter[] = declared.map(({ name, shape, fixed }) => ({
    name: prefix + name,
    shape,
    fixed,
    initial: () => factors[name] ?? new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(starts(name) ? 1 : 0),
  }));
  if (kind === "kernel-tangent") {
    const size = machine.manifold?.d ?? 1;
    parameters.push({ name: FRAMES, shape: [points, size * z], fixed: true, initial: () => new Float64Array(points * size * z) });
  }
  const field = (w: Tensors, features: Tensor): Tensor =>
    ridgeFormula(
      ridge,
      features,
      Object.fromEntries(declared.map(({ name, fixed }) => [name, fixed ? w[prefix + name].stop() : w[prefix + name]])),
    );
  return {
    parameters,
    linear: null,
    kernel: { points, ridge, parameters, field },
    p: 0,
    apply(w, state, features) {
      const value = field(w, features);
      if (kind === "kernel-tangent") return onNearestTangent(w[FRAMES].stop(), w[`${prefix}X`].stop(), state, value);
      return kind === "kernel-step" ? state.add(value) : value;
    },
  };
}

/** Widths and sums of a kernel begin at 1, so that nothing is divided by 0 before a fit; everything else at 0. */
const starts = (name: string): boolean => name.startsWith("kernel.");

/** The options of a kernel machine; a specification of such a family has them. */
export function machineOf({ kernel }: ModelSpec): NonNullable<ModelSpec["kernel"]> {
  return kernel as NonNullable<ModelSpec["kernel"]>;
}

/** The regression with the widths and L_i that weights have; as it is specified before the first fit. */
export function regressionOf({ kernel, node }: Pick<Model, "kernel" | "node">, weights: Weights): RidgeSpec {
  const { ridge, points } = kernel as KernelMap;
  if (points === 1) return ridge;
  const own = Object.entries(weights).filter(([name]) => name.startsWith(prefix));
  return withArrays(ridge, Object.fromEntries(own.map(([name, values]) => [name.slice(prefix.length), values])), node.z);
}

/** T^T T v with the tangent vectors T of the point nearest to z (the mean over points that are equally near). */
function onNearestTangent(frames: Tensor, points: Tensor, z: Tensor, v: Tensor): Tensor {
  const [N] = points.shape;
  const n = z.shape.at(-1) as number;
  const d = frames.shape[1] / n;
  const rows = z.size / n;
  const [place, vector] = [z.reshape([rows, n]), v.reshape([rows, n])];
  const columns = points.transpose([1, 0]);
  const squared = Array.from({ length: n }, (_, j) =>
    place
      .slice(1, j, 1)
      .sub(columns.slice(0, j, 1))
      .square(),
  ).reduce((a, b) => a.add(b));
  const least = squared.neg().maximum([1], true).neg();
  const near = squared.gt(least).neg().add(1);
  const chosen = near.div(near.sum([1], true)).stop();
  // sum_j chosen_j T_j^T (T_j v): through the coordinates of v in every frame
  const T = frames.reshape([N * d, n]);
  const along = matmul(vector, T, false, true)
    .reshape([rows, N, d])
    .mul(chosen.reshape([rows, N, 1]));
  return matmul(along.reshape([rows, N * d]), T).reshape(z.shape);
}
