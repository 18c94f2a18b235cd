import type { Matrix } from "../../../numerics/linalg/matrix.js";

/** A control signal: writes u(t), shape [m], into `out`. */
export type Signal = (t: number, out: Float64Array) => void;

export type SignalMode = "zoh" | "linear" | "cubic";

/**
 * A signal through samples.
 *
 * zoh: the value of the last sample at or before t, clamped at both ends; linear: chords, the end ones go on;
 * cubic: the natural spline (second derivative zero at both ends), the end pieces go on.
 *
 * @param times   sample times, shape [N], increasing, units of `t`
 * @param values  shape [N, m], units of `u`
 * @see           de Boor 1978, "A Practical Guide to Splines", chapter IV
 */
export function signalThrough(times: Float64Array, values: Matrix, mode: SignalMode): Signal {
  const last = times.length - 1;
  const piece = (t: number): number => Math.min(Math.max(lastAtOrBefore(times, t), 0), Math.max(last - 1, 0));
  if (mode === "zoh" || last === 0) {
    return (t, out) => out.set(values.row(Math.max(lastAtOrBefore(times, t), 0)));
  }
  const bends = mode === "cubic" ? naturalBends(times, values) : null;
  return (t, out) => {
    const k = piece(t);
    const h = times[k + 1] - times[k];
    const a = (times[k + 1] - t) / h;
    const b = (t - times[k]) / h;
    for (let i = 0; i < out.length; i++) {
      const chord = a * values.get(k, i) + b * values.get(k + 1, i);
      out[i] =
        bends === null
          ? chord
          : chord + (((a * a * a - a) * bends.get(k, i) + (b * b * b - b) * bends.get(k + 1, i)) * h * h) / 6;
    }
  };
}

/** Index of the last time <= t; -1 before the first. */
function lastAtOrBefore(times: Float64Array, t: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Second derivatives of the natural spline at its knots: a tridiagonal system, by elimination. */
function naturalBends(times: Float64Array, values: Matrix): Matrix {
  const N = times.length;
  const bends = values.clone();
  bends.data.fill(0);
  const upper = new Float64Array(N);
  for (let k = 1; k < N - 1; k++) {
    const [before, after] = [times[k] - times[k - 1], times[k + 1] - times[k]];
    const pivot = 2 * (before + after) - before * upper[k - 1];
    upper[k] = after / pivot;
    for (let i = 0; i < values.cols; i++) {
      const jump = (values.get(k + 1, i) - values.get(k, i)) / after - (values.get(k, i) - values.get(k - 1, i)) / before;
      bends.set(k, i, (6 * jump - before * bends.get(k - 1, i)) / pivot);
    }
  }
  for (let k = N - 2; k > 0; k--) {
    for (let i = 0; i < values.cols; i++) bends.set(k, i, bends.get(k, i) - upper[k] * bends.get(k + 1, i));
  }
  return bends;
}
