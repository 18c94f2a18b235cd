import { DymadError } from "../../errors.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { TransformStage } from "./spec.js";

/**
 * A fitted transform of one field: rows are samples in time order. `delay` d > 0 shortens a trajectory by d rows; row j of the
 * result then belongs to sample j + d, and the inverse restores all rows. Everything else acts on each row by itself.
 */
export interface Transform {
  readonly inputDim: number;
  readonly outputDim: number;
  readonly delay: number;
  /** whether invert(apply(x)) is x, is near x, or has lost what apply took away */
  readonly invertible: Quality;
  /** what the two Jacobians are */
  readonly derivatives: Quality;
  apply(x: Matrix): Matrix;
  invert(z: Matrix): Matrix;
  /** dz/dx at a row x, shape [outputDim, inputDim]; of a delay, by all samples of its window */
  jacobian(x: Float64Array): Matrix;
  /** dx/dz of the inverse at a row z, shape [inputDim, outputDim] */
  inverseJacobian(z: Float64Array): Matrix;
  /**
   * What a stage as wide as the field does instead of forming its square Jacobians: rows · dz/dx, shape [m, outputDim] to [m, inputDim], and
   * rows · (dx/dz)ᵀ, between the same shapes. Both read only the rows: such a stage is linear.
   */
  readonly carry?: { forward(rows: Matrix): Matrix; backward(rows: Matrix): Matrix };
  readonly state: TransformState;
  /** what fitting noticed and went on: columns that never change, directions without data */
  readonly notes?: readonly string[];
}

export type Quality = "exact" | "approximate" | "none";

/** The worst of several qualities. */
export const worst = (all: readonly Quality[]): Quality =>
  all.includes("none") ? "none" : all.includes("approximate") ? "approximate" : "exact";

/** JSON has no negative zero: without it, what is read is what was written, bit by bit. */
export const positiveZeros = (values: readonly number[]): number[] => values.map((v) => v + 0);

/** A transform that refuses rows of the wrong width. */
export function checked(transform: Transform): Transform {
  const { state, inputDim, outputDim } = transform;
  const require = (width: number, given: number, what: string): void => {
    if (width === given) return;
    throw new DymadError("E_SHAPE", `the transform ${state.type} ${what} ${width} columns, the data have ${given}`, {
      hint: "give the columns it was fitted on",
    });
  };
  return {
    ...transform,
    apply(x) {
      require(inputDim, x.cols, "takes");
      return transform.apply(x);
    },
    invert(z) {
      require(outputDim, z.cols, "gives");
      return transform.invert(z);
    },
    jacobian(x) {
      require(inputDim, x.length, "takes");
      return transform.jacobian(x);
    },
    inverseJacobian(z) {
      require(outputDim, z.length, "gives");
      return transform.inverseJacobian(z);
    },
  };
}

type StageOf<T extends TransformStage["type"]> = Extract<TransformStage, { type: T }>;
type Rows = readonly (readonly number[])[];

/** The points a map of a manifold was fitted on, and how it is inverted. */
interface Landmarks {
  readonly X: Rows;
  /** dimension of the manifold, chosen when the stage left it open */
  readonly dimension: number;
}

/** What was learned by fitting, as plain JSON: with it a transform is the same on another machine. */
export type TransformState =
  | { readonly type: "identity" | "add_one"; readonly inp: number }
  | { readonly type: "scaler"; readonly mode: string; readonly off: readonly number[]; readonly scl: readonly number[] }
  | { readonly type: "delay"; readonly delay: number; readonly inp: number }
  | (StageOf<"svd"> & {
      readonly off: readonly number[];
      /** directions, one row an input coordinate, shape [n, r] */
      readonly P: Rows;
      /** the way back where directions are not orthonormal: x - off is nearest to z back, shape [r, n]; absent = transpose of P */
      readonly back?: Rows;
      readonly exact: boolean;
    })
  | (StageOf<"lift"> & {
      readonly inp: number;
      /** functions without an inverse: x = z C, shape [outputs, n] */
      readonly C: Rows | null;
    })
  | (StageOf<"kernel"> & {
      /** the landmarks that the sums run over, shape [p, n] */
      readonly X: Rows;
      /** shape [p, count] */
      readonly weights: Rows;
      /** widths and sums that the kernel took from all landmarks, by name */
      readonly fitted: Readonly<Record<string, readonly number[]>>;
      /** x = z C, shape [count, n] */
      readonly C: Rows;
    })
  | (StageOf<"denoise"> & { readonly inp: number })
  | (StageOf<"dm"> &
      Landmarks & {
        readonly scale: number;
        readonly weights: readonly number[];
        readonly values: readonly number[];
        readonly psi: Rows;
      })
  | (StageOf<"vbdm"> &
      Landmarks & {
        readonly manifold: number;
        readonly density_scale: number;
        readonly scale: number;
        readonly guess: readonly number[];
        readonly bandwidth: readonly number[];
        readonly weights: readonly number[];
        readonly unit: number;
        readonly values: readonly number[];
        readonly psi: Rows;
      })
  | (StageOf<"isomap"> & Landmarks & { readonly values: readonly number[]; readonly z: Rows })
  | { readonly type: "autoencoder" };
