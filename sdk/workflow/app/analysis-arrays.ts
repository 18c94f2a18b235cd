import type { ShapedArray } from "../../formats/npy.js";
import type { ComplexMatrix } from "../../numerics/linalg/complex.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";

/** A complex array as the two real ones that a file keeps. */
export const complexArrays = (
  name: string,
  { re, im }: ComplexMatrix,
  shape: readonly number[],
): Record<string, ShapedArray> => ({
  [`${name}_re`]: { shape, data: re },
  [`${name}_im`]: { shape, data: im },
});

export const matrixArray = ({ rows, cols, data }: Matrix): ShapedArray => ({ shape: [rows, cols], data });

export const lineArray = (data: Float64Array): ShapedArray => ({ shape: [data.length], data });

/** JSON has no NaN: what is not known is null. */
export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
