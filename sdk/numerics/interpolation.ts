import { DymadError } from "../errors.js";
import { Matrix } from "./linalg/matrix.js";

/** How values between samples follow from the samples; see `controlInterpolator`. */
export const interpolationKinds = ["zoh", "next", "nearest", "linear", "quadratic", "cubic"] as const;

export type InterpolationKind = (typeof interpolationKinds)[number];

/** Other names of the kinds. */
export const interpolationAliases = { previous: "zoh", zero: "zoh", slinear: "linear" } as const satisfies Readonly<
  Record<string, InterpolationKind>
>;

/** Kinds by the order of the spline they are. */
export const splineOrders = ["zoh", "linear", "quadratic", "cubic"] as const satisfies readonly InterpolationKind[];

/** Kinds whose values jump, at the samples or (nearest) half-way between them. */
export const jumps = (kind: InterpolationKind): boolean => kind === "zoh" || kind === "next" || kind === "nearest";

/** Kinds that are smooth enough for a solver to step over the ends of their pieces. */
export const isSmooth = (kind: InterpolationKind): boolean => kind === "quadratic" || kind === "cubic";

/** Pieces in each interval between samples: two where they meet half-way. */
export const partsOf = (kind: InterpolationKind): 1 | 2 => (kind === "nearest" || kind === "quadratic" ? 2 : 1);

/** Where pieces meet: the samples, and for kinds with two parts the middles between them too. */
export function pieceEnds(t: Float64Array, parts: 1 | 2): Float64Array {
  if (parts === 1 || t.length < 2) return t;
  return Float64Array.from({ length: 2 * t.length - 1 }, (_, i) => {
    const k = i >> 1;
    return i % 2 === 0 ? t[k] : t[k] + (t[k + 1] - t[k]) / 2;
  });
}

/**
 * A piecewise polynomial through control samples, coefficients computed once.
 * On piece k the value is sum_j coefficients[(k * (degree + 1) + j) * width + i] (time - knots[k])^j.
 */
