import type { Weights } from "../models/parameters.js";
import type { Moments } from "./moments.js";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * One step of Adam, in place on the weights and moments: w -= rate m̂ / (sqrt(v̂) + 1e-8).
 *
 * @returns  the state after the step; its moments are the arrays given
 * @see      Kingma & Ba 2015, arXiv:1412.6980
 */
export function adamStep(state: Moments, weights: Weights, gradient: Weights, rate: number): Moments {
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
