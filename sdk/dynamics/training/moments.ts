import type { Weights } from "../models/parameters.js";
import type { CurvaturePair } from "./lbfgs.js";

/** What an optimiser remembers, by weight name. Every rule uses the same fields; those it does not need stay zero. */
export interface Moments {
  /** steps taken since the state was fresh */
  readonly steps: number;
  /**
   * [beta1^k, beta2^k] after the k steps since a weight's moments were zero, as running products: a power function would not
   * have the same bits everywhere
   */
  readonly powers: Readonly<Record<string, readonly [number, number]>>;
  /** mean of gradients, or velocity */
  readonly m: Readonly<Record<string, Float64Array>>;
  /** mean of squared gradients */
  readonly v: Readonly<Record<string, Float64Array>>;
  /** lbfgs: the last steps with their changes of the gradient, oldest first */
  readonly pairs: readonly CurvaturePair[];
}

/** An optimiser before its first step. */
export function freshMoments(weights: Weights): Moments {
  const zeros = (): Record<string, Float64Array> =>
    Object.fromEntries(Object.entries(weights).map(([k, w]) => [k, new Float64Array(w.length)]));
  const powers = Object.fromEntries(Object.keys(weights).map((k) => [k, [1, 1] as const]));
  return { steps: 0, powers, m: zeros(), v: zeros(), pairs: [] };
}

/**
 * Forgets what is known of some weights: after a least-squares update their moments point nowhere. Their bias correction
 * starts again too, or the next steps would be 0.1 / sqrt(0.001), three times, too long.
 *
 * @returns  the state to go on with; its moments are the arrays given
 */
export function forget(state: Moments, names: readonly string[]): Moments {
  const powers = { ...state.powers };
  for (const name of names) {
    state.m[name].fill(0);
    state.v[name].fill(0);
    powers[name] = [1, 1];
  }
  return { ...state, powers, pairs: [] };
}

/** The moments for weights of other names or sizes: what fits is kept, the rest begins fresh. */
export function fitted(state: Moments, weights: Weights): Moments {
  const fresh = freshMoments(weights);
  const keep = <T>(known: Readonly<Record<string, T>>, made: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.keys(weights).map((name) => [name, state.m[name]?.length === weights[name].length ? known[name] : made[name]]),
    );
  return {
    steps: state.steps,
    powers: keep(state.powers, fresh.powers),
    m: keep(state.m, fresh.m),
    v: keep(state.v, fresh.v),
    // they tell of all weights together
    pairs: [],
  };
}
