import { DymadError } from "../../errors.js";
import { ComplexMatrix } from "../../numerics/linalg/complex.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { qr } from "../../numerics/linalg/qr.js";
import type { TrainedModel } from "../evaluation/trained-model.js";
import { compositions } from "../models/composition.js";
import type { ForcedSystem } from "./frequency-response.js";
import type { LatentPairs } from "./model-spectrum.js";
import type { Retained } from "./retained.js";

/** A model as a system that is forced, in orthonormal coordinates of what is kept of its spectrum. */
export interface LatentForcing extends ForcedSystem {
  /** the way from those coordinates to latent ones, orthonormal columns, shape [k, n] */
  readonly lift: Matrix;
}

/**
 * How control moves the latent state at a given one: B = b + sum_i z_i N_i of z' = A z + b u + sum_i z_i N_i u.
 *
 * @param control  rows for z_i u_j (latent-major) where the model has them, then u_j, shape [s - k, k]
 * @param z        where products are taken, shape [k]
 * @returns        shape [k, m], of the control as the model sees it; null without control
 */
export function inputMatrix({ model }: TrainedModel, control: Matrix, z: Float64Array): Matrix | null {
  const { node, spec } = model;
  const [k, m] = [node.z, node.u];
  if (control.rows === 0) return null;
  const products = compositions[spec.family].features === "joined" ? 0 : k * m;
  const B = new Matrix(k, m);
  for (let r = 0; r < control.rows; r++) {
    const weight = r < products ? z[Math.floor(r / m)] : 1;
    for (let i = 0; i < k; i++) B.data[i * m + (r % m)] += weight * control.get(r, i);
  }
  return B;
}

/**
 * The system whose resolvent is asked for: A with its input matrix, confined to the eigenvectors that are kept where some are not.
 *
 * @param z  latent state at which control that multiplies the state is taken, shape [k]
 * @throws   E_NUMERIC when some eigenvalues are left out and a kept one is defective: there are no vectors to be confined to
 * @see      Herrmann, Baddoo, Semaan, Brunton, McKeon 2021, "Data-driven resolvent analysis", doi:10.1017/jfm.2021.337
 */
export function forcedSystem(trained: TrainedModel, pairs: LatentPairs, retained: Retained, z: Float64Array): LatentForcing {
  const { A, timeDomain, dt, control } = pairs;
  const B = inputMatrix(trained, control, z);
  const { points, functions, duals } = retained.spectrum;
  if (points.length === A.rows) return { A, B, timeDomain, dt, lift: Matrix.identity(A.rows) };
  if (points.some(({ condition }) => condition === Number.POSITIVE_INFINITY)) {
    throw new DymadError("E_NUMERIC", "a kept eigenvalue is defective, so the others cannot be left out of a resolvent", {
      hint: "keep all eigenvalues: keep: full, remove_one: null",
    });
  }
  // Columns of A = conj(duals) diag functions^T; pairs are whole, so that real and imaginary parts span the same as the vectors.
  const span = new Matrix(A.rows, points.length);
  points.forEach(({ angularFrequency }, i) => {
    const from = angularFrequency < 0 ? duals.im : duals.re;
    for (let j = 0; j < A.rows; j++) span.set(j, i, from[j * points.length + i]);
  });
  const { q } = qr(span);
  const back = q.transpose();
  const right = ComplexMatrix.fromReal(back).multiply(duals.adjoint().transpose());
  const projection = right.multiply(functions.transpose());
  const onto = new Matrix(points.length, A.rows, projection.re);
  return { A: back.multiply(A).multiply(q), B: B === null ? null : onto.multiply(B), timeDomain, dt, lift: q };
}
