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
  const q = Matrix.identity(n);
  const v = new Float64Array(n);
  for (let k = 0; k + 2 < n; k++) {
    let largest = 0;
    for (let i = k + 2; i < n; i++) largest = Math.max(largest, Math.abs(h.get(i, k)));
    if (largest === 0) continue;
    largest = Math.max(largest, Math.abs(h.get(k + 1, k)));
    let squares = 0;
    v.fill(0, 0, k + 1);
    for (let i = k + 1; i < n; i++) {
      v[i] = h.get(i, k) / largest;
      squares += v[i] * v[i];
    }
    const norm = v[k + 1] > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    v[k + 1] -= norm;
    const beta = -1 / (norm * v[k + 1]);
    reflectRows(h, v, beta, k);
    reflectColumns(h, v, beta, k);
    reflectColumns(q, v, beta, k);
    h.set(k + 1, k, norm * largest);
    for (let i = k + 2; i < n; i++) h.set(i, k, 0);
  }
  return { q, h };
}

function reflectRows({ data, rows, cols }: Matrix, v: Float64Array, beta: number, k: number): void {
  const sums = new Float64Array(cols);
  for (let i = k + 1; i < rows; i++) {
    const start = i * cols;
    const vi = v[i];
    for (let j = k; j < cols; j++) sums[j] += vi * data[start + j];
  }
  for (let i = k + 1; i < rows; i++) {
    const start = i * cols;
    const vi = beta * v[i];
    for (let j = k; j < cols; j++) data[start + j] -= vi * sums[j];
  }
}

function reflectColumns({ data, rows, cols }: Matrix, v: Float64Array, beta: number, k: number): void {
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    let sum = 0;
    for (let j = k + 1; j < cols; j++) sum += data[start + j] * v[j];
    sum *= beta;
    for (let j = k + 1; j < cols; j++) data[start + j] -= sum * v[j];
  }
}
