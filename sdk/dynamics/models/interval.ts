/** The interval of a grid that begins at or before t. */
export function intervalAfter(grid: Float64Array, t: number): number {
  let low = 0;
  let high = grid.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (grid[middle] <= t) low = middle;
    else high = middle;
  }
  return low;
}
