import { DymadError } from "../../errors.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { Transform } from "./transform.js";

/**
 * Time-delay embedding: row t of the result is [x(t), x(t+1), …, x(t+d)], oldest sample first.
 *
 * @param x      samples in time order, shape [T, n], any units
 * @param delay  d, how many samples to append, integer ≥ 0
 * @returns      shape [T − d, n·(d + 1)], units of `x`; its row t belongs to time t + d
 * @throws       E_SHAPE when T ≤ d: no row would be left
 * @see          Takens 1981, "Detecting strange attractors in turbulence", doi:10.1007/BFb0091924
 * @example      embedDelay(Matrix.from([[1], [2], [3]]), 1) // rows [1, 2] and [2, 3]
 */
export function embedDelay(x: Matrix, delay: number): Matrix {
  const rows = x.rows - delay;
  if (rows <= 0) throw new DymadError("E_SHAPE", `delay ${delay} needs over ${delay} samples, got ${x.rows}`);

  const out = new Matrix(rows, x.cols * (delay + 1));
  for (let t = 0; t < rows; t++) {
    for (let lag = 0; lag <= delay; lag++) {
      out.row(t).set(x.row(t + lag), lag * x.cols);
    }
  }
  return out;
}

/**
 * The samples of embedded rows: all d + 1 samples of the first row, then the newest sample of each later row. In a forecast the
 * newest sample of row k is the k-th step of the model; older blocks of a row repeat what earlier rows said.
 *
 * @param z      embedded rows, shape [R, n·(d + 1)]
 * @param delay  d
 * @returns      shape [R + d, n]
 */
export function unembedDelay(z: Matrix, delay: number): Matrix {
  const n = z.cols / (delay + 1);
  const out = new Matrix(z.rows + delay, n);
  for (let lag = 0; lag < delay; lag++) out.row(lag).set(z.row(0).subarray(lag * n, (lag + 1) * n));
  for (let t = 0; t < z.rows; t++) out.row(t + delay).set(z.row(t).subarray(delay * n));
  return out;
}

/** The delay embedding as a transform of `n` columns. */
export function delayTransform(n: number, delay: number): Transform {
  return {
    inputDim: n,
    outputDim: n * (delay + 1),
    delay,
    invertible: "exact",
    derivatives: "exact",
    apply: (x) => embedDelay(x, delay),
    invert: (z) => unembedDelay(z, delay),
    // by the window as one row of all its samples
    jacobian: () => Matrix.identity(n * (delay + 1)),
    inverseJacobian: () => Matrix.identity(n * (delay + 1)),
    state: { type: "delay", delay, inp: n },
  };
}
