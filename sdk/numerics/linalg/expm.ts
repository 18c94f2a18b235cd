import { ComplexMatrix } from "./complex.js";
import { solveComplex } from "./complex-lu.js";
import { requireFinite, requireFiniteComplex, requireSquare } from "./finite.js";
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
  const identity = Matrix.identity(a.rows);
  return exponential<Matrix>(
    a,
    { multiply: (x, y) => x.multiply(y), solve: (x, y) => solve(x, y), combine, identity },
    norm1(a.cols, a.data),
  );
}

/**
 * The exponential of a complex matrix, by the same way.
 *
 * @param a   shape [n, n]
 * @returns   exp(A), shape [n, n]
 * @throws    E_SHAPE when not square; E_DATA when an entry is not finite
 * @see       Higham 2005, "The scaling and squaring method for the matrix exponential revisited", doi:10.1137/04061101X
 * @example   complexExpm(new ComplexMatrix(1, 1)).re // [1]
 */
export function complexExpm(a: ComplexMatrix): ComplexMatrix {
  requireSquare(a, "the matrix of an exponential");
  requireFiniteComplex(a, "the matrix of an exponential");
  const identity = ComplexMatrix.identity(a.rows);
  return exponential<ComplexMatrix>(
    a,
    { multiply: (x, y) => x.multiply(y), solve: solveComplex, combine: combineComplex, identity },
    norm1(a.cols, a.re) + norm1(a.cols, a.im),
  );
}

type Terms<M> = readonly (readonly [factor: number, matrix: M])[];

/** What the approximant needs of matrices, real or complex. */
interface Algebra<M> {
  multiply(a: M, b: M): M;
  /** A^-1 B */
  solve(a: M, b: M): M;
  combine(terms: Terms<M>): M;
  readonly identity: M;
}

function exponential<M>(a: M, { multiply, solve, combine, identity }: Algebra<M>, norm: number): M {
  let squarings = 0;
  let scale = 1;
  for (let size = norm; size > theta; size /= 2) {
    squarings += 1;
    scale /= 2;
  }
  const b = pade;
  const x = combine([[scale, a]]);
  const x2 = multiply(x, x);
  const x4 = multiply(x2, x2);
  const x6 = multiply(x4, x2);
  /** x6 (b_k+6 x6 + b_k+4 x4 + b_k+2 x2) + b_k x6 + ...: every second power from the first. */
  const half = (k: 0 | 1): M => {
    const high: Terms<M> = [
      [b[k + 12], x6],
      [b[k + 10], x4],
      [b[k + 8], x2],
    ];
    const low: Terms<M> = [
      [b[k + 6], x6],
      [b[k + 4], x4],
      [b[k + 2], x2],
      [b[k], identity],
    ];
    return combine([[1, multiply(x6, combine(high))], ...low]);
  };
  const even = half(0);
  const odd = multiply(x, half(1));
  let result = solve(
    combine([
      [1, even],
      [-1, odd],
    ]),
    combine([
      [1, even],
      [1, odd],
    ]),
  );
  for (let k = 0; k < squarings; k++) result = multiply(result, result);
  return result;
}

function combine(terms: Terms<Matrix>): Matrix {
  const [, { rows, cols }] = terms[0];
  return new Matrix(rows, cols, combined(terms.map(([factor, { data }]) => [factor, data])));
}

function combineComplex(terms: Terms<ComplexMatrix>): ComplexMatrix {
  const [, { rows, cols }] = terms[0];
  const part = (name: "re" | "im"): Float64Array => combined(terms.map(([factor, matrix]) => [factor, matrix[name]]));
  return new ComplexMatrix(rows, cols, part("re"), part("im"));
}

function combined(terms: Terms<Float64Array>): Float64Array {
  const out = new Float64Array(terms[0][1].length);
  for (const [factor, values] of terms) for (let i = 0; i < out.length; i++) out[i] += factor * values[i];
  return out;
}

/** The largest sum of moduli in a column. */
function norm1(cols: number, data: Float64Array): number {
  const sums = new Float64Array(cols);
  for (let k = 0; k < data.length; k++) sums[k % cols] += Math.abs(data[k]);
  return sums.reduce((largest, value) => Math.max(largest, value), 0);
}
