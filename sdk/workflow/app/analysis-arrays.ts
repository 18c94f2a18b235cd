import type { ShapedArray } from "../../formats/npy.js";
import type { ComplexMatrix } from "../../numerics/linalg/complex.js";

/** A complex array as the two real ones that a file keeps. */
export const complexArrays = (
  name: string,
  { re, im }: ComplexMatrix,
  shape: readonly number[],
): Record<string, ShapedArray> => ({
  [`${name}_re`]: { shape, data: re },
  [`${name}_im`]: { shape, data: im },
});

/** JSON has no NaN: what is not known is null. */
export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
