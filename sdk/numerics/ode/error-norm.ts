import type { Tableau } from "./tableau.js";

type Numbers = Float64Array | Float32Array;

/** Norm of the error of a step of size h from y to `next` with stages k, shape [stages, n]: 1 = as large as tolerated. */
export type ErrorNorm = (h: number, y: Numbers, next: Numbers, k: Numbers) => number;

/** Entries of one array of all stages, with the weights that are not zero. */
export interface Row {
  readonly weights: Float64Array;
  readonly offsets: Int32Array;
}

/** The non-zero weights of stages of n entries, and where their stages lie in the array of all. */
export function rowOf(weights: readonly number[], n: number): Row {
  const used = weights.flatMap((w, i) => (w === 0 ? [] : [i]));
  return { weights: Float64Array.from(used, (i) => weights[i]), offsets: Int32Array.from(used, (i) => i * n) };
}

/**
 * The root mean square over the entries of the error estimate in units of what is tolerated, atol + rtol max(|y|, |next|); two
 * estimates E and e combine to E^2 / sqrt(E^2 + e^2 / 100).
 *
 * @param tableau  without an error estimate the norm is 0: every step is good
 * @see            Hairer, Nørsett, Wanner 1993, "Solving Ordinary Differential Equations I", sections II.4 and II.10
 */
export function errorNorm(tableau: Tableau, n: number, rtol: number, atol: number): ErrorNorm {
  const estimates = [tableau.error, tableau.coarse?.error].flatMap((weights) => (weights == null ? [] : [rowOf(weights, n)]));
  const squares = ({ weights, offsets }: Row, h: number, y: Numbers, next: Numbers, k: Numbers): number => {
    let sum = 0;
    for (let j = 0; j < n; j++) {
      let e = 0;
      for (let i = 0; i < weights.length; i++) e += weights[i] * k[offsets[i] + j];
      const scaled = (h * e) / (atol + rtol * Math.max(Math.abs(y[j]), Math.abs(next[j])));
      sum += scaled * scaled;
    }
    return sum;
  };
  const count = Math.max(1, n);
  const [fine, coarse] = estimates;
  return (h, y, next, k) => {
    if (fine === undefined) return 0;
    const sum = squares(fine, h, y, next, k);
    if (coarse === undefined || sum === 0) return Math.sqrt(sum / count);
    return sum / Math.sqrt((sum + 0.01 * squares(coarse, h, y, next, k)) * count);
  };
}
