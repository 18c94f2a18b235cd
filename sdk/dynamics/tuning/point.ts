/** A point of the unit cube, shape [d]. */
export type Point = readonly number[];

/** a + weight (b - a). */
export const between = (a: Point, b: Point, weight: number): Point => a.map((x, j) => x + weight * (b[j] - x));

/** The mean of at least one point. */
export const meanOf = (points: readonly Point[]): Point =>
  points[0].map((_, j) => points.reduce((sum, at) => sum + at[j], 0) / points.length);

/** Squared distance; only compared, never shown. */
export const distance = (a: Point, b: Point): number => a.reduce((sum, x, j) => sum + (x - b[j]) * (x - b[j]), 0);
