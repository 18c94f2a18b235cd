import type { Matrix } from "../../numerics/linalg/matrix.js";

/**
 * A fitted transform of one field: rows are samples in time order. `delay` d > 0 shortens a trajectory by d rows; row j of the
 * result then belongs to sample j + d, and the inverse restores all rows.
 */
export interface Transform {
  readonly inputDim: number;
  readonly outputDim: number;
  readonly delay: number;
  /** whether invert(apply(x)) = x */
  readonly invertible: "exact" | "approximate";
  apply(x: Matrix): Matrix;
  invert(z: Matrix): Matrix;
  readonly state: TransformState;
}

/** What was learned by fitting, as plain JSON: with it a transform is the same on another machine. */
export type TransformState =
  | { readonly type: "identity" | "add_one"; readonly inp: number }
  | { readonly type: "scaler"; readonly mode: string; readonly off: readonly number[]; readonly scl: readonly number[] }
  | { readonly type: "delay"; readonly delay: number; readonly inp: number }
  | {
      readonly type: "svd";
      readonly order: number | "full";
      readonly ifcen: boolean;
      readonly off: readonly number[];
      /** leading right singular vectors, one row an input coordinate, shape [n, r] */
      readonly P: readonly (readonly number[])[];
      readonly exact: boolean;
    };
