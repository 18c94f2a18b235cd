import { DymadError } from "../errors.js";
import { Matrix } from "./linalg/matrix.js";

export type InterpolationKind = "zoh" | "linear" | "cubic";

/**
 * A piecewise polynomial through control samples, coefficients computed once.
 * On segment k the value is sum_j coefficients[(k * (degree + 1) + j) * width + i] (time - knots[k])^j.
 */
export interface ControlInterpolator {
  readonly kind: InterpolationKind;
  /** sample times, shape [N], units of `t` */
  readonly knots: Float64Array;
  /** degree of the pieces: 0, 1, 2 or 3 */
  readonly degree: number;
  /** values per time: the columns of all matrices, one matrix after the other */
  readonly width: number;
  /** shape [segments, degree + 1, width], units of `u` per power of `t` */
  readonly coefficients: Float64Array;
  /** The segment that `evaluate` uses: clamp(first sample not before time, 1, N - 1) - 1. */
  segment(time: number): number;
  /**
   * Writes the value at `time` into `out` [width] and returns it; outside the samples the end pieces go on.
   * With `segment` given, that piece is used: a solver inside [t_k, t_{k+1}] passes k, so that a held control
   * has the value of its own interval at both ends.
   */
  evaluate(time: number, out: Float64Array, segment?: number): Float64Array;
}

/**
 * Interpolates control samples in time.
 *
 * zoh: the left sample of the bracket (t_k, t_{k+1}]; linear: the chord; cubic: the not-a-knot spline, with three samples
 * the parabola and with two the line through them. All extrapolate by their end pieces; one sample gives a constant.
 *
 * @param t     sample times, shape [N], strictly increasing, units of `t`
 * @param u     one matrix [N, m], or one per trajectory of a batch that shares `t`
 * @param kind  "zoh", "linear" or "cubic"
 * @returns     the interpolator; `width` is m times the number of matrices
 * @throws      E_DATA when times do not increase; E_SHAPE when lengths differ; E_SPEC when the kind is unknown
 * @see         de Boor 1978, "A Practical Guide to Splines", chapter IV
 * @example     controlInterpolator(Float64Array.of(0, 1), Matrix.from([[0], [2]]), "linear").evaluate(0.5, new Float64Array(1)) // [1]
 */
export function controlInterpolator(
  t: Float64Array,
  u: readonly Matrix[] | Matrix,
  kind: InterpolationKind,
): ControlInterpolator {
  const values = sideBySide(t, u instanceof Matrix ? [u] : u);
  for (let k = 1; k < t.length; k++) {
    if (!(t[k] > t[k - 1])) throw new DymadError("E_DATA", `times must increase, but t[${k}] = ${t[k]} follows ${t[k - 1]}`);
  }
  const { degree, coefficients } = pieces(t, values, kind);
  const width = values.cols;
  const segments = Math.max(1, t.length - 1);
  const segment = (time: number): number => {
    let low = 0;
    let high = t.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (t[middle] < time) low = middle + 1;
      else high = middle;
    }
    return Math.min(Math.max(low, 1), segments) - 1;
  };
  const evaluate = (time: number, out: Float64Array, k: number = segment(time)): Float64Array => {
    const s = time - t[k];
    const start = k * (degree + 1) * width;
    for (let i = 0; i < width; i++) {
      let sum = coefficients[start + degree * width + i];
      for (let j = degree - 1; j >= 0; j--) sum = sum * s + coefficients[start + j * width + i];
      out[i] = sum;
    }
    return out;
  };
  return { kind, knots: t, degree, width, coefficients, segment, evaluate };
}

/** The batch as one matrix [N, total columns]. */
function sideBySide(t: Float64Array, parts: readonly Matrix[]): Matrix {
  if (t.length === 0) throw new DymadError("E_SHAPE", "interpolation needs at least one sample");
  const out = new Matrix(
    t.length,
    parts.reduce((sum, part) => sum + part.cols, 0),
  );
  let offset = 0;
  for (const part of parts) {
    if (part.rows !== t.length) throw new DymadError("E_SHAPE", `${t.length} times but ${part.rows} control samples`);
    for (let k = 0; k < t.length; k++) out.row(k).set(part.row(k), offset);
    offset += part.cols;
  }
  return out;
}

