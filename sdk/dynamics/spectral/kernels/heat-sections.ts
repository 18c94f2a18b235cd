import { DymadError } from "../../../errors.js";
import { pow } from "../../../numerics/elementary.js";
import { fitScalarKernel, kernelMatrix, kernelRows } from "../../../numerics/kernels/scalar-kernel.js";
import type { ScalarKernel } from "../../../numerics/kernels/spec.js";
import { multiplyLarge } from "../../../numerics/linalg/large-product.js";
import { joinColumns } from "../../../numerics/linalg/lstsq.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import { medianOf } from "../../evaluation/median.js";

export interface HeatOptions {
  /** eps of exp(-d^2 / (4 eps)), units of the points squared: the time of one step */
  readonly eps: number;
  /** "density" (default): a random walk whose density is divided out; "uniform": the symmetric kernel of evenly spread references */
  readonly mode?: "density" | "uniform";
  /** how many steps, 1 or more; default 1 */
  readonly steps?: number;
  /** how much of the density is divided out, 0 to 1; default 1 */
  readonly alpha?: number;
  /** density mode: width of the density estimate relative to eps; default 1 */
  readonly densityFactor?: number;
  /** weights of the locations, shape [Nloc], for masses; default 1 / Nloc each */
  readonly weights?: Float64Array;
  /** "source" gives every column the mass 1, "median" divides all by the median mass, "none" leaves them; default "source" */
  readonly mass?: "source" | "median" | "none";
}

/** Sections of a heat kernel: how heat put at each source is spread over the locations. */
export interface HeatSections {
  /** shape [Nloc, Nsrc] */
  readonly values: Matrix;
  /** weighted sums of the columns before they were normalised, shape [Nsrc] */
  readonly masses: Float64Array;
}

/**
 * The heat kernel at time steps x eps between places, known from reference points on a manifold: one step is a diffusion kernel, more steps
 * pass through the references. Kernels of over 2^23 values are never kept as a whole: memory is that of N x Nsrc values.
 *
 * @param references  points on the manifold, shape [N, n]
 * @param locations   where heat is looked at, shape [Nloc, n]
 * @param sources     where it comes from, shape [Nsrc, n]; default the locations
 * @param options     eps, mode, steps, alpha, densityFactor, weights, mass
 * @returns           values [Nloc, Nsrc] and masses [Nsrc]
 * @throws            E_SPEC when an option means nothing; E_SHAPE when points differ in width or weights do not fit
 * @see               Coifman, Lafon 2006, "Diffusion maps", doi:10.1016/j.acha.2006.04.006
 */
export function heatSections(
  references: Matrix,
  locations: Matrix,
  options: HeatOptions,
  sources: Matrix = locations,
): HeatSections {
  const { steps = 1, mode = "density", mass = "source" } = options;
  requireOptions(options, locations.rows);
  const values =
    mode === "density"
      ? walked(references, locations, sources, options, steps)
      : symmetric(references, locations, sources, options, steps);
  const weights = options.weights ?? new Float64Array(locations.rows).fill(1 / locations.rows);
  const masses = new Matrix(1, weights.length, weights).multiply(values).data;
  if (mass !== "none") {
    const middle = medianOf([...masses]);
    for (let i = 0; i < values.data.length; i++) values.data[i] /= mass === "median" ? middle : masses[i % values.cols];
  }
  return { values, masses };
}

/**
 * The volume of a manifold that references fill evenly: N (4 pi eps)^(dim / 2) / median of the row sums of exp(-d^2 / (4 eps)).
 *
 * @param references  shape [N, n]
 * @param eps         units of the points squared
 * @param dim         dimension of the manifold
 * @returns           the volume, and how much the row sums vary (deviation / mean): above 0.25 the references are not even
 * @throws            E_SPEC when eps or dim is not positive
 */
export function referenceVolume(
  references: Matrix,
  eps: number,
  dim: number,
): { readonly volume: number; readonly variation: number } {
  if (!(eps > 0 && dim > 0)) throw new DymadError("E_SPEC", `eps and dim must be positive, got ${eps} and ${dim}`);
  const sums = product(references, references, eps)(ones(references.rows)).data;
  const mean = sums.reduce((sum, q) => sum + q, 0) / sums.length;
  const variance = sums.reduce((sum, q) => sum + (q - mean) * (q - mean), 0) / sums.length;
  const volume = (references.rows * pow(4 * Math.PI * eps, dim / 2)) / medianOf([...sums]);
  return { volume, variation: Math.sqrt(variance) / mean };
}

/** exp(-|x - z|^2 / (4 eps)), shape [M, N]. */
const weightsBetween = (x: Matrix, z: Matrix, eps: number): Matrix => kernelMatrix(gaussian(eps), z, x);

const gaussian = (eps: number): ScalarKernel => ({ type: "sc_rbf", lengthscale_init: Math.sqrt(2 * eps) });

/** Kernel values kept between products, and made at once where they are not: 64 MiB, and 16. */
const [mostKept, mostAtOnce] = [2 ** 23, 2 ** 21];

