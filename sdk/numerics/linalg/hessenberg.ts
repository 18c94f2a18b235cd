import { Matrix } from "./matrix.js";
import { changeAndMultiply, type RankTwo } from "./rank-two.js";
import { productOf, reflectorOf } from "./reflections.js";

/**
 * A = Q H Q^T with H zero below its first subdiagonal, by Householder reflections.
 *
 * @param a   shape [n, n]
 * @returns   q orthogonal and h, each [n, n]
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 7.4
 */
export function hessenberg(a: Matrix): { readonly q: Matrix; readonly h: Matrix } {
  const n = a.rows;
  const h = a.clone();
  const { data } = h;
  const v = new Matrix(Math.max(n - 2, 0), n);
  const betas = new Float64Array(v.rows);
  // H is behind by the last reflection: H - v z^T - y v^T with y = beta H v and z = beta H^T v - beta^2 (v^T H v) v
  const zeros = new Float64Array(n);
  let change: RankTwo = { v: zeros, y: zeros, z: zeros };
  let next = { y: new Float64Array(n), z: new Float64Array(n) };
  let spare = { y: new Float64Array(n), z: new Float64Array(n) };
  for (let k = 0; k < v.rows; k++) {
    for (let i = 0; i < n; i++) data[i * n + k] -= change.v[i] * change.z[k] + change.y[i] * change.v[k];
    const x = v.row(k);
    let tail = 0;
    for (let i = k + 1; i < n; i++) {
      x[i] = data[i * n + k];
      if (i > k + 1) tail = Math.max(tail, Math.abs(x[i]));
    }
    const { beta, head } = tail === 0 ? { beta: 0, head: x[k + 1] } : reflectorOf(x.subarray(k + 1));
    betas[k] = beta;
    data[(k + 1) * n + k] = head;
    for (let i = k + 2; i < n; i++) data[i * n + k] = 0;
    changeAndMultiply(h, change, 0, k + 1, x, next.y, next.z);
    let overlap = 0;
    for (let i = 0; i < n; i++) {
      next.y[i] *= beta;
      overlap += x[i] * next.y[i];
    }
    for (let j = k + 1; j < n; j++) next.z[j] = beta * (next.z[j] - overlap * x[j]);
    change = { v: x, ...next };
    [next, spare] = [spare, next];
  }
  if (n > 2) changeAndMultiply(h, change, 0, n - 2, zeros, next.y, next.z);
  return { q: productOf({ v, betas }, n, 1), h };
}
