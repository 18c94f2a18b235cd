import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { leastSquares } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { solveOde } from "../../../../sdk/numerics/ode/index.js";
import { keyed } from "../../../../sdk/numerics/random.js";
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

/** Trajectories of the exact flow from [-2, 2]^2. */
export function manifoldTrajectories(count: number, steps: number, dt: number, mu: number, lambda: number): Matrix[] {
  const next = uniform(3);
  return Array.from({ length: count }, () => {
    let x: [number, number] = [2 * next(), 2 * next()];
    return Matrix.from(
      Array.from({ length: steps }, () => {
        const here = x;
        x = flow(...x, dt, mu, lambda);
        return here;
      }),
    );
  });
}

/** Lifted sample pairs of 60 trajectories of 20 steps from [-2, 2]^2. */
export function manifoldPairs(dt: number, mu: number, lambda: number, degree: number): { P0: Matrix; P1: Matrix } {
  const lifted = manifoldTrajectories(60, 21, dt, mu, lambda).map((x) => x.toRows().map(([a, b]) => lift(a, b, degree)));
  return { P0: Matrix.from(lifted.flatMap((x) => x.slice(0, -1))), P1: Matrix.from(lifted.flatMap((x) => x.slice(1))) };
}

/** The model z+ = A z that fits sample pairs best. */
export const edmd = (P0: Matrix, P1: Matrix): Matrix => leastSquares(P0, P1).x.transpose();

/** z+ = z K: a plane for each pair of modulus and angle, mixed so that no coordinate is special. */
export function rotations(moduli: readonly number[], angles: readonly number[]): Matrix {
  const n = 2 * moduli.length;
  const blocks = new Matrix(n, n);
  moduli.forEach((r, i) => {
    const [c, s] = [r * Math.cos(angles[i]), r * Math.sin(angles[i])];
    blocks.set(2 * i, 2 * i, c);
    blocks.set(2 * i, 2 * i + 1, -s);
    blocks.set(2 * i + 1, 2 * i, s);
    blocks.set(2 * i + 1, 2 * i + 1, c);
  });
  return blocks;
}

/** Trajectories z+ = z K from random states. */
export function trajectoriesOf(K: Matrix, count: number, steps: number, seed: number): Matrix[] {
  const next = uniform(seed);
  return Array.from({ length: count }, () => {
    const z = new Matrix(
      steps,
      K.rows,
      Float64Array.from({ length: steps * K.rows }, (_, i) => (i < K.rows ? 1 + next() : 0)),
    );
    for (let k = 1; k < steps; k++) z.row(k).set(z.slice(k - 1, k).multiply(K).data);
    return z;
  });
}

/** States of the Lorenz system on its attractor, in deviations of about 1, every dt; `place`: where on it they begin. */
export function lorenzStates(samples: number, dt: number, place: number): Matrix {
  const t = Float64Array.from({ length: samples + 1 }, (_, k) => (k === 0 ? 0 : 10 + (k - 1) * dt));
  const { y } = solveOde({
    t,
    y0: [1 + place, 2, 20],
    f: (_, [a, b, c], dy) => dy.set([10 * (b - a), a * (28 - c) - b, a * b - (8 / 3) * c]),
  });
  return Matrix.from(y.toRows().slice(1).map(([a, b, c]) => [a / 8, b / 9, (c - 24) / 8.5])); // biome-ignore format: one formula
}

/** sech(x) e^{2.8 i t} + tanh(x) sech(x) e^{2.3 i t} at 65 places on [-5, 5] and 129 times on [0, 4 pi], in complex Gaussian noise. */
export function travellingWaves(noise: number, seed: number): { t: Float64Array; x: ComplexMatrix } {
  const t = Float64Array.from({ length: 129 }, (_, k) => (4 * Math.PI * k) / 128);
  const x = new ComplexMatrix(129, 65);
  const [re, im] = ["re", "im"].map((part) =>
    keyed(seed)
      .fold(part)
      .normal(129 * 65, 0, noise),
  );
  for (let k = 0; k < 129; k++) {
    for (let j = 0; j < 65; j++) {
      const place = -5 + (10 * j) / 64;
      const [one, two] = [1 / Math.cosh(place), Math.tanh(place) / Math.cosh(place)];
      const at = k * 65 + j;
      x.re[at] = one * Math.cos(2.8 * t[k]) + two * Math.cos(2.3 * t[k]) + re[at];
      x.im[at] = one * Math.sin(2.8 * t[k]) + two * Math.sin(2.3 * t[k]) + im[at];
    }
  }
  return { t, x };
}
