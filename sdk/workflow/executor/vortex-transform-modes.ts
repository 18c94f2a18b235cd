import type { Dataset } from "../../dynamics/data/series.js";
import { requireStep } from "../../dynamics/data/step.js";
import { type TransformModes, transformModes } from "../../dynamics/spectral/transform-modes.js";
import { fitChain } from "../../dynamics/transforms/chain.js";
import { DymadError } from "../../errors.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { TransformModesOptions } from "../registry/analysis-request.js";
import { withPlaces } from "./error-place.js";

export interface TransformModesResult extends TransformModes {
  /** coordinates of the training data, trajectory after trajectory, shape [T, r] */
  readonly training: readonly Matrix[];
  /** step of the test data, units of `t` */
  readonly dt: number;
  readonly index: number;
  readonly nx: number;
  readonly ny: number;
  /** what fitting noticed */
  readonly notes: readonly string[];
}

/**
 * The analysis `vortex_transform_modes`: a chain fitted on the training data, its modes at one sample of the test trajectory.
 *
 * @param train  trajectories of the field, nx ny columns of x, row by row
 * @param test   one trajectory of the same field at a regular step
 * @throws       E_SHAPE when the columns are not nx ny; E_DATA when the test data are not one trajectory at a regular step; E_SPEC when
 *               the index has no neighbours; E_UNSUPPORTED when a stage has no derivative; what a stage refuses when it is fitted
 */
export function runTransformModes(train: Dataset, test: Dataset, options: TransformModesOptions): TransformModesResult {
  const { nx, ny, index } = options;
  for (const [what, { names }] of [
    ["training", train],
    ["test", test],
  ] as const) {
    if (names.x.length === nx * ny) continue;
    throw new DymadError("E_SHAPE", `nx x ny is ${nx} x ${ny} = ${nx * ny}, the ${what} data have ${names.x.length} columns`, {
      path: ["parameters", "nx"],
      hint: "write the rows and columns of the field",
    });
  }
  if (test.trajectories.length !== 1) {
    throw new DymadError("E_DATA", `the test data hold ${test.trajectories.length} trajectories, one is looked at`, {
      path: ["dataset_handles", "test_dataset_handle"],
      hint: "give the one that the sample is taken from",
    });
  }
  const dt = requireStep(test, "a rate");
  const trajectories = train.trajectories.map(({ x }) => x);
  return atParameters(() => {
    const chain = fitChain(options.transform_x, trajectories);
    const modes = transformModes(chain, { x: test.trajectories[0].x, dt, index });
    return { ...modes, training: trajectories.map((x) => chain.apply(x)), dt, index, nx, ny, notes: chain.notes };
  }, options.transform_x.length > 1);
}

/** Errors name their place among the parameters: a number is a stage of the chain. */
function atParameters<T>(work: () => T, several: boolean): T {
  return withPlaces(work, (path) => {
    if (path[0] === "index") return ["parameters", ...path];
    return ["parameters", "transform_x", ...(several || path.length === 0 ? path : [0, ...path])];
  });
}
