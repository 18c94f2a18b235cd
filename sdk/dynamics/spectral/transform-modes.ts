import { DymadError } from "../../errors.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { TransformChain } from "../transforms/chain.js";
import { backwardModes, forwardModes, requireDerivatives } from "../transforms/modes.js";

export interface TransformModesRequest {
  /** samples of one trajectory at a regular step, rows are samples, shape [T, n], units of the field */
  readonly x: Matrix;
  /** step of the samples, units of `t` */
  readonly dt: number;
  /** the sample whose modes are wanted, from 1 to T - 2 */
  readonly index: number;
}

/** Coordinates z = f(x) of a field, their modes at one sample, and whether the modes explain how the sample moves. */
export interface TransformModes {
  /** values after each stage of the chain, shape [T, columns]; the last are the coordinates z, shape [T, r] */
  readonly stages: readonly Matrix[];
  /** what each stage was given, brought back from z; the first is the field, shape [T, n] */
  readonly restored: readonly Matrix[];
  /** (dx/dz)^T at the sample, shape [r, n]: the pattern each coordinate stands for */
  readonly backward: Matrix;
  /** dz/dx at the sample, shape [r, n]: how each coordinate answers to the field */
  readonly forward: Matrix;
  /** dx/dt from the neighbours of the sample, and sum_k dz_k/dt backward_k, shape [n], units of the field per unit of `t` */
  readonly fieldRate: RatePair;
  /** dz/dt from the neighbours of the sample, and forward dx/dt, shape [r], units of z per unit of `t` */
  readonly coordinateRate: RatePair;
  /** forward backward^T, near a projector where the modes are right; forward forward^T; backward backward^T; shape [r, r] each */
  readonly overlaps: Readonly<Record<"forwardBackward" | "forwardForward" | "backwardBackward", Matrix>>;
  /** |field brought back - field| / |field| over all samples */
  readonly restorationError: number;
}

export interface RatePair {
  /** central difference of the samples */
  readonly measured: Float64Array;
  /** through the modes */
  readonly estimated: Float64Array;
  /** |estimated - measured| / |measured|; NaN where nothing moves */
  readonly error: number;
}

/**
 * Modes of a fitted chain z = f(x) at one sample of a trajectory, and how well they carry its motion: the rate of the field from that of
 * the coordinates, dx/dt ~ sum_k dz_k/dt backward_k, and the other way, dz/dt ~ forward dx/dt.
 *
 * @param chain    fitted on other samples of the same field
 * @param request  x [T, n], dt, index
 * @returns        coordinates, modes [r, n], rates, overlaps [r, r] and errors
 * @throws         E_DATA when there are fewer than 3 samples; E_SPEC when the index has no neighbours; E_UNSUPPORTED when a stage has no
 *                 derivative, no inverse, or makes rows of several samples
 * @see            docs/spectral.md, "Modes of transforms"
 */
export function transformModes(chain: TransformChain, { x, dt, index }: TransformModesRequest): TransformModes {
  requireModes(chain);
  if (x.rows < 3) {
    throw new DymadError("E_DATA", `rates need 3 samples, there are ${x.rows}`, { hint: "give a longer trajectory" });
  }
  if (!(Number.isInteger(index) && index > 0 && index < x.rows - 1)) {
    throw new DymadError("E_SPEC", `sample ${index} of ${x.rows} has no neighbours on both sides`, {
      path: ["index"],
      hint: `write an index from 1 to ${x.rows - 2}`,
    });
  }
  const stages: Matrix[] = [];
  for (const stage of chain.stages) stages.push(stage.apply(stages.at(-1) ?? x));
  const z = stages[stages.length - 1];
  const restored: Matrix[] = [];
  for (const stage of [...chain.stages].reverse()) restored.unshift(stage.invert(restored[0] ?? z));
  const backward = backwardModes(chain, z.row(index));
  const forward = forwardModes(chain, x.slice(index, index + 1));
  const [dx, dz] = [x, z].map((rows) => centralRate(rows, index, dt));
  const turned = backward.transpose();
  return {
    stages,
    restored,
    backward,
    forward,
    fieldRate: pairOf(dx, new Matrix(1, dz.length, dz).multiply(backward).data),
    coordinateRate: pairOf(dz, forward.multiply(new Matrix(dx.length, 1, dx)).data),
    overlaps: {
      forwardBackward: forward.multiply(turned),
      forwardForward: forward.multiply(forward.transpose()),
      backwardBackward: backward.multiply(turned),
    },
    restorationError: relativeDistance(restored[0].data, x.data),
  };
}

function requireModes(chain: TransformChain): void {
  requireDerivatives(chain);
  if (chain.delay > 0) {
    throw new DymadError("E_UNSUPPORTED", `the chain makes rows of ${chain.delay + 1} samples, which have no rate of one field`, {
      hint: "leave the delay out; forwardModes and backwardModes give its modes by themselves",
    });
  }
}

function centralRate(rows: Matrix, index: number, dt: number): Float64Array {
  const [before, after] = [rows.row(index - 1), rows.row(index + 1)];
  return before.map((value, j) => (after[j] - value) / (2 * dt));
}

const pairOf = (measured: Float64Array, estimated: Float64Array): RatePair => ({
  measured,
  estimated,
  error: relativeDistance(estimated, measured),
});

/** |a - b| / |b|. */
function relativeDistance(a: Float64Array, b: Float64Array): number {
  let [distance, size] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    distance += (a[i] - b[i]) * (a[i] - b[i]);
    size += b[i] * b[i];
  }
  return Math.sqrt(distance / size);
}
