import { pointsOf } from "../../dynamics/tuning/candidates.js";
import { multiStart } from "../../dynamics/tuning/multi-start.js";
import { fromUnit, type Parameters } from "../../dynamics/tuning/parameter.js";
import { patternSearch, patternWalk } from "../../dynamics/tuning/pattern.js";
import { mapped, type Search } from "../../dynamics/tuning/search.js";
import { centralSimplex, simplexSearch } from "../../dynamics/tuning/simplex.js";
import { simplexWalk } from "../../dynamics/tuning/simplex-walk.js";
import { keyed } from "../../numerics/random.js";
import type { CompiledSearch } from "../compiler/compiled.js";

/** A candidate of a search: a place in the grid, or null where there is none, and its values. */
export interface Proposal {
  readonly index: number | null;
  readonly params: Parameters;
}

/**
 * How a search goes through its candidates. Over a grid whose values are not all numbers there is no path: the candidates are
 * taken in order.
 *
 * @param seed  of the search; scatters the starts of several simplices
 */
export function strategyOf(search: CompiledSearch, seed: number): Search<Proposal> {
  const { mode, candidates, bounds, coefficients, starts } = search;
  const max_iterations = search.max_iterations ?? undefined;
  const batch_size = search.batch_size ?? undefined;
  const { shrink } = coefficients;
  if (bounds !== null) {
    const d = bounds.length;
    const path =
      mode === "batch_pattern_search"
        ? patternSearch(d, { budget: max_iterations, batch_size, shrink })
        : mode === "multi_start_nelder_mead"
          ? multiStart(d, keyed(seed).fold("starts"), { ...coefficients, starts, max_iterations })
          : simplexSearch(centralSimplex(d), { ...coefficients, max_iterations });
    return mapped(path, (point) => ({
      index: null,
      params: Object.fromEntries(bounds.map((bound, j) => [bound.name, fromUnit(bound, point[j])])),
    }));
  }
  const all = candidates ?? [];
  const points = mode === "grid" ? null : pointsOf(all);
  const path =
    points === null
      ? inOrder(mode === "batch_pattern_search" ? Math.min(all.length, max_iterations ?? all.length) : all.length)
      : mode === "batch_pattern_search"
        ? patternWalk(points, { budget: max_iterations, batch_size, shrink })
        : simplexWalk(points, { ...coefficients, max_iterations });
  return mapped(path, (index) => ({ index, params: all[index] }));
}

function* inOrder(count: number): Search<number> {
  yield Array.from({ length: count }, (_, i) => i);
}
