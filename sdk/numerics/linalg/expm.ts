import { requireFinite, requireSquare } from "./finite.js";
import { solve } from "./lu.js";
import { Matrix } from "./matrix.js";

/** Coefficients of the numerator of the [13/13] Pade approximant of exp. */
const pade = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800,
  33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
];
/** Norm up to which that approximant is exact to float64. */
const theta = 5.371920351148152;

/**
 * The matrix exponential by scaling and squaring with the [13/13] Pade approximant.
 *
 * @param a   shape [n, n]
 * @returns   exp(A), shape [n, n]
 * @throws    E_SHAPE when not square; E_DATA when an entry is not finite
 * @see       Higham 2005, "The scaling and squaring method for the matrix exponential revisited", doi:10.1137/04061101X
 * @example   expm(Matrix.from([[0, 1], [0, 0]])).toRows() // [[1, 1], [0, 1]]
 */
export function expm(a: Matrix): Matrix {
  requireSquare(a, "the matrix of an exponential");
  requireFinite(a, "the matrix of an exponential");
  let squarings = 0;
  let scale = 1;
  for (let size = norm1(a); size > theta; size /= 2) {
    squarings += 1;
    scale /= 2;
  }
  const x = combine([[scale, a]]);
  const x2 = x.multiply(x);
  const x4 = x2.multiply(x2);
  const x6 = x4.multiply(x2);
  const one = Matrix.identity(a.rows);
  const b = pade;
  const odd = x.multiply(
    sum(
      x6.multiply(
        combine([
          [b[13], x6],
          [b[11], x4],
          [b[9], x2],
        ]),
      ),
      combine([
        [b[7], x6],
        [b[5], x4],
        [b[3], x2],
        [b[1], one],
      ]),
    ),
  );
  const even = sum(
    x6.multiply(
      combine([
        [b[12], x6],
        [b[10], x4],
        [b[8], x2],
      ]),
    ),
    combine([
      [b[6], x6],
      [b[4], x4],
      [b[2], x2],
      [b[0], one],
    ]),
  );
  let result = solve(
    combine([
      [1, even],
      [-1, odd],
    ]),
    sum(even, odd),
  );
  for (let k = 0; k < squarings; k++) result = result.multiply(result);
  return result;
}

function combine(terms: readonly (readonly [number, Matrix])[]): Matrix {
  const first = terms[0][1];
  const out = new Matrix(first.rows, first.cols);
  for (const [factor, term] of terms) for (let i = 0; i < out.data.length; i++) out.data[i] += factor * term.data[i];
  return out;
}

const sum = (a: Matrix, b: Matrix): Matrix =>
  combine([
    [1, a],
    [1, b],
  ]);

function norm1(a: Matrix): number {
  let largest = 0;
  for (let j = 0; j < a.cols; j++)
    largest = Math.max(
      largest,
      a.column(j).reduce((total, value) => total + Math.abs(value), 0),
    );
  return largest;
}
