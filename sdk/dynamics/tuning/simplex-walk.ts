import { nearestFree } from "./candidates.js";
import { between, distance, meanOf, type Point } from "./point.js";
import { type Search, scoreOf } from "./search.js";
import { type SimplexOptions, usualCoefficients } from "./simplex.js";

/**
 * A simplex that walks from candidate to candidate of a list: where the simplex of Nelder and Mead would put a point, the nearest
 * candidate that was not evaluated yet stands in for it.
 *
 * @param points   the candidates as points, see `pointsOf`, shape [n, d]
 * @param options  `max_iterations` default n
 * @see            Nelder & Mead 1965, "A simplex method for function minimization", doi:10.1093/comjnl/7.4.308
 */
export function* simplexWalk(points: readonly Point[], options: SimplexOptions = {}): Search<number> {
  const { reflection, expansion, contraction, shrink } = { ...usualCoefficients, ...options };
  const { max_iterations = points.length } = options;
  const scores = new Map<number, number>();
  function* evaluate(indices: readonly number[]): Generator<readonly number[], void, readonly number[]> {
    const values = yield indices;
    indices.forEach((index, i) => void scores.set(index, scoreOf(values[i])));
  }
  /** Evaluates the nearest candidate that is left; null when none is. */
  function* next(target: Point): Generator<readonly number[], number | null, readonly number[]> {
    const index = nearestFree(points, target, new Set(scores.keys()));
    if (index !== null) yield* evaluate([index]);
    return index;
  }
  const f = (index: number): number => scores.get(index) as number;

  const size = Math.min((points[0]?.length ?? 0) + 1, points.length);
  let simplex = spread(points, size);
  yield* evaluate(simplex);
  if (size < 2) return;
  for (let k = 0; k < max_iterations && scores.size < points.length; k++) {
    // a stable sort: equal scores keep their order
    simplex = [...simplex].sort((a, b) => (f(a) === f(b) ? 0 : f(a) < f(b) ? -1 : 1));
    const rest = simplex.slice(0, -1);
    const worst = simplex[simplex.length - 1];
    const centre = meanOf(rest.map((i) => points[i]));
    const R = yield* next(between(points[worst], centre, 1 + reflection));
    if (R === null) return;
    if (f(R) < f(simplex[0])) {
      const X = yield* next(between(centre, points[R], expansion));
      simplex = [...rest, X !== null && f(X) < f(R) ? X : R];
      continue;
    }
    if (f(R) < f(rest[rest.length - 1])) {
      simplex = [...rest, R];
      continue;
    }
    const K = yield* next(between(centre, points[f(R) < f(worst) ? R : worst], contraction));
    if (K !== null && f(K) < Math.min(f(worst), f(R))) {
      simplex = [...rest, K];
      continue;
    }
    const [best] = simplex;
    const shrunk = [best];
    for (const vertex of simplex.slice(1)) {
      const found = yield* next(between(points[best], points[vertex], shrink));
      if (found !== null) shrunk.push(found);
    }
    if (shrunk.length === 1) return;
    simplex = shrunk;
  }
}

/** The first candidate, then again and again the one farthest from those chosen. */
function spread(points: readonly Point[], count: number): number[] {
  const chosen = [0];
  while (chosen.length < count) {
    let best = -1;
    let farthest = -1;
    points.forEach((point, i) => {
      if (chosen.includes(i)) return;
      const d = chosen.reduce((least, j) => Math.min(least, distance(point, points[j])), Number.POSITIVE_INFINITY);
      if (d > farthest) [best, farthest] = [i, d];
    });
    chosen.push(best);
  }
  return chosen;
}
