import { pow } from "../elementary.js";

export interface Beginning {
  /** order of the method */
  readonly order: number;
  /** time to go, units of `t`, positive */
  readonly span: number;
  /** start, shape [size] */
  readonly y0: Float64Array;
  /** the rate there, shape [size] */
  readonly k0: Float64Array;
  readonly rtol: number;
  readonly atol: number;
  /** the rate at h after the start and a state, shape [size] */
  rateAfter(h: number, y: Float64Array): Float64Array;
}

/**
 * The first step: a tenth of what an Euler step and the change of the rate over it suggest.
 *
 * @see Hairer, Nørsett, Wanner 1993, "Solving Ordinary Differential Equations I", section II.4
 */
export function firstStep({ order, span, y0, k0, rtol, atol, rateAfter }: Beginning): number {
  const scale = y0.map((v) => atol + rtol * Math.abs(v));
  const rms = (v: Float64Array): number =>
    Math.sqrt(v.reduce((sum, x, j) => sum + (x / scale[j]) * (x / scale[j]), 0) / Math.max(1, v.length));
  const d0 = rms(y0);
  const d1 = rms(k0);
  const guess = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1;
  const h0 = Math.min(guess, span);
  const k1 = rateAfter(
    h0,
    y0.map((v, j) => v + h0 * k0[j]),
  );
  const d2 = rms(k1.map((v, j) => v - k0[j])) / h0;
  const steepest = Math.max(d1, d2);
  const h1 = steepest <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : pow(0.01 / steepest, 1 / (order + 1));
  const h = Math.min(100 * h0, h1, span);
  return Number.isFinite(h) && h > 0 ? h : span * 1e-6;
}
