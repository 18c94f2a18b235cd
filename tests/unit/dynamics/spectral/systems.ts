import { leastSquares } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { uniform } from "../../numerics/linalg/samples.js";

/** Monomials of x1, x2 from degree 1 on: x1, x2, x1^2, x1 x2, x2^2, ... */
export function lift(x1: number, x2: number, degree: number): number[] {
  const out: number[] = [];
  for (let d = 1; d <= degree; d++) for (let j = 0; j <= d; j++) out.push(x1 ** (d - j) * x2 ** j);
  return out;
}

/** The exact flow of x1' = mu x1, x2' = lambda (x2 - x1^2). */
function flow(x1: number, x2: number, t: number, mu: number, lambda: number): [number, number] {
  const bend = lambda / (lambda - 2 * mu);
  const slow = Math.exp(mu * t);
  return [x1 * slow, (x2 - bend * x1 * x1) * Math.exp(lambda * t) + bend * x1 * x1 * slow * slow];
}

/** Lifted sample pairs of 60 trajectories of 20 steps from [-2, 2]^2. */
export function manifoldPairs(dt: number, mu: number, lambda: number, degree: number): { P0: Matrix; P1: Matrix } {
  const next = uniform(3);
  const before: number[][] = [];
  const after: number[][] = [];
  for (let i = 0; i < 60; i++) {
    let x: [number, number] = [2 * next(), 2 * next()];
    for (let k = 0; k < 20; k++) {
      const y = flow(...x, dt, mu, lambda);
      before.push(lift(...x, degree));
      after.push(lift(...y, degree));
      x = y;
    }
  }
  return { P0: Matrix.from(before), P1: Matrix.from(after) };
}

/** The model z+ = A z that fits sample pairs best. */
export const edmd = (P0: Matrix, P1: Matrix): Matrix => leastSquares(P0, P1).x.transpose();
