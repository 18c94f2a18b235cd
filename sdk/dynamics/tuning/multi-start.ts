import type { RandomKey } from "../../numerics/random.js";
import { sobol } from "../../numerics/sobol.js";
import type { Point } from "./point.js";
import { type Search, together } from "./search.js";
import { type SimplexCoefficients, simplexSearch, usualSteps } from "./simplex.js";

export interface MultiStartOptions extends Partial<SimplexCoefficients> {
  /** simplices, integer >= 1; no more than there are steps */
  readonly starts: number;
  /** steps of all simplices together; default max(20, 8 d) for each */
  readonly max_iterations?: number | undefined;
}

/** Side of a first simplex, part of the cube's side. */
const side = 0.2;

/**
 * Several simplices side by side, from centres that fill the cube evenly (a scrambled Sobol sequence). They share the steps, the
 * first ones taking what does not divide, and know nothing of one another.
 *
 * @param key  where the scrambling comes from
 */
export function multiStart(dimension: number, key: RandomKey, options: MultiStartOptions): Search<Point> {
  const total = options.max_iterations ?? usualSteps(dimension) * options.starts;
  const starts = Math.min(options.starts, total);
  const searches = sobol(starts, dimension, key).map((centre, i) => {
    const max_iterations = Math.floor(total / starts) + (i < total % starts ? 1 : 0);
    const corners = centre.map((x, axis) => centre.map((y, j) => (j === axis ? (x <= 0.5 ? y + side : y - side) : y)));
    return simplexSearch([centre, ...corners], { ...options, max_iterations });
  });
  return together(searches);
}
