import type { Weights } from "../models/parameters.js";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** State of Adam by weight name: moments, and the running powers of its decay rates. */
export interface AdamState {
  /** steps taken since the state was fresh */
  readonly steps: number;
  /**
   * [beta1^k, beta2^k] after the k steps since a weight's moments were zero, as running products: a power function would not
   * have the same bits everywhere
   */
  readonly powers: Readonly<Record<string, readonly [number, number]>>;
  readonly m: Readonly<Record<string, Float64Array>>;
  readonly v: Readonly<Record<string, Float64Array>>;
}

/** Adam before its first step. */
export function freshAdam(weights: Weights): AdamState {
  const zeros = (): Record<string, Float64Array> =>
    Object.fromEntries(Object.entries(weights).map(([k, w]) => [k, new Float64Array(w.length)]));
  return { steps: 0, powers: Object.fromEntries(Object.keys(weights).map((k) => [k, [1, 1]])), m: zeros(), v: zeros() };
}

/**
 * One step of Adam, in place on the weights and moments: w -= rate m̂ / (sqrt(v̂) + 1e-8).
 *
 * @returns  the state after the step; its moments are the arrays given
 * @see      Kingma & Ba 2015, arXiv:1412.6980
 */
export function adamStep(state: AdamState, weights: Weights, gradient: Weights, rate: number): AdamState {
  const powers: Record<string, readonly [number, number]> = {};
  for (const [name, w] of Object.entries(weights)) {
    const [power1, power2] = [state.powers[name][0] * BETA1, state.powers[name][1] * BETA2];
    powers[name] = [power1, power2];
    const [g, m, v] = [gradient[name], state.m[name], state.v[name]];
    for (let i = 0; i < w.length; i++) {
      m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
      v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
      w[i] -= (rate * (m[i] / (1 - power1))) / (Math.sqrt(v[i] / (1 - power2)) + EPSILON);
    }
  }
  return { ...state, steps: state.steps + 1, powers };
}

/**
 * Forgets what is known of some weights: after a least-squares update their moments point nowhere. Their bias correction
 * starts again too, or the next steps would be 0.1 / sqrt(0.001), three times, too long.
 *
 * @returns  the state to go on with; its moments are the arrays given
 */
export function forget(state: AdamState, names: readonly string[]): AdamState {
  const powers = { ...state.powers };
  for (const name of names) {
    state.m[name].fill(0);
    state.v[name].fill(0);
    powers[name] = [1, 1];
  }
  return { ...state, powers };
}

/** Shortens a gradient to a 2-norm of at most `limit`, in place. */
export function clip(gradient: Weights, limit: number): void {
  let sum = 0;
  for (const g of Object.values(gradient)) for (const v of g) sum += v * v;
  const norm = Math.sqrt(sum);
  if (!(norm > limit)) return;
  for (const g of Object.values(gradient)) for (let i = 0; i < g.length; i++) g[i] *= limit / norm;
}
