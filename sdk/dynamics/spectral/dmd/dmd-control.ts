import { DymadError } from "../../../errors.js";
import { multiplyLarge } from "../../../numerics/linalg/large-product.js";
import { joinColumns, leastSquares } from "../../../numerics/linalg/lstsq.js";
import { difference, Matrix } from "../../../numerics/linalg/matrix.js";
import { stackRows } from "../../../numerics/linalg/qr.js";
import { reducedBasis } from "../../../numerics/linalg/reduced-basis.js";
import { koopmanSpectrum } from "../spectrum.js";
import { assemble, type Dmd, type DmdOptions, liftModes } from "./dmd.js";
import { type Snapshots, snapshotPairs } from "./snapshots.js";

export interface ControlledSnapshots extends Snapshots {
  /** control held from each row to the next, shape [T_i, m] each; the last row is not used */
  readonly controls: readonly Matrix[];
}

/** z(k + 1) = z(k) K + u(k) control, x close to z decoder. */
export interface DmdControl extends Dmd {
  /** K, the step of the reduced coordinates, shape [r, r] */
  readonly step: Matrix;
  /** shape [m, r] */
  readonly control: Matrix;
  /** shape [r, n] */
  readonly decoder: Matrix;
}

/**
 * Dynamic mode decomposition with control: the part of the next sample that control explains is told apart from what the system does by
 * itself; residuals are those of the latter.
 *
 * @param snapshots  trajectories [T_i, n], their controls [T_i, m] and the step
 * @param options    as for dmd; the estimate is least squares
 * @returns          spectrum of the system without control, basis, modes, step [r, r], control [m, r], decoder [r, n]
 * @throws           E_SHAPE when controls do not belong to the trajectories; otherwise as dmd
 * @see              Proctor, Brunton, Kutz 2016, "Dynamic mode decomposition with control", doi:10.1137/15M1013857
 */
export function dmdWithControl(snapshots: ControlledSnapshots, options: Omit<DmdOptions, "estimate"> = {}): DmdControl {
  const { trajectories, controls, dt } = snapshots;
  const odd = trajectories.findIndex((x, i) => controls[i]?.rows !== x.rows);
  if (odd >= 0 || controls.length !== trajectories.length) {
    throw new DymadError("E_SHAPE", `trajectory ${Math.max(odd, 0)} and its control differ in rows, or one has no partner`, {
      path: ["controls", Math.max(odd, 0)],
      hint: "give one row of control for each sample; the last is not used",
    });
  }
  const pairs = snapshotPairs(snapshots);
  const u = stackRows(controls.filter(({ rows }) => rows > 1).map((c) => c.slice(0, c.rows - 1)));
  const found = reducedBasis(pairs.P0, options.rank ?? "full", options.basis);
  const [z0, z1] = [multiplyLarge(pairs.P0, found.basis), multiplyLarge(pairs.P1, found.basis)];
  const r = found.basis.cols;
  const { x: both, rank } = leastSquares(joinColumns(z0, u), z1);
  const control = new Matrix(u.cols, r, both.data.slice(r * r));
  const step = both.slice(0, r);
  const decoder = leastSquares(z0, pairs.P0).x;
  const free = { P0: pairs.P0, P1: difference(pairs.P1, u.multiply(control).multiply(decoder)) };
  const { threshold, order } = options;
  const spectrum = koopmanSpectrum({
    A: step.transpose(),
    P0: z0,
    P1: difference(z1, u.multiply(control)),
    dt,
    timeDomain: "discrete",
    threshold,
    order,
  });
  const plain = assemble(spectrum, found, liftModes(spectrum, z0, free, options.modes), pairs.P0);
  const collinear = {
    code: "collinear-control",
    message: `states and controls together have ${r + u.cols} columns but rank ${rank}`,
    hint: "control follows from the state (feedback), or never changes: it cannot be told from the system. Excite it independently",
  } as const;
  const diagnostics = rank < r + u.cols ? [...plain.diagnostics, collinear] : plain.diagnostics;
  return { ...plain, diagnostics, step, control, decoder };
}

/**
 * The states that a sequence of controls leads to.
 *
 * @param found  from dmdWithControl
 * @param x0     state before the first control, shape [n]
 * @param u      shape [T, m]
 * @returns      shape [T + 1, n], row 0 being x0 in the span of the basis
 * @throws       E_SHAPE when x0 or u has another width
 */
export function forecastControlled({ basis, step, control, decoder }: DmdControl, x0: Float64Array, u: Matrix): Matrix {
  const pushes = u.multiply(control);
  const z = new Matrix(u.rows + 1, step.rows);
  z.row(0).set(new Matrix(1, x0.length, x0).multiply(basis).data);
  for (let k = 0; k < u.rows; k++) {
    const next = z.slice(k, k + 1).multiply(step).data;
    z.row(k + 1).set(next.map((value, j) => value + pushes.get(k, j)));
  }
  return z.multiply(decoder);
}
