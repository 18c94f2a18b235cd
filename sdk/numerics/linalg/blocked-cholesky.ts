import { DymadError } from "../../errors.js";
import { bind, compile, matmul, trace } from "../engine/index.js";
import { requireSquare } from "./finite.js";
import type { Matrix } from "./matrix.js";

/** Side of a tile: three of them stay in the first cache of a core. */
const tile = 96;
/** Up to so many rows one tile after the other is not worth its copies. */
const small = 2 * tile;

/**
 * Overwrites the lower triangle of a symmetric positive definite matrix with its factor L, A = L L^T, tile by tile: 2/3 n^3
 * operations in the products of the engine. Only the lower triangle is read, and the upper one is left as it is. Memory: no second matrix.
 *
 * @param a  shape [n, n]
 * @throws   E_SHAPE when not square; E_NUMERIC when not positive definite: `data` has the row and its pivot
 * @see      Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 4.2.9
 */
export function factorInPlace(a: Matrix): void {
  requireSquare(a, "the matrix to factor");
  const n = a.rows;
  const subtract = n > small ? tileProduct(a) : null;
  const side = subtract === null ? n : tile;
  for (let start = 0; start < n; start += side) {
    const end = Math.min(n, start + side);
    factorPanel(a, start, end);
    if (subtract === null) return;
    for (let column = end; column < n; column += side) {
      for (let row = column; row < n; row += side) subtract(row, column, start);
    }
  }
}

/** The columns start .. end - 1 of L, from what earlier columns have left of A. */
function factorPanel(a: Matrix, start: number, end: number): void {
  const { rows: n, data } = a;
  for (let i = start; i < n; i++) {
    const row = i * n;
    const last = Math.min(i, end - 1);
    for (let j = start; j <= last; j++) {
      const other = j * n;
      let sum = data[row + j];
      for (let k = start; k < j; k++) sum -= data[row + k] * data[other + k];
      if (j < i) data[row + j] = sum / data[other + j];
      else if (sum > 0) data[row + i] = Math.sqrt(sum);
      else {
        throw new DymadError("E_NUMERIC", `the matrix is not positive definite: pivot ${i} is ${sum}`, {
          hint: "add a multiple of the identity",
          data: { row: i, pivot: sum },
        });
      }
    }
  }
}

/** A tile of the rest less the product of two tiles of L: A_rc -= L_rk L_ck^T. Tiles that reach beyond the matrix are filled with zeros. */
function tileProduct(a: Matrix): (row: number, column: number, k: number) => void {
  const { rows: n, data } = a;
  const shape = [tile, tile];
  const graph = trace({ c: shape, l: shape, r: shape }, ({ c, l, r }) => ({ c: c.sub(matmul(l, r, false, true)) }));
  const binding = bind(compile(graph, { backend: "wasm", dtype: "float64" }));
  const [c, l, r] = ["c", "l", "r"].map((name) => binding.input(name));
  const load = (into: Float64Array | Float32Array, row: number, column: number): void => {
    const [height, width] = [Math.min(tile, n - row), Math.min(tile, n - column)];
    if (height < tile || width < tile) into.fill(0);
    for (let i = 0; i < height; i++) {
      const from = (row + i) * n + column;
      into.set(data.subarray(from, from + width), i * tile);
    }
  };
  let loaded = -1;
  return (row, column, k) => {
    if (loaded !== column * n + k) load(r, column, k);
    loaded = column * n + k;
    load(l, row, k);
    load(c, row, column);
    binding.run();
    const out = binding.outputs.c;
    const height = Math.min(tile, n - row);
    for (let i = 0; i < height; i++) {
      // on the diagonal only the lower triangle is kept
      const width = row === column ? i + 1 : Math.min(tile, n - column);
      data.set(out.subarray(i * tile, i * tile + width), (row + i) * n + column);
    }
  };
}
