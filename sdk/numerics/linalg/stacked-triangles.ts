import type { Complex, ComplexVector } from "./complex.js";
import { ComplexMatrix } from "./complex.js";
import { reflectorOf } from "./complex-reflection.js";
import { type Shifted, ShiftedTriangle } from "./shifted-triangle.js";

/**
 * [S - z; T] for two upper triangles and many z, by the triangle of its QR decomposition: systems with it in place of the tall matrix,
 * whose singular values it has. Below the pivot of a column stand only the entries of T's triangle, a fifth of the work of a dense one.
 *
 * @see  Wright, Trefethen 2002, "Pseudospectra of rectangular matrices", doi:10.1093/imanum/22.4.501
 */
export class StackedTriangles implements Shifted {
  readonly size: number;
  readonly #upper: ComplexMatrix;
  readonly #lower: ComplexMatrix;
  /** columns of T while it is eliminated: row j holds the j + 1 entries of column j */
  readonly #columns: ComplexMatrix;
  readonly #triangle: ComplexMatrix;
  readonly #solver: ShiftedTriangle;

  /**
   * @param upper  S, shape [n, n]; kept, not copied
   * @param lower  T, shape [n, n]; kept, not copied
   */
  constructor(upper: ComplexMatrix, lower: ComplexMatrix) {
    const n = upper.rows;
    this.size = n;
    this.#upper = upper;
    this.#lower = lower;
    this.#columns = new ComplexMatrix(n, n);
    this.#triangle = new ComplexMatrix(n, n);
    this.#solver = new ShiftedTriangle(this.#triangle);
  }

  moveTo({ re, im }: Complex): boolean {
    const n = this.size;
    const { re: x, im: y } = this.#triangle;
    x.set(this.#upper.re);
    y.set(this.#upper.im);
    for (let j = 0; j < n; j++) {
      x[j * n + j] -= re;
      y[j * n + j] -= im;
      for (let i = 0; i <= j; i++) this.#columns.set(j, i, this.#lower.get(i, j));
    }
    for (let j = 0; j < n; j++) this.#eliminate(j);
    return this.#solver.moveTo({ re: 0, im: 0 });
  }

  solve(re: Float64Array, im: Float64Array): void {
    this.#solver.solve(re, im);
  }

  solveAdjoint(re: Float64Array, im: Float64Array): void {
    this.#solver.solveAdjoint(re, im);
  }

  /** Reflects column j of T into the pivot of S, and what lies to the right of both likewise. */
  #eliminate(j: number): void {
    const n = this.size;
    const { re: x, im: y } = this.#triangle;
    const { re: p, im: q } = this.#columns;
    const own: ComplexVector = { re: new Float64Array(j + 2), im: new Float64Array(j + 2) };
    own.re[0] = x[j * n + j];
    own.im[0] = y[j * n + j];
    own.re.set(p.subarray(j * n, j * n + j + 1), 1);
    own.im.set(q.subarray(j * n, j * n + j + 1), 1);
    const { v, beta, head } = reflectorOf(own);
    x[j * n + j] = head.re;
    y[j * n + j] = head.im;
    const vre = v.re;
    const vim = v.im;
    for (let k = j + 1; k < n; k++) {
      const at = j * n + k;
      const column = k * n - 1;
      let a = vre[0] * x[at] + vim[0] * y[at];
      let b = vre[0] * y[at] - vim[0] * x[at];
      for (let i = 1; i < j + 2; i++) {
        a += vre[i] * p[column + i] + vim[i] * q[column + i];
        b += vre[i] * q[column + i] - vim[i] * p[column + i];
      }
      a *= beta;
      b *= beta;
      x[at] -= a * vre[0] - b * vim[0];
      y[at] -= a * vim[0] + b * vre[0];
      for (let i = 1; i < j + 2; i++) {
        p[column + i] -= a * vre[i] - b * vim[i];
        q[column + i] -= a * vim[i] + b * vre[i];
      }
    }
  }
}
