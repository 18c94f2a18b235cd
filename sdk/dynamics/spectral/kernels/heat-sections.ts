import { DymadError } from "../../../errors.js";
import { pow } from "../../../numerics/elementary.js";
import { kernelMatrix } from "../../../numerics/kernels/scalar-kernel.js";
import { multiplyLarge } from "../../../numerics/linalg/large-product.js";
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
 * pass through the references.
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
  const sums = rowSums(weightsBetween(references, references, eps));
  const mean = sums.reduce((sum, q) => sum + q, 0) / sums.length;
  const variance = sums.reduce((sum, q) => sum + (q - mean) * (q - mean), 0) / sums.length;
  const volume = (references.rows * pow(4 * Math.PI * eps, dim / 2)) / medianOf([...sums]);
  return { volume, variation: Math.sqrt(variance) / mean };
}

/** exp(-|x - z|^2 / (4 eps)), shape [M, N]. */
const weightsBetween = (x: Matrix, z: Matrix, eps: number): Matrix =>
  kernelMatrix({ type: "sc_rbf", lengthscale_init: Math.sqrt(2 * eps) }, z, x);

/** N s d W d s with d = q^-alpha and s = (d sum_r W d_r)^(-1/2); steps pass through the references. */
function symmetric(
  references: Matrix,
  locations: Matrix,
  sources: Matrix,
  { eps, alpha = 1 }: HeatOptions,
  steps: number,
): Matrix {
  const inner = weightsBetween(references, references, eps);
  const density = rowSums(inner).map((q) => pow(q, -alpha));
  const factorsAt = (w: Matrix): Float64Array => {
    const d = rowSums(w).map((q) => pow(q, -alpha));
    const sums = w.multiply(new Matrix(density.length, 1, density)).data;
    return d.map((value, i) => value / Math.sqrt(value * sums[i]));
  };
  const between = (x: Matrix, z: Matrix, left: Float64Array, right: Float64Array): Matrix =>
    scaled(weightsBetween(x, z, eps), left, right);
  const [toLocations, toSources] = [locations, sources].map((x) => weightsBetween(x, references, eps));
  const [own, fromLocations, fromSources] = [inner, toLocations, toSources].map(factorsAt);
  const N = references.rows;
  if (steps === 1) return times(between(locations, sources, fromLocations, fromSources), N);
  const step = scaled(inner, own, own);
  let out = scaled(toSources, fromSources, own).transpose();
  for (let k = 2; k < steps; k++) out = multiplyLarge(step, out);
  return times(multiplyLarge(scaled(toLocations, fromLocations, own), out), N);
}

/** Of the walk P(x, y) = W(x, y) q(y)^-alpha / sum_r W(x, r) q(r)^-alpha, by the share q^-1 of each target. */
function walked(
  references: Matrix,
  locations: Matrix,
  sources: Matrix,
  { eps, alpha = 1, densityFactor = 1 }: HeatOptions,
  steps: number,
): Matrix {
  const densityAt = (x: Matrix): Float64Array => rowSums(weightsBetween(x, references, eps * densityFactor));
  const [q, there] = [densityAt(references), densityAt(locations)];
  const share = q.map((value) => pow(value, -alpha));
  const leave = (x: Matrix): Float64Array =>
    weightsBetween(x, references, eps)
      .multiply(new Matrix(share.length, 1, share))
      .data.map((value) => 1 / value);
  const arrive = there.map((value) => pow(value, -alpha));
  const walk = (x: Matrix, z: Matrix, right: Float64Array): Matrix => scaled(weightsBetween(x, z, eps), leave(x), right);
  let out = steps === 1 ? walk(sources, locations, arrive) : walk(sources, references, share);
  if (steps > 2) {
    const step = walk(references, references, share);
    for (let k = 2; k < steps; k++) out = multiplyLarge(out, step);
  }
  if (steps > 1) out = multiplyLarge(out, walk(references, locations, arrive));
  const total = q.reduce((sum, value) => sum + 1 / value, 0);
  return scaled(
    out.transpose(),
    there.map((value) => value * total),
    null,
  );
}

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

function rowSums(a: Matrix): Float64Array {
  return Float64Array.from({ length: a.rows }, (_, i) => a.row(i).reduce((sum, value) => sum + value, 0));
}

/** diag(left) A diag(right). */
function scaled(a: Matrix, left: Float64Array, right: Float64Array | null): Matrix {
  return new Matrix(
    a.rows,
    a.cols,
    a.data.map((value, i) => value * left[Math.floor(i / a.cols)] * (right === null ? 1 : right[i % a.cols])),
  );
}

const times = (a: Matrix, factor: number): Matrix =>
  new Matrix(
    a.rows,
    a.cols,
    a.data.map((value) => value * factor),
  );
