import type { Weights } from "../models/parameters.js";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** State of Adam: moments by weight name, and the running powers of its decay rates. */
export interface AdamState {
  readonly steps: number;
  /** beta1^steps and beta2^steps as running products: a power function would not have the same bits everywhere */
  readonly power1: number;
  readonly power2: number;
  readonly m: Readonly<Record<string, Float64Array>>;
  readonly v: Readonly<Record<string, Float64Array>>;
}

/** Adam before its first step. */
export function freshAdam(weights: Weights): AdamState {
  const zeros = (): Record<string, Float64Array> =>
    Object.fromEntries(Object.entries(weights).map(([k, w]) => [k, new Float64Array(w.length)]));
  return { steps: 0, power1: 1, power2: 1, m: zeros(), v: zeros() };
}

/**
 * One step of Adam, in place on the weights and moments: w -= rate m̂ / (sqrt(v̂) + 1e-8).
 *
 * @returns  the state after the step; its moments are the arrays given
 * @see      Kingma & Ba 2015, arXiv:1412.6980
 */
export function adamStep(state: AdamState, weights: Weights, gradient: Weights, rate: number): AdamState {
  const power1 = state.power1 * BETA1;
  const power2 = state.power2 * BETA2;
  for (const [name, w] of Object.entries(weights)) {
    const [g, m, v] = [gradient[name], state.m[name], state.v[name]];
    for (let i = 0; i < w.length; i++) {
      m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
      v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
      w[i] -= (rate * (m[i] / (1 - power1))) / (Math.sqrt(v[i] / (1 - power2)) + EPSILON);
    }
  }
  return { ...state, steps: state.steps + 1, power1, power2 };
}

/** Forgets the moments of some weights: after a least-squares update they point nowhere. */
export function forget(state: AdamState, names: readonly string[]): void {
  for (const name of names) {
    state.m[name]?.fill(0);
    state.v[name]?.fill(0);
  }
}

/** Shortens a gradient to a 2-norm of at most `limit`, in place. */
export function clip(gradient: Weights, limit: number): void {
  let sum = 0;
  for (const g of Object.values(gradient)) for (const v of g) sum += v * v;
  const norm = Math.sqrt(sum);
  if (!(norm > limit)) return;
  for (const g of Object.values(gradient)) for (let i = 0; i < g.length; i++) g[i] *= limit / norm;
}
