import { Matrix } from "./matrix.js";

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
  const reflectors = new Matrix(n, n);
  const betas = new Float64Array(n);
  for (let k = 0; k + 2 < n; k++) {
    let largest = 0;
    for (let i = k + 2; i < n; i++) largest = Math.max(largest, Math.abs(h.get(i, k)));
    if (largest === 0) continue;
    largest = Math.max(largest, Math.abs(h.get(k + 1, k)));
    const v = reflectors.row(k);
    let squares = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = h.get(i, k) / largest;
      squares += v[i] * v[i];
    }
    const norm = v[k + 1] > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    v[k + 1] -= norm;
    betas[k] = -1 / (norm * v[k + 1]);
    reflectBothSides(h, v, betas[k], k + 1);
    h.set(k + 1, k, norm * largest);
    for (let i = k + 2; i < n; i++) h.set(i, k, 0);
  }
  return { q: productOf(reflectors, betas), h };
}

/**
 * H - v z^T - y v^T with y = beta H v and z = beta H^T v - beta^2 (v^T H v) v, in the columns from `start` on: both products in one
 * pass over H, both changes in a second.
 */
function reflectBothSides({ data, rows: n }: Matrix, v: Float64Array, beta: number, start: number): void {
  const y = new Float64Array(n);
  const z = new Float64Array(n);
  let overlap = 0;
  for (let i = 0; i < n; i++) {
    const at = i * n;
    const vi = beta * v[i];
    let even = 0;
    let odd = 0;
    let j = start;
    // two sums, so that neither waits for the other
    for (; j + 1 < n; j += 2) {
      const a = data[at + j];
      const b = data[at + j + 1];
      even += a * v[j];
      odd += b * v[j + 1];
      z[j] += vi * a;
      z[j + 1] += vi * b;
    }
    if (j < n) {
      even += data[at + j] * v[j];
      z[j] += vi * data[at + j];
    }
    y[i] = beta * (even + odd);
    overlap += v[i] * y[i];
  }
  for (let j = start; j < n; j++) z[j] -= beta * overlap * v[j];
  for (let i = 0; i < n; i++) {
    const at = i * n;
    const [vi, yi] = [v[i], y[i]];
    for (let j = start; j < n; j++) data[at + j] -= vi * z[j] + yi * v[j];
  }
}

/** (I - beta_0 v_0 v_0^T)(I - beta_1 v_1 v_1^T) ..., from the last on, where most of the matrix is still zero. */
function productOf(reflectors: Matrix, betas: Float64Array): Matrix {
  const n = reflectors.rows;
  const out = Matrix.identity(n);
  const { data } = out;
  const sums = new Float64Array(n);
  for (let k = n - 3; k >= 0; k--) {
    if (betas[k] === 0) continue;
    const v = reflectors.row(k);
    sums.fill(0);
    for (let i = k + 1; i < n; i++) {
      const [vi, at] = [v[i], i * n];
      for (let j = k + 1; j < n; j++) sums[j] += vi * data[at + j];
    }
    for (let i = k + 1; i < n; i++) {
      const [vi, at] = [betas[k] * v[i], i * n];
      for (let j = k + 1; j < n; j++) data[at + j] -= vi * sums[j];
    }
  }
  return out;
}
