import { DymadError } from "../../errors.js";
import type { ComplexMatrix } from "../../numerics/linalg/complex.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { TrainedModel } from "../evaluation/trained-model.js";
import type { Spectrum } from "./spectrum.js";
import { stateEigenfunctions } from "./state-spectrum.js";

/** A plane of states: two columns go over a grid, the others keep their values. */
export interface StatePlane {
  /** the two columns, counted from 0 */
  readonly columns: readonly [number, number];
  /** values of the first, shape [X], units of its column */
  readonly across: Float64Array;
  /** values of the second, shape [Y] */
  readonly up: Float64Array;
  /** a state whose other columns are kept, shape [n] */
  readonly through: Float64Array;
}

/**
 * Koopman eigenfunctions on a plane of states.
 *
 * @param trained   a linear latent model of single states: nothing delays, nothing smooths
 * @param spectrum  its spectrum, r points
 * @param plane     two columns with their values, and the state the plane goes through
 * @returns         row per value of `up`, column per value of `across`, one after the other, shape [Y X, r]
 * @throws          E_UNSUPPORTED when a latent state is made of several samples; E_SPEC when the columns are not two of the states; as
 *                  stateEigenfunctions
 * @see             Mezic 2005, "Spectral properties of dynamical systems, model reduction and decompositions", doi:10.1007/s11071-005-2824-x
 */
export function eigenfunctionsOn(trained: TrainedModel, spectrum: Pick<Spectrum, "functions">, plane: StatePlane): ComplexMatrix {
  const { columns, across, up, through } = plane;
  const [i, j] = columns;
  const n = through.length;
  const isColumn = (column: number): boolean => Number.isInteger(column) && column >= 0 && column < n;
  if (!(isColumn(i) && isColumn(j)) || i === j) {
    throw new DymadError("E_SPEC", `columns ${i} and ${j} are not two of ${n} states`, {
      path: ["columns"],
      hint: "name two different columns",
    });
  }
  const several = trained.transforms.x.stages.find(({ delay, derivatives }) => delay > 0 || derivatives === "none");
  if (several !== undefined) {
    throw new DymadError("E_UNSUPPORTED", `a state alone has no latent state: ${several.state.type} looks at several samples`, {
      hint: "eigenfunctions along trajectories can be computed: stateEigenfunctions(trained, spectrum, trajectory.x)",
    });
  }
  const states = new Matrix(up.length * across.length, n);
  up.forEach((y, row) => {
    across.forEach((x, column) => {
      const state = states.row(row * across.length + column);
      state.set(through);
      state[i] = x;
      state[j] = y;
    });
  });
  return stateEigenfunctions(trained, spectrum, states);
}
