import { DymadError } from "../../errors.js";
import { cos, exp, sin } from "../../numerics/elementary.js";
import { ComplexMatrix, type ComplexVector } from "../../numerics/linalg/complex.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { eigenfunctions } from "./eigenfunctions.js";
import type { Rates } from "./rates.js";
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
export function modes(spectrum: Pick<Spectrum, "duals">, decoder?: Matrix): ComplexMatrix {
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
  for (const i of which) {
    if (spectrum.points[i].condition !== Number.POSITIVE_INFINITY) continue;
    throw new DymadError("E_NUMERIC", `point ${i} is defective and has no mode of its own`, {
      hint: "leave it out, or roll the model out",
    });
  }
  return sumModes(spectrum.points, { re: start.re, im: start.im }, shapes, times, which);
}

/**
 * The real part of sum_i start_i exp((growth_i + i angularFrequency_i) t) shape_i over chosen points.
 *
 * @param rates   growth and angular frequency of each point
 * @param start   what each point begins with, shape [k]
 * @param shapes  one mode a row, shape [k, n]
 * @param times   times since the start, shape [T], units of `t`
 * @param which   points to keep; default all
 * @returns       shape [T, n]
 */
export function sumModes(
  rates: readonly Pick<Rates, "growth" | "angularFrequency">[],
  start: ComplexVector,
  shapes: ComplexMatrix,
  times: Float64Array,
  which: readonly number[] = Array.from(rates.keys()),
): Matrix {
  const out = new Matrix(times.length, shapes.cols);
  for (const i of which) {
    const { growth, angularFrequency } = rates[i];
    const [re0, im0] = [start.re[i], start.im[i]];
    times.forEach((t, k) => {
      // 0 * -Infinity would be NaN: at t = 0 every mode is whole.
      const size = t === 0 ? 1 : exp(growth * t);
      const re = size * (re0 * cos(angularFrequency * t) - im0 * sin(angularFrequency * t));
      const im = size * (re0 * sin(angularFrequency * t) + im0 * cos(angularFrequency * t));
      const row = out.row(k);
      for (let j = 0; j < row.length; j++) {
        const at = i * shapes.cols + j;
        row[j] += re * shapes.re[at] - im * shapes.im[at];
      }
    });
  }
  return out;
}
