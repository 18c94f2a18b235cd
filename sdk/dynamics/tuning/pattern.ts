import { nearestFree } from "./candidates.js";
import type { Point } from "./point.js";
import { roundTo12 } from "./rounding.js";
import { type Search, scoreOf } from "./search.js";
import { usualSteps } from "./simplex.js";

export interface PatternOptions {
  /** most evaluations, integer >= 1; default max(20, 8 d) */
  readonly budget?: number | undefined;
  /** evaluations at once, integer >= 1; default one whole pattern: 2 for d = 1, else 2 d + 2 */
  readonly batch_size?: number | undefined;
  /** first distance of a pattern, part of the cube's side; default 0.25 */
  readonly step?: number | undefined;
  /** factor on the distance after a round without success, in (0, 1); default 0.5 */
  readonly shrink?: number | undefined;
  /** points to begin from; default the centre of the cube */
  readonly start?: readonly Point[] | undefined;
}

const smallestStep = 1e-12;

/** Size of a whole pattern in d dimensions. */
export const patternSize = (dimension: number): number => (dimension === 1 ? 2 : 2 * dimension + 2);

/**
 * Looks around the best point so far, a step to either side along each axis and along the diagonal, and makes the step smaller
 * when nothing there is better. The points of a batch are evaluated together.
 *
 * @see  Hooke & Jeeves 1961, "Direct search solution of numerical and statistical problems", doi:10.1145/321062.321069
 */
export function* patternSearch(dimension: number, options: PatternOptions = {}): Search<Point> {
  const { budget = usualSteps(dimension), batch_size = patternSize(dimension), shrink = 0.5 } = options;
  const known = new Set<string>();
  const isNew = (at: Point): boolean => !known.has(at.join());
  let centres = (options.start ?? [new Array<number>(dimension).fill(0.5)]).map(inCube);
  let step = options.step ?? 0.25;
  let best: Point | null = null;
  let least = Number.POSITIVE_INFINITY;
  while (known.size < budget && step > smallestStep) {
    const room = Math.min(batch_size, budget - known.size);
    const wanted = [...centres, ...centres.flatMap((centre) => targetsOf(centre, step).map(inCube))].filter(isNew);
    const batch = [...new Map(wanted.map((at) => [at.join(), at])).values()].slice(0, room);
    if (batch.length === 0) {
      step *= shrink;
      continue;
    }
    const scores = yield batch;
    let moved = false;
    for (const [i, at] of batch.entries()) {
      known.add(at.join());
      if (best !== null && !(scoreOf(scores[i]) < least)) continue;
      [best, least, moved] = [at, scoreOf(scores[i]), true];
    }
    const leader: Point = best ?? batch[0];
    // centres that did not fit into the batch are still to be tried
    centres = [leader, ...centres.filter(isNew)];
    if (!moved && !targetsOf(leader, step).map(inCube).some(isNew)) step *= shrink;
  }
}

/**
 * The same over a list of candidates: the nearest candidates that are left stand in for the points of the pattern.
 *
 * @param points   the candidates as points, see `pointsOf`, shape [n, d]
 * @param options  `budget` at most n
 */
export function* patternWalk(points: readonly Point[], options: Omit<PatternOptions, "start"> = {}): Search<number> {
  const dimension = Math.max(1, points[0].length);
  const { batch_size = patternSize(dimension), shrink = 0.5 } = options;
  const budget = Math.min(points.length, options.budget ?? usualSteps(dimension));
  const taken = new Set<number>();
  let step = options.step ?? 0.25;
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  while (taken.size < budget) {
    const room = Math.min(batch_size, budget - taken.size);
    const targets: readonly Point[] = best === null ? [points[0].map(() => 0.5)] : targetsOf(points[best], step);
    const batch: number[] = [];
    for (const target of targets.slice(0, room)) {
      const index = nearestFree(points, target, taken);
      if (index === null) break;
      batch.push(index);
      taken.add(index);
    }
    if (batch.length === 0) return;
    const scores = yield batch;
    let moved = false;
    for (const [i, index] of batch.entries()) {
      if (best !== null && !(scoreOf(scores[i]) < least)) continue;
      [best, least, moved] = [index, scoreOf(scores[i]), true];
    }
    if (!moved) step = Math.max(smallestStep, step * shrink);
  }
}

/** The points a step away from a centre: along each axis, forward then back, then along the diagonal. */
function targetsOf(centre: Point, step: number): Point[] {
  const axes = centre.flatMap((_, axis) => [step, -step].map((move) => centre.map((x, j) => (j === axis ? x + move : x))));
  if (centre.length < 2) return axes;
  const diagonal = step / Math.sqrt(centre.length);
  return [...axes, centre.map((x) => x + diagonal), centre.map((x) => x - diagonal)];
}

const inCube = (at: Point): Point => at.map((x) => roundTo12(Math.min(1, Math.max(0, x))));
