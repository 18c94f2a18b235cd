import { DymadError } from "../../errors.js";
import { cos, exp, sin } from "../../numerics/elementary.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import { ResidualPencil } from "../../numerics/linalg/residual-pencil.js";

/** A rectangle of the complex plane: every pair of one real and one imaginary part. */
export interface PlaneGrid {
  /** real parts, shape [R] */
  readonly re: Float64Array;
  /** imaginary parts, shape [I] */
  readonly im: Float64Array;
}

export interface PseudospectrumRequest {
  /** latent states, rows are samples, shape [M, k] */
  readonly P0: Matrix;
  /** the same samples one step later, shape [M, k] */
  readonly P1: Matrix;
  /** points z: multipliers ("discrete") or growth + i angular frequency ("continuous") */
  readonly grid: PlaneGrid;
  /** default "discrete" */
  readonly plane?: "discrete" | "continuous";
  /** time between P0 and P1, units of `t`; needed in the continuous plane */
  readonly dt?: number;
}

/**
 * Equally spaced points of a rectangle in the complex plane.
 *
 * @param re  [first, last, count] along the real axis
 * @param im  [first, last, count] along the imaginary axis
 * @returns   the points along each axis
 * @throws    E_SPEC when a count is below 1
 */
export function planeGrid(re: readonly [number, number, number], im: readonly [number, number, number]): PlaneGrid {
  return { re: spaced(re), im: spaced(im) };
}

/**
 * The residual pseudospectrum: at each z the smallest residual of any function, epsilon(z) = min |P1 g - z P0 g| / |P0 g|.
 * Its level sets bound where eigenvalues can be; 1 / epsilon is the norm of the resolvent. epsilon, unlike the norm, is finite
 * everywhere, also at eigenvalues.
 *
 * In the continuous plane z stands for the multiplier exp(z dt), and epsilon is divided by dt |exp(z dt)|^(1/2). This approximates
 * the distance of the generator A from z: right to second order in dt but for a factor |exp(A dt / 2)|, near 1 for slow growth.
 *
 * @param request  P0 and P1 [M, k], grid, plane, dt
 * @returns        epsilon, row per imaginary part, column per real part, shape [I, R], dimensionless (1 / units of `t` if continuous)
 * @throws         E_SHAPE when sizes differ; E_SPEC when the continuous plane has no dt, or the grid leaves the range of numbers; E_DATA when observables are zero
 * @see            Colbrook, Townsend 2024, "Rigorous data-driven computation of spectral properties of Koopman operators", doi:10.1002/cpa.22125
 */
export function pseudospectrum(request: PseudospectrumRequest): Float64Array {
  return finished(pseudospectrumRows(request));
}

/**
 * The same row by row: it pauses after each, for whoever has to look around in between.
 *
 * @throws  E_SPEC and others, as {@link pseudospectrum}
 */
export function pseudospectrumRows(request: PseudospectrumRequest): Rows {
  const { P0, P1, grid, plane = "discrete", dt = Number.NaN } = request;
  if (plane === "continuous" && !(dt > 0)) {
    throw new DymadError("E_SPEC", `the continuous plane needs a positive time step, got ${dt}`, {
      path: ["dt"],
      hint: "give the time from P0 to P1, or plane: discrete",
    });
  }
  requireRange(grid, plane === "discrete" ? farthest : logFarthest / dt);
  const pencil = new ResidualPencil(P0, P1);
  return planeRows(grid, true, (re, im) => {
    if (plane === "discrete") return pencil.smallestResidual(re, im);
    const size = exp(re * dt);
    return pencil.smallestResidual(size * cos(im * dt), size * sin(im * dt)) / (dt * Math.sqrt(size));
  });
}

/** Multipliers that can be squared and summed in float64, and the logarithm of the largest. */
const [farthest, logFarthest] = [1e130, 300];

/** @throws E_SPEC when the grid reaches points whose multipliers cannot be computed with: epsilon would be infinite, or no number */
function requireRange({ re, im }: PlaneGrid, limit: number): void {
  for (const [axis, values] of Object.entries({ re, im })) {
    const beyond = values.find((value) => !(Math.abs(value) <= limit));
    if (beyond === undefined) continue;
    throw new DymadError("E_SPEC", `the grid reaches ${beyond}, whose multiplier leaves the range of numbers`, {
      path: [axis],
      hint: `stay within ${limit.toPrecision(3)} of 0`,
    });
  }
}

/** Rows of a plane in work: pauses after each, and gives the values of all at the end. */
export type Rows = Generator<void, Float64Array>;

/** Carries work out without a pause. */
export function finished(rows: Rows): Float64Array {
  for (;;) {
    const { done, value } = rows.next();
    if (done) return value;
  }
}

/**
 * Values at all points of a grid. What belongs to a real operator is the same above and below the real axis and is computed once.
 *
 * @param grid   real parts [R] and imaginary parts [I]
 * @param real   whether the value at the conjugate is the same
 * @param value  of a point
 * @returns      row per imaginary part, shape [I, R]
 */
export function* planeRows({ re, im }: PlaneGrid, real: boolean, value: (re: number, im: number) => number): Rows {
  const out = new Float64Array(re.length * im.length);
  const height = im.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  for (const [row, y] of im.entries()) {
    const start = row * re.length;
    // spacing leaves mirrored rows equal but for rounding
    const mirror = real ? im.findIndex((other, k) => k < row && Math.abs(other + y) <= 1e-12 * height) : -1;
    if (mirror >= 0) out.copyWithin(start, mirror * re.length, (mirror + 1) * re.length);
    else
      re.forEach((x, column) => {
        out[start + column] = value(x, y);
      });
    yield;
  }
  return out;
}

function spaced([first, last, count]: readonly [number, number, number]): Float64Array {
  if (!(Number.isInteger(count) && count >= 1))
    throw new DymadError("E_SPEC", `a grid axis needs a whole number of points, got ${count}`, {
      hint: "write [first, last, count] with count from 1 on",
    });
  return Float64Array.from({ length: count }, (_, i) => (count === 1 ? first : first + ((last - first) * i) / (count - 1)));
}
