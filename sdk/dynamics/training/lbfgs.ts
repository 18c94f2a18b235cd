import { epsilon } from "../../numerics/linalg/finite.js";
import { type LinePoint, strongWolfe } from "../../numerics/line-search.js";
import type { Weights } from "../models/parameters.js";
import type { Moments } from "./moments.js";

/** A step, and how the gradient changed along it. */
export interface CurvaturePair {
  readonly s: Readonly<Record<string, Float64Array>>;
  readonly y: Readonly<Record<string, Float64Array>>;
}

/** The objective on one batch at some weights; the value is Infinity and the gradient null where it is not finite. */
export interface BatchPoint {
  readonly value: number;
  readonly gradient: Readonly<Record<string, Float64Array>> | null;
}

/** Pairs that are remembered. Nocedal and Wright find 3 to 20 of use. */
const memory = 10;

interface Trial extends LinePoint {
  readonly gradient: BatchPoint["gradient"];
}

/**
 * One step of L-BFGS, in place on the weights: w += a d, d = -H g with H from the last ten pairs, a by a line search with strong
 * Wolfe conditions on the same batch. Before there are pairs d = -g, and the first step tried is 1 / |g|_1, at most 1; later 1.
 *
 * @param state     its pairs are those of this objective
 * @param here      the batch at `weights`
 * @param evaluate  the batch at `weights` as they are when it is called
 * @returns         the state after the step, the batch at the new weights, and a; 0 when no step along d lowers the objective, and
 *                  then the pairs are forgotten
 * @see             Nocedal, Wright 2006, "Numerical optimization", 2nd ed., algorithms 7.4 and 7.5
 */
export function lbfgsStep(
  state: Moments,
  weights: Weights,
  here: BatchPoint,
  evaluate: () => BatchPoint,
): { readonly state: Moments; readonly here: BatchPoint; readonly step: number } {
  const { gradient } = here;
  const counted = { ...state, steps: state.steps + 1 };
  const stuck = { state: { ...counted, pairs: [] }, here, step: 0 };
  if (gradient === null) return stuck;
  const direction = directionOf(state.pairs, gradient);
  const slope = dot(gradient, direction);
  if (!(slope < 0)) return stuck;
  const from = mapped(weights, (w) => w);
  const move = (step: number): void => {
    for (const [name, w] of Object.entries(weights))
      for (let i = 0; i < w.length; i++) w[i] = from[name][i] + step * direction[name][i];
  };
  const at = (step: number): Trial => {
    move(step);
    const { value, gradient: found } = evaluate();
    return { step, value, slope: found === null ? Number.NaN : dot(found, direction), gradient: found };
  };
  const first = state.pairs.length > 0 ? 1 : Math.min(1, 1 / absoluteSum(gradient));
  const found = strongWolfe(at, { step: 0, value: here.value, slope, gradient }, first);
  move(found.step);
  if (found.step === 0 || found.gradient === null) return stuck;
  const s = mapped(direction, (d) => found.step * d);
  const next = found.gradient;
  const y = mapped(next, (g, name, i) => g - gradient[name][i]);
  // strong Wolfe points have s'y > 0; rounding may say otherwise
  const pairs = dot(s, y) > epsilon * dot(y, y) ? [...state.pairs, { s, y }].slice(-memory) : state.pairs;
  return { state: { ...counted, pairs }, here: { value: found.value, gradient: next }, step: found.step };
}

/** -H g by the two-loop recursion; H begins as (s'y / y'y) I of the last pair. */
function directionOf(
  pairs: readonly CurvaturePair[],
  gradient: Readonly<Record<string, Float64Array>>,
): Record<string, Float64Array> {
  const d = mapped(gradient, (g) => -g);
  const parts: number[] = [];
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y } = pairs[k];
    parts[k] = dot(s, d) / dot(s, y);
    add(d, y, -parts[k]);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = dot(last.s, last.y) / dot(last.y, last.y);
    for (const values of Object.values(d)) for (let i = 0; i < values.length; i++) values[i] *= scale;
  }
  pairs.forEach(({ s, y }, k) => {
    add(d, s, parts[k] - dot(y, d) / dot(s, y));
  });
  return d;
}

function dot(a: Weights, b: Weights): number {
  let sum = 0;
  for (const [name, values] of Object.entries(a)) for (let i = 0; i < values.length; i++) sum += values[i] * b[name][i];
  return sum;
}

function absoluteSum(a: Weights): number {
  let sum = 0;
  for (const values of Object.values(a)) for (const value of values) sum += Math.abs(value);
  return sum;
}

/** target += factor source, in place. */
function add(target: Weights, source: Weights, factor: number): void {
  for (const [name, values] of Object.entries(target))
    for (let i = 0; i < values.length; i++) values[i] += factor * source[name][i];
}

function mapped(source: Weights, f: (value: number, name: string, i: number) => number): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(source).map(([name, values]) => [name, Float64Array.from(values, (v, i) => f(v, name, i))]),
  );
}
