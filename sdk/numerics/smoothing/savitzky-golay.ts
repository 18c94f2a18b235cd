import { DymadError } from "../../errors.js";
import { Matrix } from "../linalg/matrix.js";

/** What stands beyond the ends: `interp` fits the first and last window there, the others continue the samples. */
export type SavitzkyGolayEnds = "interp" | "mirror" | "nearest" | "constant" | "wrap";

export interface SavitzkyGolayOptions {
  /** samples in a window, odd */
  readonly window: number;
  /** degree of the fitted polynomials, below `window` */
  readonly degree: number;
  /** which derivative of the fit is taken; default 0, the fit itself */
  readonly derivative?: number;
  /** distance of samples, units of `t`; it only scales derivatives; default 1 */
  readonly step?: number;
  /** default "interp" */
  readonly ends?: SavitzkyGolayEnds;
  /** the value beyond the ends when they are "constant"; default 0 */
  readonly fill?: number;
}

/**
 * Savitzky-Golay filter along the rows: each sample becomes the value, or a derivative, of the polynomial that fits its window
 * best in the mean square. Polynomials up to `degree` pass unchanged.
 *
 * @param x        equally spaced samples in time order, shape [T, n], units of `x`
 * @param options  window, degree, derivative, step, ends
 * @returns        shape [T, n], units of `x` per (unit of `t`)^derivative; row k belongs to sample k
 * @throws         E_SPEC when window, degree, derivative or step have no meaning; E_SHAPE when T < window
 * @see            Savitzky, Golay 1964, "Smoothing and differentiation of data by simplified least squares procedures", doi:10.1021/ac60214a047
 * @example        savitzkyGolay(Matrix.from([[0], [3], [0]]), { window: 3, degree: 1 }).toRows() // [[1], [1], [1]]
 */
export function savitzkyGolay(x: Matrix, options: SavitzkyGolayOptions): Matrix {
  const { window, degree, derivative = 0, step = 1, ends = "interp", fill = 0 } = options;
  requireMeaning(window, degree, derivative, step);
  if (x.rows < window) {
    throw new DymadError("E_SHAPE", `a Savitzky-Golay window of ${window} needs at least ${window} samples, got ${x.rows}`, {
      path: ["window_length"],
      hint: `write an odd window_length of at most ${x.rows}, or leave out short trajectories`,
    });
  }
  const half = (window - 1) / 2;
  const weights = Array.from({ length: window }, (_, k) => savitzkyGolayWeights(window, degree, k - half, derivative, step));
  const out = new Matrix(x.rows, x.cols);
  const outside = new Float64Array(x.cols).fill(fill);
  for (let t = 0; t < x.rows; t++) {
    const start = t - half;
    const shift = ends === "interp" ? Math.max(0, Math.min(x.rows - window, start)) - start : 0;
    const w = weights[half - shift];
    const into = out.row(t);
    for (let i = 0; i < window; i++) {
      const at = continued(start + shift + i, x.rows, ends);
      const from = at < 0 ? outside : x.row(at);
      for (let j = 0; j < x.cols; j++) into[j] += w[i] * from[j];
    }
  }
  return out;
}

/**
 * Weights w with sum_i w_i y_i = the `derivative`-th derivative, at sample `at` of the window, of the polynomial that fits y best.
 * With q_k the polynomials orthonormal on the window, w_i = sum_k q_k(i) q_k^(derivative)(at) / step^derivative.
 *
 * @param at  place in the window, counted from its middle, in samples
 * @returns   shape [window]
 * @see       Gorry 1990, "General least-squares smoothing and differentiation by the convolution (Savitzky-Golay) method", doi:10.1021/ac00205a007
 * @example   savitzkyGolayWeights(3, 1, 0, 0) // [1/3, 1/3, 1/3]
 */
export function savitzkyGolayWeights(window: number, degree: number, at: number, derivative: number, step = 1): Float64Array {
  const half = (window - 1) / 2;
  const [ofPoint] = orthonormal(window, degree, at, derivative).slice(derivative);
  let unit = 1;
  for (let d = 0; d < derivative; d++) unit *= step;
  return Float64Array.from({ length: window }, (_, i) => {
    const [values] = orthonormal(window, degree, i - half, 0);
    return values.reduce((sum, value, k) => sum + value * ofPoint[k], 0) / unit;
  });
}

/**
 * Polynomials q_0 .. q_degree orthonormal on N points -h .. h, and their derivatives, at s: by the three-term recurrence
 * s q_k = b_(k+1) q_(k+1) + b_k q_(k-1), differentiated term by term.
 *
 * @returns  [order of the derivative][k]
 */
function orthonormal(N: number, degree: number, s: number, derivative: number): number[][] {
  const b = (k: number): number => (k / 2) * Math.sqrt((N * N - k * k) / (4 * k * k - 1));
  const out: number[][] = [];
  for (let d = 0; d <= derivative; d++) {
    const q: number[] = [d === 0 ? 1 / Math.sqrt(N) : 0];
    for (let k = 0; k < degree; k++) {
      const below = k === 0 ? 0 : b(k) * q[k - 1];
      q.push((s * q[k] + (d === 0 ? 0 : d * out[d - 1][k]) - below) / b(k + 1));
    }
    out.push(q);
  }
  return out;
}

/** The sample that stands at `index`, or -1 for the fill value. */
function continued(index: number, T: number, ends: SavitzkyGolayEnds): number {
  if (index >= 0 && index < T) return index;
  switch (ends) {
    case "mirror":
      return index < 0 ? -index : 2 * (T - 1) - index;
    case "nearest":
      return index < 0 ? 0 : T - 1;
    case "wrap":
      return index < 0 ? index + T : index - T;
    default:
      return -1;
  }
}

function requireMeaning(window: number, degree: number, derivative: number, step: number): void {
  const refuse = (key: string, message: string, hint: string): never => {
    throw new DymadError("E_SPEC", message, { path: [key], hint });
  };
  if (!Number.isInteger(window) || window < 1 || window % 2 === 0) {
    refuse("window_length", `window_length must be an odd positive number of samples, got ${window}`, "write 5, 7, 9, ...");
  }
  if (!Number.isInteger(degree) || degree < 0 || degree >= window) {
    refuse("polyorder", `polyorder must be smaller than window_length ${window}, got ${degree}`, `write 0 to ${window - 1}`);
  }
  if (!Number.isInteger(derivative) || derivative < 0) {
    refuse(
      "deriv",
      `deriv must be a whole number of at least 0, got ${derivative}`,
      "write 0 to smooth, 1 for the first derivative",
    );
  }
  if (!(step > 0)) refuse("delta", `delta must be positive, got ${step}`, "write the sampling interval");
}
