import { epsilon } from "./finite.js";
import type { Matrix } from "./matrix.js";

/**
 * D^-1 A D with powers of two in D, so that rows and columns have similar sums. Entries that are rounding beside the largest do not
 * count: a fitted matrix has them where it should have zeros, and scaling them up spoils all others (9 digits in one case).
 *
 * @param a   shape [n, n]
 * @returns   the balanced matrix [n, n] and the diagonal of D, shape [n]
 * @see Parlett, Reinsch 1969, doi:10.1007/BF02165404; Watkins 2006, "A case where balancing is harmful", ETNA 23
 */
export function balance(a: Matrix): { readonly balanced: Matrix; readonly scale: Float64Array } {
  const n = a.rows;
  const balanced = a.clone();
  const scale = new Float64Array(n).fill(1);
  let largest = 0;
  for (let i = 0; i < n * n; i++) largest = Math.max(largest, Math.abs(a.data[i]));
  const rounding = 32 * n * epsilon * largest;
  const counts = new Uint8Array(n * n);
  for (let i = 0; i < n * n; i++) counts[i] = Math.abs(a.data[i]) > rounding ? 1 : 0;
  const { data } = balanced;
  for (let changed = true; changed; ) {
    changed = false;
    for (let k = 0; k < n; k++) {
      let column = 0;
      let row = 0;
      for (let j = 0; j < n; j++) {
        if (j === k) continue;
        column += counts[j * n + k] * Math.abs(data[j * n + k]);
        row += counts[k * n + j] * Math.abs(data[k * n + j]);
      }
      if (column === 0 || row === 0) continue;
      let factor = 1;
      while (column * factor * factor < row / 2 && factor < 1e100) factor *= 2;
      while (column * factor * factor > row * 2 && factor > 1e-100) factor /= 2;
      if (factor === 1 || column * factor + row / factor >= 0.95 * (column + row)) continue;
      changed = true;
      scale[k] *= factor;
      for (let j = 0; j < n; j++) {
        data[j * n + k] *= factor;
        data[k * n + j] /= factor;
      }
    }
  }
  return { balanced, scale };
}
