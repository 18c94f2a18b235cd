/** A function along a line, at one place of it. */
export interface LinePoint {
  /** distance from the start, in multiples of the direction */
  readonly step: number;
  readonly value: number;
  /** derivative along the direction */
  readonly slope: number;
}

/** Sufficient decrease: the part of what the slope at the start promises. */
const decrease = 1e-4;
/** Curvature: the part of the slope at the start that may be left. */
const curvature = 0.9;
const mostEvaluations = 25;

/**
 * A step along a descent direction that meets the strong Wolfe conditions f(a) <= f(0) + 1e-4 a f'(0) and |f'(a)| <= 0.9 |f'(0)|:
 * steps are stretched until they enclose one, then cubics shrink the enclosure. A value that is not finite counts as too far.
 *
 * @param at     evaluates a step; what it returns is handed back, so it may carry more than a point
 * @param start  the point of step 0, whose slope is negative
 * @param first  the step tried first, above 0
 * @returns      a point that meets both conditions; after 25 evaluations the lowest that meets the first, or `start` when none does
 * @see          Nocedal, Wright 2006, "Numerical optimization", 2nd ed., algorithms 3.5 and 3.6
 */
export function strongWolfe<T extends LinePoint>(at: (step: number) => T, start: T, first: number): T {
  const low = (p: T): boolean => p.value <= start.value + decrease * p.step * start.slope;
  const flat = (p: T): boolean => Math.abs(p.slope) <= -curvature * start.slope;
  let left = mostEvaluations;
  let before = start;
  let step = first;
  while (left-- > 0) {
    const here = at(step);
    if (!low(here) || (before.step > 0 && here.value >= before.value)) return enclosed(before, here);
    if (flat(here)) return here;
    if (here.slope >= 0) return enclosed(here, before);
    before = here;
    step *= 3;
  }
  return before;

  /** Between `best`, the lowest point so far that decreases enough, and `far`. */
  function enclosed(best: T, far: T): T {
    while (left-- > 0) {
      const here = at(between(best, far));
      if (!low(here) || here.value >= best.value) far = here;
      else {
        if (flat(here)) return here;
        if (here.slope * (far.step - best.step) >= 0) far = best;
        best = here;
      }
      if (Math.abs(far.step - best.step) <= 1e-12 * Math.max(far.step, best.step)) break;
    }
    return best;
  }
}

/** The minimum of the cubic through two points and their slopes, kept away from both; the middle where there is none. */
function between(a: LinePoint, b: LinePoint): number {
  const width = b.step - a.step;
  const middle = a.step + width / 2;
  if (!Number.isFinite(b.value) || !Number.isFinite(b.slope)) return middle;
  const p = a.slope + b.slope - (3 * (b.value - a.value)) / width;
  const q = p * p - a.slope * b.slope;
  if (!(q >= 0)) return middle;
  const root = Math.sqrt(q) * Math.sign(width);
  const place = b.step - (width * (b.slope + root - p)) / (b.slope - a.slope + 2 * root);
  const [least, most] = [a.step + 0.1 * width, b.step - 0.1 * width].sort((x, y) => x - y);
  return Number.isFinite(place) ? Math.min(most, Math.max(least, place)) : middle;
}
