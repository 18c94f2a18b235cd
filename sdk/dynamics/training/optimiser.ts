import type { Weights } from "../models/parameters.js";
import { adamStep } from "./adam.js";
import type { Moments } from "./moments.js";

/** How a gradient moves the weights. */
export interface UpdateRule {
  readonly optimizer: "adam" | "adamw" | "sgd" | "rmsprop";
  /** adamw: part of the rate by which weights shrink in a step; others: factor of the weights added to the gradient */
  readonly weight_decay: number;
  /** sgd, rmsprop: part of the last step that goes on; 0 = none */
  readonly momentum: number;
}

/** rmsprop: how much of the mean square stays in a step. */
const ALPHA = 0.99;
const EPSILON = 1e-8;

/**
 * One step of an optimiser, in place on the weights and moments. With g the gradient, d the weight decay and μ the momentum:
 *
 * adam: as {@link adamStep} with g + d w. adamw: w -= rate d w, then Adam with g.
 * sgd: m = μ m + g + d w, w -= rate m. rmsprop: v = 0.99 v + 0.01 (g + d w)², m = μ m + (g + d w) / (sqrt(v) + 1e-8), w -= rate m.
 *
 * @returns  the state after the step; its moments are the arrays given
 * @see      Loshchilov & Hutter 2019, "Decoupled weight decay regularization", arXiv:1711.05101; Sutskever et al. 2013, "On the
 *           importance of initialization and momentum in deep learning"; Tieleman & Hinton 2012, lecture 6.5 (rmsprop)
 */
export function optimiserStep(rule: UpdateRule, state: Moments, weights: Weights, gradient: Weights, rate: number): Moments {
  const { optimizer, weight_decay } = rule;
  if (weight_decay > 0) decay(weights, gradient, weight_decay, optimizer === "adamw" ? rate : null);
  if (optimizer === "adam" || optimizer === "adamw") return adamStep(state, weights, gradient, rate);
  for (const [name, w] of Object.entries(weights)) {
    const [g, m, v] = [gradient[name], state.m[name], state.v[name]];
    for (let i = 0; i < w.length; i++) {
      m[i] = rule.momentum * m[i] + (optimizer === "sgd" ? g[i] : scaled(v, i, g[i]));
      w[i] -= rate * m[i];
    }
  }
  return { ...state, steps: state.steps + 1 };
}

/** A gradient over the root of its running mean square, which takes it in. */
function scaled(v: Float64Array, i: number, g: number): number {
  v[i] = ALPHA * v[i] + (1 - ALPHA) * g * g;
  return g / (Math.sqrt(v[i]) + EPSILON);
}

/** Shrinks the weights themselves (decoupled, with a rate), or adds them to the gradient. */
function decay(weights: Weights, gradient: Weights, factor: number, rate: number | null): void {
  for (const [name, w] of Object.entries(weights)) {
    const g = gradient[name];
    for (let i = 0; i < w.length; i++) {
      if (rate === null) g[i] += factor * w[i];
      else w[i] -= rate * factor * w[i];
    }
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
