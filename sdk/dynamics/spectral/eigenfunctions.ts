import { ComplexMatrix } from "../../numerics/linalg/complex.js";
import { multiplyLarge } from "../../numerics/linalg/large-product.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { Spectrum } from "./spectrum.js";

/**
 * Koopman eigenfunctions at given latent states: phi_i(z) = z g_i. Along a trajectory of the model phi_i(z(t)) = exp(lambda_i t) phi_i(z(0)).
 *
 * @param spectrum  from koopmanSpectrum
 * @param z         latent states, rows are samples, shape [M, k]
 * @returns         shape [M, k]; column i belongs to point i of the spectrum
 * @throws          E_SHAPE when the states have another width
 * @see             Mezic 2005, "Spectral properties of dynamical systems, model reduction and decompositions", doi:10.1007/s11071-005-2824-x
 */
export function eigenfunctions(spectrum: Pick<Spectrum, "functions">, z: Matrix): ComplexMatrix {
  const { re, im, rows, cols } = spectrum.functions;
  const [real, imaginary] = [re, im].map((part) => multiplyLarge(z, new Matrix(rows, cols, part)).data);
  return new ComplexMatrix(z.rows, cols, real, imaginary);
}
