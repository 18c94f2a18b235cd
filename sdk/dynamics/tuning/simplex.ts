import { between, meanOf, type Point } from "./point.js";
import { roundTo12 } from "./rounding.js";
import { type Search, scoreOf } from "./search.js";

/** How far a simplex reaches: reflection > 0, expansion > 1, contraction and shrink in (0, 1). */
export interface SimplexCoefficients {
  readonly reflection: number;
  readonly expansion: number;
  readonly contraction: number;
  readonly shrink: number;
}

export const usualCoefficients: SimplexCoefficients = { reflection: 1, expansion: 2, contraction: 0.5, shrink: 0.5 };

/** How many steps a search in d dimensions takes when nothing is said. */
export const usualSteps = (dimension: number): number => Math.max(20, 8 * dimension);

export interface SimplexOptions extends Partial<SimplexCoefficients> {
  /** steps after the first simplex, integer >= 1; default max(20, 8 d) */
  readonly max_iterations?: number | undefined;
}

/** The centre of the cube, and for each axis the centre moved to 1 on it. */
export const centralSimplex = (dimension: number): Point[] => [
  new Array<number>(dimension).fill(0.5),
  ...Array.from({ length: dimension }, (_, axis) => Array.from({ length: dimension }, (_, j) => (j === axis ? 1 : 0.5))),
];

interface Vertex {
  readonly at: Point;
  readonly score: number;
}

/**
 * A simplex that walks through the unit cube after Nelder and Mead: points are clipped to it and rounded to 12 decimals, a point
 * is asked for once, and there is no tolerance, only a number of steps.
 *
 * @param start  d + 1 points, shape [d + 1, d]
 * @see          Nelder & Mead 1965, "A simplex method for function minimization", doi:10.1093/comjnl/7.4.308
 */
export function* simplexSearch(start: readonly Point[], options: SimplexOptions = {}): Search<Point> {
  const { reflection, expansion, contraction, shrink } = { ...usualCoefficients, ...options };
  const { max_iterations = usualSteps(start[0].length) } = options;
  const known = new Map<string, number>();
  let vertices: readonly Point[] = start.map(inCube);
  for (let k = 0; k < max_iterations; k++) {
    const simplex = sorted(yield* scored(vertices, known));
    const best = simplex[0];
    const worst = simplex[simplex.length - 1];
    const second = simplex[simplex.length - 2];
    const centre = meanOf(simplex.slice(0, -1).map(({ at }) => at));
    const [R] = yield* scored([inCube(between(worst.at, centre, 1 + reflection))], known);
    let replacement: Vertex | null = null;
    if (R.score < best.score) {
      const [X] = yield* scored([inCube(between(centre, R.at, expansion))], known);
      replacement = X.score < R.score ? X : R;
    } else if (R.score < second.score) {
      replacement = R;
    } else {
      const towards = R.score < worst.score ? R.at : worst.at;
      const [K] = yield* scored([inCube(between(centre, towards, contraction))], known);
      if (K.score < Math.min(worst.score, R.score)) replacement = K;
    }
    vertices =
      replacement === null
        ? simplex.map(({ at }, i) => (i === 0 ? at : inCube(between(best.at, at, shrink))))
        : [...simplex.slice(0, -1), replacement].map(({ at }) => at);
  }
}

/** Points with their scores; only those that are new are asked for. */
function* scored(points: readonly Point[], known: Map<string, number>): Generator<readonly Point[], Vertex[], readonly number[]> {
  const fresh = new Map(points.map((at) => [at.join(), at] as const).filter(([key]) => !known.has(key)));
  if (fresh.size > 0) {
    const scores = yield [...fresh.values()];
    [...fresh.keys()].forEach((key, i) => void known.set(key, scoreOf(scores[i])));
  }
  return points.map((at) => ({ at, score: known.get(at.join()) as number }));
}

const inCube = (at: Point): Point => at.map((x) => roundTo12(Math.min(1, Math.max(0, x))));

/** Best first; equal scores keep their order. */
const sorted = (vertices: readonly Vertex[]): Vertex[] =>
  [...vertices].sort((a, b) => (a.score === b.score ? 0 : a.score < b.score ? -1 : 1));
