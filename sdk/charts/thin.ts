/** A line with more points than this is thinned before it enters a specification. */
export const MAX_LINE_POINTS = 2000;
/** Points all lines of one chart may have together: at some 25 bytes each a specification stays under 200 kB. */
export const MAX_CHART_POINTS = 6500;

/**
 * Which points of a line to draw so that it looks the same: the smallest and the largest value in each pixel
 * column, the two ends, and one missing value per column that has any, so that gaps stay gaps.
 *
 * @param x       abscissae, shape [T], non-decreasing
 * @param y       ordinates, shape [T]; NaN and infinities count as missing
 * @param limit   lines of up to this many points are kept whole, default 2000
 * @param pixels  width of the plot, default 640
 * @returns       ascending indices into `x`; at most max(`limit`, 5), and all of them when T <= `limit`
 */
export function thinLine(x: ArrayLike<number>, y: ArrayLike<number>, limit: number = MAX_LINE_POINTS, pixels = 640): number[] {
  const T = x.length;
  if (T <= limit) return Array.from({ length: T }, (_, i) => i);

  const perColumn = Array.from(y).every(Number.isFinite) ? 2 : 3;
  const columns = Math.max(1, Math.min(pixels, Math.floor((limit - 2) / perColumn)));
  const first = x[0];
  const width = (x[T - 1] - first) / columns || 1;
  const kept = new Set<number>([0, T - 1]);
  let low = -1;
  let high = -1;
  let gap = -1;
  const keepColumn = (): void => {
    for (const i of [low, high, gap]) if (i >= 0) kept.add(i);
    low = high = gap = -1;
  };

  let column = 0;
  for (let i = 0; i < T; i++) {
    const here = Math.min(columns - 1, Math.floor((x[i] - first) / width));
    if (here !== column) {
      keepColumn();
      column = here;
    }
    if (!Number.isFinite(y[i])) gap = gap < 0 ? i : gap;
    else {
      if (low < 0 || y[i] < y[low]) low = i;
      if (high < 0 || y[i] > y[high]) high = i;
    }
  }
  keepColumn();
  return [...kept].sort((a, b) => a - b);
}
