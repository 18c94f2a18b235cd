/** Values on a rectangle of the plane. */
export interface PlaneValues {
  /** shape [R] */
  readonly re: ArrayLike<number>;
  /** shape [I] */
  readonly im: ArrayLike<number>;
  /** row per imaginary part, shape [I, R] */
  readonly values: ArrayLike<number>;
}

/** A piece of a contour line, from (x, y) to (x2, y2). */
export interface ContourPiece {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
}

/**
 * The lines where values cross a level, piece by piece: each cell of the grid is crossed along straight lines between its edges, whose
 * ends are found by linear interpolation of log(value). Cells with a value that is not finite or not positive are left out.
 */
export function contourPieces({ re, im, values }: PlaneValues, level: number): ContourPiece[] {
  const width = re.length;
  const target = Math.log10(level);
  const pieces: ContourPiece[] = [];
  for (let row = 0; row + 1 < im.length; row++) {
    for (let column = 0; column + 1 < width; column++) {
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ].map(([i, j]) => ({ x: re[i], y: im[j], value: Math.log10(values[j * width + i]) }));
      if (!corners.every(({ value }) => Number.isFinite(value))) continue;
      const crossings = corners.flatMap((from, k) => {
        const to = corners[(k + 1) % 4];
        if (from.value < target === to.value < target) return [];
        const share = (target - from.value) / (to.value - from.value);
        return [{ x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) }];
      });
      // A saddle has four: neighbours along the border are joined, as if the middle were above the level.
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        const [a, b] = [crossings[k], crossings[k + 1]];
        pieces.push({ x: a.x, y: a.y, x2: b.x, y2: b.y });
      }
    }
  }
  return pieces;
}
