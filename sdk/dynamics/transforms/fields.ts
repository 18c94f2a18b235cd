import { DymadError } from "../../errors.js";
import type { InterpolationKind } from "../../numerics/interpolation.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { type Prepared, prepared } from "../data/batch.js";
import type { Dataset, Trajectory } from "../data/series.js";
import { fitChain, restoreChain, type TransformChain } from "./chain.js";
import type { TransformStage } from "./spec.js";
import type { TransformState } from "./transform.js";

/** The fitted transforms of the state and of the control, and how their rows line up. */
export interface FieldTransforms {
  readonly x: TransformChain;
  readonly u: TransformChain | null;
  /** rows lost at the start: the larger delay; row j of a prepared trajectory belongs to sample j + delay */
  readonly delay: number;
  /** A trajectory as the model sees it. */
  prepare(trajectory: Trajectory, order: InterpolationKind): Prepared;
  /**
   * Rows of the model back in the units of the data.
   *
   * @param z         predicted rows, shape [T - delay, n']
   * @param measured  samples 0 .. delay of the trajectory, which began the prediction
   * @returns         shape [T, n]; the first `delay` rows are those measured
   */
  restore(z: Matrix, measured: Matrix): Matrix;
}

/** Fits the transforms on the training trajectories alone. */
export function fitFields(x: readonly TransformStage[], u: readonly TransformStage[], train: Dataset): FieldTransforms {
  const controls = train.trajectories.flatMap((tr) => (tr.u === null ? [] : [tr.u]));
  return fields(
    fitChain(
      x,
      train.trajectories.map((tr) => tr.x),
    ),
    controls.length === 0 ? null : fitChain(u, controls),
  );
}

/** The transforms a checkpoint describes. */
export function restoreFields(states: { x: readonly TransformState[]; u: readonly TransformState[] | null }): FieldTransforms {
  return fields(restoreChain(states.x), states.u === null ? null : restoreChain(states.u));
}

function fields(x: TransformChain, u: TransformChain | null): FieldTransforms {
  const delay = Math.max(x.delay, u?.delay ?? 0);
  const aligned = (chain: TransformChain, rows: Matrix): Matrix => {
    const out = chain.apply(rows);
    return out.slice(delay - chain.delay, out.rows);
  };
  return {
    x,
    u,
    delay,
    prepare(trajectory, order) {
      if (trajectory.x.rows <= delay) {
        throw new DymadError(
          "E_SHAPE",
          `a delay of ${delay} needs more than ${delay} samples, a trajectory has ${trajectory.x.rows}`,
        );
      }
      if (trajectory.x.cols !== x.inputDim) {
        throw new DymadError(
          "E_SHAPE",
          `the model was trained on ${x.inputDim} state columns, the data have ${trajectory.x.cols}`,
        );
      }
      if ((u?.inputDim ?? 0) !== (trajectory.u?.cols ?? 0)) {
        throw new DymadError(
          "E_SHAPE",
          `the model was trained with ${u?.inputDim ?? 0} control columns, the data have ${trajectory.u?.cols ?? 0}`,
        );
      }
      const control = u === null || trajectory.u === null ? null : aligned(u, trajectory.u);
      return prepared(trajectory.t.slice(delay), aligned(x, trajectory.x), control, order, trajectory.p ?? null);
    },
    restore(z, measured) {
      const rows = x.invert(z);
      const out = new Matrix(z.rows + delay, x.inputDim);
      out.data.set(rows.data, (delay - x.delay) * x.inputDim);
      out.data.set(measured.data.subarray(0, delay * x.inputDim));
      return out;
    },
  };
}
