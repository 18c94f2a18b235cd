/**
 * The nearest integer, ties to the even one (`Math.round` moves ties up).
 *
 * @example  roundHalfEven(2.5) // 2
 */
export function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest !== 0.5) return rest < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}

const scale = 1e12;

/** A number rounded to 12 decimals: coordinates of search points are equal when these are. */
export const roundTo12 = (x: number): number => roundHalfEven(x * scale) / scale;
