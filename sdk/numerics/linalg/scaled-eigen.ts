import { scaleRows } from "./column-units.js";
import { columnNorm, scaleColumn } from "./complex-lines.js";
import { type Eigen, eigen } from "./eigen.js";
import { Matrix } from "./matrix.js";

/** Units closer together than this are left to the balancing of `eigen`. */
const wide = 2 ** 10;

/**
 * Eigenpairs of a matrix whose coordinates have units far apart, x = D x': those of D^-1 A D, brought back. Balancing knows the matrix alone
 * and takes its small entries for rounding: a turn of pressures of 1e5 and strains of 1e-6 has entries 22 orders apart. Defective pairs are
 * reported, as by `eigen`.
 *
 * @param a      shape [n, n]
 * @param units  of the coordinates, powers of two, shape [n]
 * @returns      as eigen; the condition is that in the units
 * @throws       as eigen
 * @see          Watkins 2006, "A case where balancing is harmful", ETNA 23, 1-4
 */
export function eigenInUnits(a: Matrix, units: Float64Array): Eigen {
  const least = units.reduce((x, y) => Math.min(x, y), Number.POSITIVE_INFINITY);
  const most = units.reduce((x, y) => Math.max(x, y), 0);
  if (most <= wide * least) return eigen(a, { defective: "report" });
  const n = a.rows;
  const own = a.data.map((value, at) => (value * units[at % n]) / units[Math.floor(at / n)]);
  const found = eigen(new Matrix(n, n, own), { defective: "report" });
  const inverse = units.map((unit) => 1 / unit);
  const [right, left] = [scaleRows(found.right, units), scaleRows(found.left, inverse)];
  for (let k = 0; k < n; k++) {
    const [v, w] = [columnNorm(right, k), columnNorm(left, k)];
    // vectors that have a partner are as long as it, others have length one
    scaleColumn(right, k, { re: w === 0 ? 1 / v : Math.sqrt(w / v), im: 0 });
    if (w > 0) scaleColumn(left, k, { re: Math.sqrt(v / w), im: 0 });
  }
  return { ...found, right, left };
}
