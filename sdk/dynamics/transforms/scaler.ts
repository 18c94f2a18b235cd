import { Matrix } from "../../numerics/linalg/matrix.js";
import type { TransformStage } from "./spec.js";
import { positiveZeros, type Transform } from "./transform.js";

type Mode = Extract<TransformStage, { type: "scaler" }>["mode"];

/** A column whose scale is smaller than this part of its largest value is left unscaled: it is constant up to rounding. */
const SMALLEST_SCALE = 1e-12;

/**
 * Column-wise affine scaling z = (x - off) / scl, learned over all rows of all trajectories.
 *
 * `01`: off = min, scl = max - min. `-11`: off = 0, scl = max |x|. `std`: off = mean, scl = population standard deviation.
 * `none`: off = 0, scl = 1.
 *
 * @param mode  which scaling
 * @param data  trajectories, each shape [T, n], units of the field
 * @returns     the transform; its result is dimensionless
 */
export function fitScaler(mode: Mode, data: readonly Matrix[]): Transform {
  const n = data[0].cols;
  const off = new Array<number>(n).fill(0);
  const scl = new Array<number>(n).fill(1);
  const notes: string[] = [];
  for (let j = 0; j < n; j++) {
    const column = columnOf(data, j);
    const largest = column.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    if (mode === "01") {
      off[j] = column.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
      scl[j] = column.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - off[j];
    } else if (mode === "-11") {
      scl[j] = largest;
    } else if (mode === "std") {
      off[j] = column.reduce((a, b) => a + b, 0) / column.length;
      scl[j] = Math.sqrt(column.reduce((a, b) => a + (b - off[j]) * (b - off[j]), 0) / column.length);
    }
    if (scl[j] > SMALLEST_SCALE * largest) continue;
    scl[j] = 1;
    notes.push(`column ${j + 1} of ${n} never changes (it is ${column[0]} in all ${column.length} samples): it keeps its scale`);
  }
  return { ...scaler(mode, positiveZeros(off), scl), notes };
}

function columnOf(data: readonly Matrix[], j: number): number[] {
  return data.flatMap((x) => Array.from(x.column(j)));
}

/** The scaling with given offsets and scales, shape [n] each. @see docs/transforms.md */
export function scaler(mode: string, off: readonly number[], scl: readonly number[]): Transform {
  const n = off.length;
  const each = (x: Matrix, f: (value: number, j: number) => number): Matrix =>
    new Matrix(
      x.rows,
      n,
      x.data.map((v, i) => f(v, i % n)),
    );
  return {
    inputDim: n,
    outputDim: n,
    delay: 0,
    invertible: "exact",
    derivatives: "exact",
    apply: (x) => each(x, (v, j) => (v - off[j]) / scl[j]),
    invert: (z) => each(z, (v, j) => v * scl[j] + off[j]),
    jacobian: () => diagonal(scl.map((s) => 1 / s)),
    inverseJacobian: () => diagonal(scl),
    carry: {
      forward: (rows) => each(rows, (v, j) => v / scl[j]),
      backward: (rows) => each(rows, (v, j) => v * scl[j]),
    },
    state: { type: "scaler", mode, off, scl },
  };
}

function diagonal(values: readonly number[]): Matrix {
  const out = new Matrix(values.length, values.length);
  values.forEach((value, j) => {
    out.set(j, j, value);
  });
  return out;
}
