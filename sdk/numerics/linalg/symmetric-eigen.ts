import { DymadError } from "../../errors.js";
import { epsilon, requireFinite, requireSquare } from "./finite.js";
import { Matrix } from "./matrix.js";

/** A = vectors diag(values) vectors^T. */
export interface SymmetricEigen {
  /** shape [n], falling */
  readonly values: Float64Array;
  /** orthonormal columns, shape [n, n]; the largest entry of each is positive */
  readonly vectors: Matrix;
}

const maxSweeps = 40;

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric matrix by cyclic Jacobi rotations.
 * Only the symmetric part (A + A^T) / 2 is used.
 *
 * @param a   shape [n, n]
 * @returns   values [n] falling, vectors [n, n]
 * @throws    E_SHAPE when not square; E_DATA when an entry is not finite; E_NUMERIC when 40 sweeps do not converge
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 8.5
 * @example   symmetricEigen(Matrix.from([[2, 1], [1, 2]])).values // [3, 1]
 */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  requireSquare(a, "the matrix of a symmetric eigenvalue problem");
  requireFinite(a, "the matrix of a symmetric eigenvalue problem");
  const n = a.rows;
  const work = new Matrix(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) work.set(i, j, (a.get(i, j) + a.get(j, i)) / 2);
  const turn = Matrix.identity(n);
  diagonalise(work, turn);
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => work.get(j, j) - work.get(i, i) || i - j);
  const vectors = new Matrix(n, n);
  order.forEach((source, k) => {
    const v = turn.row(source);
    let peak = 0;
    for (const value of v) if (Math.abs(value) > Math.abs(peak) * (1 + 1e-10)) peak = value;
    for (let i = 0; i < n; i++) vectors.set(i, k, peak < 0 ? -v[i] : v[i]);
  });
  return { values: Float64Array.from(order, (i) => work.get(i, i)), vectors };
}

/** Sweeps until every off-diagonal entry is negligible beside the whole; the rows of `turn` become the eigenvectors. */
function diagonalise(work: Matrix, turn: Matrix): void {
  const n = work.rows;
  let total = 0;
  for (const value of work.data) total = Math.max(total, Math.abs(value));
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const entry = work.get(p, q);
        const near = Math.sqrt(Math.abs(work.get(p, p))) * Math.sqrt(Math.abs(work.get(q, q)));
        if (Math.abs(entry) <= epsilon * Math.max(near, (epsilon * total) / 4)) continue;
        rotated = true;
        const zeta = (work.get(q, q) - work.get(p, p)) / (2 * entry);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const c = 1 / Math.sqrt(1 + t * t);
        rotateColumns(work, p, q, c, c * t);
        rotateRows(work, p, q, c, c * t);
        work.set(p, q, 0);
        work.set(q, p, 0);
        rotateRows(turn, p, q, c, c * t);
      }
    }
    if (!rotated) return;
  }
  throw new DymadError("E_NUMERIC", `the symmetric eigenvalue iteration did not converge in ${maxSweeps} sweeps`);
}

function rotateRows(m: Matrix, p: number, q: number, c: number, s: number): void {
  const x = m.row(p);
  const y = m.row(q);
  for (let j = 0; j < x.length; j++) {
    const old = x[j];
    x[j] = c * old - s * y[j];
    y[j] = s * old + c * y[j];
  }
}

function rotateColumns(m: Matrix, p: number, q: number, c: number, s: number): void {
  for (let start = 0; start < m.data.length; start += m.cols) {
    const old = m.data[start + p];
    m.data[start + p] = c * old - s * m.data[start + q];
    m.data[start + q] = s * old + c * m.data[start + q];
  }
}