export interface ControlInterpolator {
  readonly kind: InterpolationKind;
  /** where pieces begin and end, shape [pieces + 1], units of `t` */
  readonly knots: Float64Array;
  /** pieces in each interval between samples */
  readonly parts: 1 | 2;
  /** degree of the pieces: 0, 1, 2 or 3 */
  readonly degree: number;
  /** values per time: the columns of all matrices, one matrix after the other */
  readonly width: number;
  /** shape [pieces, degree + 1, width], units of `u` per power of `t` */
  readonly coefficients: Float64Array;
  /** The piece that `evaluate` uses: that which ends at or after the time, within those there are. */
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
 * zoh: the left sample of the bracket (t_k, t_{k+1}], next: the right one, nearest: the nearer one; linear: the chord; quadratic: the
 * spline of parabolas that meet half-way between samples, the first two and the last two being one; cubic: the not-a-knot spline. With
 * three samples both splines are the parabola, with two the line through them. All extrapolate by their end pieces; one sample gives a constant.
 *
 * @param t     sample times, shape [N], strictly increasing, units of `t`
 * @param u     one matrix [N, m], or one per trajectory of a batch that shares `t`
 * @param kind  one of `interpolationKinds`
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
  const parts = partsOf(kind);
  const knots = pieceEnds(t, parts);
  const segments = Math.max(1, knots.length - 1);
  const segment = (time: number): number => {
    let low = 0;
    let high = knots.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (knots[middle] < time) low = middle + 1;
      else high = middle;
    }
    return Math.min(Math.max(low, 1), segments) - 1;
  };
  const evaluate = (time: number, out: Float64Array, k: number = segment(time)): Float64Array => {
    const s = time - knots[k];
    const start = k * (degree + 1) * width;
    for (let i = 0; i < width; i++) {
      let sum = coefficients[start + degree * width + i];
      for (let j = degree - 1; j >= 0; j--) sum = sum * s + coefficients[start + j * width + i];
      out[i] = sum;
    }
    return out;
  };
  return { kind, knots, parts, degree, width, coefficients, segment, evaluate };
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
  const held = (row: number, rows: number): Float64Array => u.data.slice(row * u.cols, (row + rows) * u.cols);
  if (segments === 0) return { degree: 0, coefficients: held(0, 1) };
  switch (kind) {
    case "zoh":
      return { degree: 0, coefficients: held(0, segments) };
    case "next":
      return { degree: 0, coefficients: held(1, segments) };
    case "nearest": {
      const both = new Float64Array(2 * segments * u.cols);
      for (let k = 0; k < segments; k++) both.set(held(k, 2), 2 * k * u.cols);
      return { degree: 0, coefficients: both };
    }
    case "quadratic":
      return { degree: 2, coefficients: parabolas(t, u) };
    case "linear":
      return { degree: 1, coefficients: hermite(t, u, null, 1) };
    case "cubic":
      return segments === 1
        ? { degree: 1, coefficients: hermite(t, u, null, 1) }
        : { degree: 3, coefficients: hermite(t, u, splineSlopes(t, u), 3) };
    default:
      throw new DymadError("E_SPEC", `there is no interpolation ${JSON.stringify(kind satisfies never)}`, {
        hint: `use ${interpolationKinds.join(", ")}`,
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

/**
 * Pieces of the spline of parabolas, one around each sample, that meet with equal slopes g_k half-way between samples. A parabola
 * through samples k and k + 1 has their chord as slope half-way, which gives the first and the last g; for the others
 * 4 chord_k = d_k + 2 g_k + d_{k+1} with the slopes at the samples d_k = (g_k h_{k-1} + g_{k-1} h_k) / (h_{k-1} + h_k).
 */
function parabolas(t: Float64Array, u: Matrix): Float64Array {
  const segments = t.length - 1;
  const h = Float64Array.from({ length: segments }, (_, k) => t[k + 1] - t[k]);
  const out = new Float64Array(2 * segments * 3 * u.cols);
  const g = new Float64Array(segments);
  const d = new Float64Array(segments + 1);
  for (let i = 0; i < u.cols; i++) {
    for (let k = 0; k < segments; k++) g[k] = (u.get(k + 1, i) - u.get(k, i)) / h[k];
    solveMiddles(h, g);
    for (let k = 1; k < segments; k++) d[k] = (g[k] * h[k - 1] + g[k - 1] * h[k]) / (h[k - 1] + h[k]);
    d[0] = segments === 1 ? g[0] : 2 * g[0] - d[1];
    d[segments] = segments === 1 ? g[0] : 2 * g[segments - 1] - d[segments - 1];
    for (let k = 0; k < segments; k++) {
      const at = 6 * k * u.cols + i;
      const value = u.get(k, i);
      const left = [value, d[k], (g[k] - d[k]) / h[k]];
      const right = [value + (h[k] / 4) * (d[k] + g[k]), g[k], (d[k + 1] - g[k]) / h[k]];
      [...left, ...right].forEach((c, j) => {
        out[at + j * u.cols] = c;
      });
    }
  }
  return out;
}

/** Turns chords into slopes half-way between samples, all but the first and the last: a tridiagonal system. */
function solveMiddles(h: Float64Array, g: Float64Array): void {
  const n = g.length;
  const last = n - 2;
  const share = (k: number): number => h[k] / (h[k - 1] + h[k]);
  const diagonal = new Float64Array(n);
  for (let k = 1; k <= last; k++) {
    diagonal[k] = 2 + (1 - share(k)) + share(k + 1);
    g[k] = 4 * g[k] - (k === 1 ? share(1) * g[0] : 0) - (k === last ? (1 - share(k + 1)) * g[n - 1] : 0);
    if (k === 1) continue;
    const factor = share(k) / diagonal[k - 1];
    diagonal[k] -= factor * (1 - share(k));
    g[k] -= factor * g[k - 1];
  }
  for (let k = last; k >= 1; k--) g[k] = (g[k] - (k < last ? (1 - share(k + 1)) * g[k + 1] : 0)) / diagonal[k];
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
