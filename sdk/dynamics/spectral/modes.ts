import { DymadError } from "../../errors.js";
import { cos, exp, sin } from "../../numerics/elementary.js";
import { ComplexMatrix } from "../../numerics/linalg/complex.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { eigenfunctions } from "./eigenfunctions.js";
import type { Spectrum } from "./spectrum.js";

/**
 * Koopman modes: the shapes that eigenfunctions multiply, x(t) = sum_i phi_i(z(0)) exp(lambda_i t) mode_i.
 *
 * @param spectrum  from koopmanSpectrum
 * @param decoder   C of a linear decoder x = C z (columns), shape [n, k]; absent: modes of the latent state itself
 * @returns         row i is the mode of point i, shape [k, n] (or [k, k]), units of `x` (or of z); rows of zeros where defective
 * @throws          E_SHAPE when the decoder does not act on the latent state
 * @see             Rowley, Mezic, Bagheri, Schlatter, Henningson 2009, "Spectral analysis of nonlinear flows", doi:10.1017/S0022112009992059
 */
export function modes(spectrum: Spectrum, decoder?: Matrix): ComplexMatrix {
  const latent = spectrum.duals.adjoint();
  return decoder === undefined ? latent : latent.multiply(ComplexMatrix.fromReal(decoder.transpose()));
}

/**
 * The states that chosen modes alone would give: sum over i of phi_i(z0) exp(lambda_i t) mode_i, for one initial state.
 *
 * @param spectrum  from koopmanSpectrum
 * @param z0        initial latent state, shape [k]
 * @param times     times since z0, shape [T], units of `t`
 * @param which     points to keep; default all. Keep conjugate pairs together
 * @param decoder   as for modes
 * @returns         real part, shape [T, n]
 * @throws          E_SHAPE when z0 does not fit; E_NUMERIC when a chosen point is defective: it has no mode
 */
export function superpose(
  spectrum: Spectrum,
  z0: Float64Array,
  times: Float64Array,
  which: readonly number[] = Array.from(spectrum.points.keys()),
  decoder?: Matrix,
): Matrix {
  const start = eigenfunctions(spectrum, new Matrix(1, z0.length, z0));
  const shapes = modes(spectrum, decoder);
  const out = new Matrix(times.length, shapes.cols);
  for (const i of which) {
    const { growth, angularFrequency, condition } = spectrum.points[i];
    if (condition === Number.POSITIVE_INFINITY) {
      throw new DymadError("E_NUMERIC", `point ${i} is defective and has no mode of its own`, {
        hint: "leave it out, or roll the model out",
      });
    }
    const phi = start.get(0, i);
    times.forEach((t, k) => {
      // 0 * -Infinity would be NaN: at t = 0 every mode is whole.
      const size = t === 0 ? 1 : exp(growth * t);
      const re = size * (phi.re * cos(angularFrequency * t) - phi.im * sin(angularFrequency * t));
      const im = size * (phi.re * sin(angularFrequency * t) + phi.im * cos(angularFrequency * t));
      const row = out.row(k);
      for (let j = 0; j < row.length; j++) {
        const shape = shapes.get(i, j);
        row[j] += re * shape.re - im * shape.im;
      }
    });
  }
  return out;
}
