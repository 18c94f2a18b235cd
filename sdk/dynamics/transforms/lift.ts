import { Matrix } from "../../numerics/linalg/matrix.js";
import { type Features, factorsOf } from "./lift-features.js";
import { liftedByFunctions } from "./lift-functions.js";
import type { LiftStage } from "./spec.js";
import type { Transform, TransformState } from "./transform.js";

type LiftState = Extract<TransformState, { type: "lift" }>;

/**
 * Observables of the states: all products of features of single columns (`poly`: powers, `mixed`: powers, Fourier pairs, polar
 * pairs), the first column slowest; or functions of one's own.
 *
 * Products are inverted by reading the linear features; functions by functions, or by least squares, x ~ z C.
 *
 * @param stage  what to lift to
 * @param data   trajectories, each of shape [T, n], units of the field
 * @returns      the transform to prod K_i columns, or to one a formula
 * @throws       E_SPEC when columns are missing or named twice, an order is too small to invert, or a formula has a mistake
 * @see          Williams, Kevrekidis, Rowley 2015, "A data-driven approximation of the Koopman operator: extending dynamic mode decomposition", doi:10.1007/s00332-015-9258-5
 */
export function fitLift(stage: LiftStage, data: readonly Matrix[]): Transform {
  const inp = data[0].cols;
  if (typeof stage.fobs === "string") return liftTransform({ ...stage, inp, C: null });
  return liftedByFunctions({ ...stage, inp, C: null }, data);
}

/** The lift a state describes. */
export function liftTransform(state: LiftState): Transform {
  if (typeof state.fobs !== "string") return liftedByFunctions(state, null);
  const factors = factorsOf(state, state.inp);
  const { sizes, readers } = factors;
  const outputDim = sizes.reduce((a, b) => a * b, 1);
  // place k of factor f stands at k times the number of products of the later factors
  const stride = sizes.map((_, f) => sizes.slice(f + 1).reduce((a, b) => a * b, 1));
  const reading = readers.map((reader) => ({ ...reader, places: reader.reads.map(([f, k]) => k * stride[f]) }));
  return {
    inputDim: state.inp,
    outputDim,
    delay: 0,
    invertible: "exact",
    derivatives: "exact",
    apply(x) {
      const out = new Matrix(x.rows, outputDim);
      for (let i = 0; i < x.rows; i++) out.row(i).set(product(factors.evaluate(x.row(i)).map(({ values }) => values)));
      return out;
    },
    invert(z) {
      const out = new Matrix(z.rows, state.inp);
      for (let i = 0; i < z.rows; i++) {
        const row = z.row(i);
        for (const { places, columns, value } of reading) {
          value(places.map((at) => row[at])).forEach((x, c) => {
            out.set(i, columns[c], x);
          });
        }
      }
      return out;
    },
    jacobian: (x) => productJacobian(factors.evaluate(x), outputDim, state.inp),
    inverseJacobian(z) {
      const out = new Matrix(state.inp, outputDim);
      for (const { places, columns, slope } of reading) {
        slope(places.map((at) => z[at])).forEach((row, c) => {
          row.forEach((value, k) => {
            out.set(columns[c], places[k], value);
          });
        });
      }
      return out;
    },
    state,
  };
}

/** All products of one entry of each factor, the first factor slowest. */
function product(factors: readonly Float64Array[]): Float64Array {
  return factors.reduce((left, right) => {
    const out = new Float64Array(left.length * right.length);
    left.forEach((a, i) => {
      for (let j = 0; j < right.length; j++) out[i * right.length + j] = a * right[j];
    });
    return out;
  }, Float64Array.of(1));
}

/** The product rule: one factor at a time gives way to its derivative. */
function productJacobian(features: readonly Features[], rows: number, cols: number): Matrix {
  const out = new Matrix(rows, cols);
  features.forEach(({ slopes }, f) => {
    for (const { column, values } of slopes) {
      product(features.map((other, g) => (g === f ? values : other.values))).forEach((slope, i) => {
        out.data[i * cols + column] += slope;
      });
    }
  });
  return out;
}
