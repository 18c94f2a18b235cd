import { type Complex, ComplexMatrix, multiplyComplex, sqrtComplex } from "../../../numerics/linalg/complex.js";
import { innerProduct, scaleColumn } from "../../../numerics/linalg/complex-lines.js";
import { eigen } from "../../../numerics/linalg/eigen.js";
import { columns, joinColumns, leastSquares } from "../../../numerics/linalg/lstsq.js";
import { solve } from "../../../numerics/linalg/lu.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import { svd } from "../../../numerics/linalg/svd.js";

/**
 * How the matrix of one step is estimated. "least-squares" takes all error to be in the later sample, which makes noisy data decay;
 * "total-least-squares" takes it to be in both alike; "forward-backward" halves the step forward and back, where the bias cancels.
 */
export type StepEstimate = "least-squares" | "total-least-squares" | "forward-backward";

/**
 * K of P1 close to P0 K.
 *
 * @param p0      shape [M, r], full column rank
 * @param p1      shape [M, r]
 * @param method  default "least-squares"
 * @returns       shape [r, r]
 * @throws        E_NUMERIC when the step cannot be inverted (total least squares, forward-backward)
 * @see           Dawson, Hemati, Williams, Rowley 2016, "Characterizing and correcting for the effect of sensor noise in the dynamic mode decomposition", doi:10.1007/s00348-016-2127-7
 */
export function estimateStep(p0: Matrix, p1: Matrix, method: StepEstimate = "least-squares"): Matrix {
  switch (method) {
    case "least-squares":
      return leastSquares(p0, p1).x;
    case "total-least-squares":
      return totalLeastSquares(p0, p1);
    case "forward-backward":
      return forwardBackward(leastSquares(p0, p1).x, leastSquares(p1, p0).x);
    default:
      return method satisfies never;
  }
}

/** With [P0 P1] close to U S [V0^T V1^T] of rank r: V0^T K = V1^T. */
function totalLeastSquares(p0: Matrix, p1: Matrix): Matrix {
  const r = p0.cols;
  const v = columns(svd(joinColumns(p0, p1)).v, 0, Math.min(r, p0.rows)).transpose();
  return solve(columns(v, 0, r), columns(v, r, 2 * r));
}

/**
 * The square root of K_f K_b^-1, of the 2^r roots the one nearest to K_f: each eigenvalue takes the sign that agrees with K_f. Where
 * noise has made a square negative, K_f itself is believed.
 */
function forwardBackward(forward: Matrix, backward: Matrix): Matrix {
  const squared = solve(backward.transpose(), forward.transpose()).transpose();
  const { values, left, right } = eigen(squared);
  const image = ComplexMatrix.fromReal(forward).multiply(right);
  const scaled = right.clone();
  for (let k = 0; k < values.re.length; k++) {
    const near = innerProduct(left, k, image, k);
    scaleColumn(scaled, k, rootNear({ re: values.re[k], im: values.im[k] }, near));
  }
  const root = scaled.multiply(left.adjoint());
  return new Matrix(root.rows, root.cols, root.re);
}

function rootNear(square: Complex, near: Complex): Complex {
  if (square.im === 0 && square.re < 0) return { re: near.re, im: 0 };
  const root = sqrtComplex(square);
  const agrees = multiplyComplex(root, { re: near.re, im: -near.im }).re >= 0;
  return agrees ? root : { re: -root.re, im: -root.im };
}
