import { type Complex, ComplexMatrix, modulus, multiplyComplex } from "./complex.js";
import { largestEntry, scaleColumn, scaleRow } from "./complex-lines.js";
import { type ComplexReflector, phaseOf, reflectColumns, reflectorOf, reflectRows } from "./complex-reflection.js";
import { requireFiniteComplex } from "./finite.js";
import { Matrix } from "./matrix.js";
import { svd } from "./svd.js";

/** A = U diag(s) V^H: `u` [m, k] and `v` [n, k] with orthonormal columns, `s` [k] descending, k = min(m, n). */
export interface ComplexSvd {
  readonly u: ComplexMatrix;
  readonly s: Float64Array;
  readonly v: ComplexMatrix;
}

/**
 * Thin singular value decomposition of a complex matrix: Householder reflections from both sides leave two diagonals, whose phases
 * move into U and V; what remains is real and goes to svd. Errors are small beside the largest singular value.
 *
 * @param a      shape [m, n]
 * @returns      u [m, k], s [k] descending, v [n, k]; the largest entry of each column of v is real and positive
 * @throws       E_DATA when an entry is not finite; E_NUMERIC as svd
 * @see          Golub, Kahan 1965, "Calculating the singular values and pseudo-inverse of a matrix", doi:10.1137/0702016
 * @example      complexSvd(new ComplexMatrix(1, 1, Float64Array.of(3), Float64Array.of(4))).s // [5]
 */
export function complexSvd(a: ComplexMatrix): ComplexSvd {
  requireFiniteComplex(a, "the matrix to decompose");
  if (a.rows < a.cols) {
    const { u, s, v } = tallSvd(a.adjoint());
    return turned({ u: v, s, v: u });
  }
  return turned(tallSvd(a));
}

function tallSvd(a: ComplexMatrix): ComplexSvd {
  const { middle, left, right, leftPhases, rightPhases } = bidiagonalise(a);
  const { u, s, v } = svd(middle);
  return { u: lift(u, leftPhases, left, a.rows, 0), s, v: lift(v, rightPhases, right, a.cols, 1) };
}

/** A = H_0 H_1 ... [P B R^H; 0] ... G_1 G_0 with B real and bidiagonal, P and R diagonal and of modulus one. */
interface Bidiagonal {
  readonly middle: Matrix;
  readonly left: readonly ComplexReflector[];
  /** G_k acts from index k + 1 on */
  readonly right: readonly ComplexReflector[];
  readonly leftPhases: readonly Complex[];
  readonly rightPhases: readonly Complex[];
}

const conjugate = ({ re, im }: Complex): Complex => ({ re, im: -im });

function bidiagonalise(a: ComplexMatrix): Bidiagonal {
  const n = a.cols;
  const work = a.clone();
  const middle = new Matrix(n, n);
  const [left, right]: ComplexReflector[][] = [[], []];
  const [leftPhases, rightPhases]: Complex[][] = [[], [{ re: 1, im: 0 }]];
  for (let k = 0; k < n; k++) {
    const down = reflectorOf(work.column(k, k));
    reflectRows(work, down, k, k + 1);
    left.push(down);
    leftPhases.push(multiplyComplex(phaseOf(down.head), rightPhases[k]));
    middle.set(k, k, modulus(down.head.re, down.head.im));
    if (k + 1 === n) break;
    const row = { re: work.re.slice(k * n + k + 1, (k + 1) * n), im: work.im.slice(k * n + k + 1, (k + 1) * n) };
    const across = reflectorOf({ re: row.re, im: row.im.map((value) => -value) });
    reflectColumns(work, across, k + 1, k + 1);
    right.push(across);
    rightPhases.push(multiplyComplex(phaseOf(across.head), leftPhases[k]));
    middle.set(k, k + 1, modulus(across.head.re, across.head.im));
  }
  return { middle, left, right, leftPhases, rightPhases };
}

/** H_0 H_1 ... [diag(phases) vectors; 0]; reflection k acts from index k + offset on. */
function lift(
  vectors: Matrix,
  phases: readonly Complex[],
  reflectors: readonly ComplexReflector[],
  rows: number,
  offset: number,
): ComplexMatrix {
  const out = new ComplexMatrix(rows, vectors.cols);
  out.re.set(vectors.data);
  phases.forEach((phase, i) => {
    scaleRow(out, i, phase);
  });
  for (let k = reflectors.length - 1; k >= 0; k--) reflectRows(out, reflectors[k], k + offset, 0);
  return out;
}

/** The phase rule: the largest entry of each column of v (the first such, but for rounding) is real and positive. */
function turned({ u, s, v }: ComplexSvd): ComplexSvd {
  for (let j = 0; j < s.length; j++) {
    const turn = conjugate(phaseOf(largestEntry(v, j)));
    scaleColumn(u, j, turn);
    scaleColumn(v, j, turn);
  }
  return { u, s, v };
}