function pieces(t: Float64Array, u: Matrix, kind: InterpolationKind): { degree: number; coefficients: Float64Array } {
  const segments = t.length - 1;
  if (segments === 0 || kind === "zoh") {
    return { degree: 0, coefficients: u.data.slice(0, Math.max(1, segments) * u.cols) };
  }
  switch (kind) {
    case "linear":
      return { degree: 1, coefficients: hermite(t, u, null, 1) };
    case "cubic":
      return segments === 1
        ? { degree: 1, coefficients: hermite(t, u, null, 1) }
        : { degree: 3, coefficients: hermite(t, u, splineSlopes(t, u), 3) };
    default:
      throw new DymadError("E_SPEC", `there is no interpolation ${JSON.stringify(kind satisfies never)}`, {
        hint: "use zoh, linear or cubic",
      });
  }
}

/** Coefficients of the pieces from values and, for cubics, slopes at the knots. */
function hermite(t: Float64Array, u: Matrix, slopes: Matrix | null, degree: number): Float64Array {
  const out = new Float64Array((t.length - 1) * (degree + 1) * u.cols);
  for (let k = 0; k + 1 < t.length; k++) {
    const h = t[k + 1] - t[k];
    const start = k * (degree + 1) * u.cols;
    for (let i = 0; i < u.cols; i++) {
      const chord = (u.get(k + 1, i) - u.get(k, i)) / h;
      out[start + i] = u.get(k, i);
      if (slopes === null) {
        out[start + u.cols + i] = chord;
        continue;
      }
      const left = slopes.get(k, i);
      const right = slopes.get(k + 1, i);
      out[start + u.cols + i] = left;
      out[start + 2 * u.cols + i] = (3 * chord - 2 * left - right) / h;
      out[start + 3 * u.cols + i] = (left + right - 2 * chord) / (h * h);
    }
  }
  return out;
}

/** Slopes at the knots of the not-a-knot spline: a tridiagonal system whose first and last rows make two pieces one. */
function splineSlopes(t: Float64Array, u: Matrix): Matrix {
  const n = t.length;
  const h = Float64Array.from({ length: n - 1 }, (_, k) => t[k + 1] - t[k]);
  const chord = (k: number, i: number): number => (u.get(k + 1, i) - u.get(k, i)) / h[k];
  const slopes = new Matrix(n, u.cols);
  if (n === 3) {
    // Both end conditions name the same knot; the curve is the parabola through the three samples.
    for (let i = 0; i < u.cols; i++) {
      const bend = (chord(1, i) - chord(0, i)) / (h[0] + h[1]);
      for (let k = 0; k < 3; k++) slopes.set(k, i, chord(0, i) + bend * (2 * t[k] - t[0] - t[1]));
    }
    return slopes;
  }
  const diagonal = new Float64Array(n);
  const upper = new Float64Array(n);
  const lower = new Float64Array(n);
  const first = h[0] + h[1];
  const last = h[n - 2] + h[n - 3];
  [diagonal[0], upper[0]] = [h[1], first];
  [diagonal[n - 1], lower[n - 1]] = [h[n - 3], last];
  for (let i = 0; i < u.cols; i++) {
    slopes.set(0, i, ((h[0] + 2 * first) * h[1] * chord(0, i) + h[0] * h[0] * chord(1, i)) / first);
    slopes.set(n - 1, i, (h[n - 2] * h[n - 2] * chord(n - 3, i) + (2 * last + h[n - 2]) * h[n - 3] * chord(n - 2, i)) / last);
  }
  for (let k = 1; k < n - 1; k++) {
    [lower[k], diagonal[k], upper[k]] = [h[k], 2 * (h[k - 1] + h[k]), h[k - 1]];
    for (let i = 0; i < u.cols; i++) slopes.set(k, i, 3 * (h[k] * chord(k - 1, i) + h[k - 1] * chord(k, i)));
  }
  for (let k = 1; k < n; k++) {
    const factor = lower[k] / diagonal[k - 1];
    diagonal[k] -= factor * upper[k - 1];
    for (let i = 0; i < u.cols; i++) slopes.set(k, i, slopes.get(k, i) - factor * slopes.get(k - 1, i));
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let i = 0; i < u.cols; i++) {
      const next = k + 1 < n ? upper[k] * slopes.get(k + 1, i) : 0;
      slopes.set(k, i, (slopes.get(k, i) - next) / diagonal[k]);
    }
  }
  return slopes;
}
