import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";

export const onCircle = (a: number): number[] => [Math.cos(a), Math.sin(a)];
export const onTorus = (p: number, q: number): number[] => [
  (2 + Math.cos(q)) * Math.cos(p),
  (2 + Math.cos(q)) * Math.sin(p),
  Math.sin(q),
];

/** Unit tangents of the torus there: around it, and around its tube. */
export const torusFrame = (p: number, q: number): number[][] => [
  [-Math.sin(p), Math.cos(p), 0],
  [-Math.sin(q) * Math.cos(p), -Math.sin(q) * Math.sin(p), Math.cos(q)],
];
export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((s, v, j) => s + v * b[j], 0);

export const pointsOf = (N: number, f: (i: number) => number[]): Matrix => Matrix.from(Array.from({ length: N }, (_, i) => f(i)));

export const evenCircle = (N: number): Matrix => pointsOf(N, (i) => onCircle((2 * Math.PI * i) / N));
export const randomAngles = (N: number, seed: number): Float64Array => keyed(seed).uniform(N, 0, 2 * Math.PI);

export function randomTorus(N: number, seed: number): { angles: Float64Array[]; points: Matrix } {
  const [p, q] = [randomAngles(N, seed), randomAngles(N, seed + 1)];
  return { angles: [p, q], points: pointsOf(N, (i) => onTorus(p[i], q[i])) };
}
