import { DymadError } from "../../errors.js";
import { Matrix } from "./matrix.js";

export interface ConjugateGradientOptions {
  /** the residual of a column may be so large a part of its right-hand side; default 1e-10 */
  readonly rtol?: number;
  /** or so large by itself; default 0 */
  readonly atol?: number;
  /** default 1000 */
  readonly maxIterations?: number;
}

export interface ConjugateGradients {
  /** shape [n, p] */
  readonly x: Matrix;
  readonly iterations: number;
  /** largest |b - A x| / max(rtol |b|, atol) of the columns: at most 1 */
  readonly residual: number;
}

/**
 * Solves A X = B for a symmetric positive definite A that is only applied, every column by its own conjugate gradients, all together.
 *
 * @param apply  from a block [n, p] to A times it
 * @param b      shape [n, p]
 * @throws       E_NUMERIC when a column has not converged in time: names iterations, residual and threshold
 * @see          Hestenes, Stiefel 1952, "Methods of conjugate gradients for solving linear systems", doi:10.6028/jres.049.044
 */
export function conjugateGradients(
  apply: (block: Matrix) => Matrix,
  b: Matrix,
  options: ConjugateGradientOptions = {},
): ConjugateGradients {
  const { rtol = 1e-10, atol = 0, maxIterations = 1000 } = options;
  const { cols } = b;
  const x = new Matrix(b.rows, cols);
  const r = b.clone();
  const p = b.clone();
  let squares = columnProducts(r, r);
  const allowed = squares.map((s) => Math.max(rtol * Math.sqrt(s), atol));
  const excess = (): number => squares.reduce((most, s, j) => Math.max(most, s === 0 ? 0 : Math.sqrt(s) / allowed[j]), 0);
  let iterations = 0;
  for (; excess() > 1; iterations++) {
    if (iterations === maxIterations) throw notConverged(iterations, squares, allowed);
    const q = apply(p);
    const curvature = columnProducts(p, q);
    const step = squares.map((s, j) => (s === 0 ? 0 : s / curvature[j]));
    if (step.some((v) => !(v >= 0))) throw notConverged(iterations, squares, allowed);
    for (let i = 0; i < x.data.length; i++) {
      const a = step[i % cols];
      x.data[i] += a * p.data[i];
      r.data[i] -= a * q.data[i];
    }
    const next = columnProducts(r, r);
    const turn = next.map((s, j) => (squares[j] === 0 ? 0 : s / squares[j]));
    for (let i = 0; i < p.data.length; i++) p.data[i] = r.data[i] + turn[i % cols] * p.data[i];
    squares = next;
  }
  return { x, iterations, residual: excess() };
}

function notConverged(iterations: number, squares: Float64Array, allowed: Float64Array): DymadError {
  const worst = squares.reduce((most, s, j) => (s / allowed[j] > squares[most] / allowed[most] ? j : most), 0);
  const message = `conjugate gradients have a residual of ${Math.sqrt(squares[worst])} after ${iterations} iterations, allowed is ${allowed[worst]}`;
  return new DymadError("E_NUMERIC", message, {
    hint: "a larger ridge converges sooner; or solve directly",
    data: { iterations, residual: Math.sqrt(squares[worst]), allowed: allowed[worst] },
  });
}

function columnProducts(a: Matrix, b: Matrix): Float64Array {
  const out = new Float64Array(a.cols);
  for (let i = 0; i < a.data.length; i++) out[i % a.cols] += a.data[i] * b.data[i];
  return out;
}