/** The product of exp(-|x - z|^2 / (4 eps)) [M, N] with matrices [N, c]. Where the matrix is large it is made anew each time, some rows at once. */
function product(x: Matrix, z: Matrix, eps: number): (v: Matrix) => Matrix {
  if (x.rows * z.rows <= mostKept) {
    const kept = weightsBetween(x, z, eps);
    return (v) => multiplyLarge(kept, v);
  }
  const rows = kernelRows(gaussian(eps), z, fitScalarKernel(gaussian(eps), z, ""), "");
  const block = Math.max(1, Math.floor(mostAtOnce / z.rows));
  return (v) => {
    const out = new Matrix(x.rows, v.cols);
    for (let start = 0; start < x.rows; start += block) {
      const some = multiplyLarge(rows(x.slice(start, Math.min(start + block, x.rows))), v);
      out.data.set(some.data, start * v.cols);
    }
    return out;
  };
}

/** N s d W d s with d = q^-alpha and s = (d sum_r W d_r)^(-1/2); steps pass through the references. */
function symmetric(
  references: Matrix,
  locations: Matrix,
  sources: Matrix,
  { eps, alpha = 1 }: HeatOptions,
  steps: number,
): Matrix {
  const inner = product(references, references, eps);
  const N = references.rows;
  const density = inner(ones(N)).data.map((q) => pow(q, -alpha));
  const both = joinColumns(ones(N), new Matrix(N, 1, density));
  const factorsOf = (times: (v: Matrix) => Matrix): Float64Array => {
    const sums = times(both);
    return Float64Array.from({ length: sums.rows }, (_, i) => {
      const d = pow(sums.get(i, 0), -alpha);
      return d / Math.sqrt(d * sums.get(i, 1));
    });
  };
  const toLocations = product(locations, references, eps);
  const fromLocations = factorsOf(toLocations);
  const fromSources = sources === locations ? fromLocations : factorsOf(product(sources, references, eps));
  if (steps === 1) return scaled(weightsBetween(locations, sources, eps), times(fromLocations, N), fromSources);
  const own = factorsOf(inner);
  let out = scaled(weightsBetween(references, sources, eps), own, fromSources);
  for (let k = 2; k < steps; k++) out = scaled(inner(scaled(out, own, null)), own, null);
  return scaled(toLocations(scaled(out, own, null)), times(fromLocations, N), null);
}

/** Of the walk P(x, y) = W(x, y) q(y)^-alpha / sum_r W(x, r) q(r)^-alpha, by the share q^-1 of each target. */
function walked(
  references: Matrix,
  locations: Matrix,
  sources: Matrix,
  { eps, alpha = 1, densityFactor = 1 }: HeatOptions,
  steps: number,
): Matrix {
  const densityAt = (x: Matrix): Float64Array => product(x, references, eps * densityFactor)(ones(references.rows)).data;
  const [q, there] = [densityAt(references), densityAt(locations)];
  const share = q.map((value) => pow(value, -alpha));
  const arrive = there.map((value) => pow(value, -alpha));
  const leave = (from: (v: Matrix) => Matrix): Float64Array =>
    from(new Matrix(share.length, 1, share)).data.map((value) => 1 / value);
  const left = leave(product(sources, references, eps));
  // columns are sources: a step takes them to the references, or at last to the locations
  let out: Matrix;
  if (steps === 1) out = scaled(weightsBetween(locations, sources, eps), arrive, left);
  else {
    out = scaled(weightsBetween(references, sources, eps), share, left);
    const inner = product(references, references, eps);
    const own = leave(inner);
    for (let k = 2; k < steps; k++) out = scaled(inner(scaled(out, own, null)), share, null);
    out = scaled(product(locations, references, eps)(scaled(out, own, null)), arrive, null);
  }
  const total = q.reduce((sum, value) => sum + 1 / value, 0);
  return scaled(
    out,
    there.map((value) => value * total),
    null,
  );
}

const ones = (rows: number): Matrix => new Matrix(rows, 1, new Float64Array(rows).fill(1));

function requireOptions({ eps, steps = 1, alpha = 1, densityFactor = 1, mode, weights }: HeatOptions, rows: number): void {
  if (!(eps > 0)) throw new DymadError("E_SPEC", `eps must be positive, got ${eps}`, { path: ["eps"] });
  if (!(Number.isInteger(steps) && steps >= 1))
    throw new DymadError("E_SPEC", `steps must be 1 or more, got ${steps}`, { path: ["steps"] });
  if (!(alpha >= 0 && alpha <= 1)) throw new DymadError("E_SPEC", `alpha lies in 0 to 1, got ${alpha}`, { path: ["alpha"] });
  if (!(densityFactor > 0)) {
    throw new DymadError("E_SPEC", `densityFactor must be positive, got ${densityFactor}`, { path: ["densityFactor"] });
  }
  if (mode === "uniform" && densityFactor !== 1) {
    throw new DymadError("E_SPEC", "densityFactor has no meaning in the uniform mode", { path: ["densityFactor"] });
  }
  if (weights !== undefined && weights.length !== rows) {
    throw new DymadError("E_SHAPE", `${weights.length} weights for ${rows} locations`, { path: ["weights"] });
  }
}

/** diag(left) A diag(right). */
function scaled(a: Matrix, left: Float64Array, right: Float64Array | null): Matrix {
  return new Matrix(
    a.rows,
    a.cols,
    a.data.map((value, i) => value * left[Math.floor(i / a.cols)] * (right === null ? 1 : right[i % a.cols])),
  );
}

const times = (values: Float64Array, factor: number): Float64Array => values.map((value) => value * factor);
