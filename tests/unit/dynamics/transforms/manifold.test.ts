import { describe, expect, test } from "vitest";
import { fitChain, restoreChain, type TransformChain } from "../../../../sdk/dynamics/transforms/chain.js";
import { backwardModes, forwardModes } from "../../../../sdk/dynamics/transforms/modes.js";
import type { TransformStage } from "../../../../sdk/dynamics/transforms/spec.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { qr } from "../../../../sdk/numerics/linalg/qr.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { exact, expectClose } from "../../../tolerance.js";
import { onCircle, pointsOf } from "../../numerics/manifold/_shapes.js";

const options = { edim: 2, Knn: 10, landmarks: 1000, inverse: "gmls", order: 1, Kphi: 3, rcond: null } as const;
const dm = { type: "dm", ...options, alpha: 1, epsilon: null, mode: "full" } as const;
const norm = (values: ArrayLike<number>): number => Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0));
/** |a - b| / |b|. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => norm(Array.from(a, (v, i) => v - b[i])) / norm(b);

describe("a half circle in 20 dimensions, from 201 points", () => {
  const plane = qr(new Matrix(20, 2, keyed(3).normal(40))).q.transpose();
  const points = pointsOf(201, (i) => onCircle((Math.PI * i) / 200)).multiply(plane);
  test.each<[string, TransformStage, number]>([
    ["isomap", { type: "isomap", ...options }, 3e-5],
    ["dm", dm, 2e-3],
    ["dm between neighbours", { ...dm, mode: "knn" }, 3e-3],
    ["dm with one affine inverse", { ...dm, inverse: "pinv" }, 0.4],
    ["vbdm", { type: "vbdm", ...options, Kb: null }, 0.03],
  ])("%s brings it back, and from its state with the same bits", (_, stage, bound) => {
    const chain = fitChain([stage], [points]);
    const z = chain.apply(points);
    const back = chain.invert(z).data;
    expect(apart(back, points.data)).toBeLessThan(bound);
    const again = restoreChain(JSON.parse(JSON.stringify(chain.states)));
    const some = again.apply(points.slice(0, 20));
    expectClose(some.data, z.slice(0, 20).data, exact);
    expectClose(again.invert(some).data, back.slice(0, 20 * 20), exact);
  });
});

describe("modes on a closed curve in space, from 200 points", () => {
  const curve = (a: number): number[] => [2 * Math.cos(a), Math.sin(a), Math.sin(a) ** 3];
  const speed = (a: number): number[] => [-2 * Math.sin(a), Math.cos(a), 3 * Math.sin(a) ** 2 * Math.cos(a)];
  const step = (2 * Math.PI) / 200;
  const points = pointsOf(200, (i) => curve(step * i));
  const local = { ...options, Knn: 8, Kphi: 5 };
  /** dz/da at sample i, by a central difference of order 8 over the samples. */
  function rate(z: Matrix, i: number): number[] {
    const weights = [4 / 5, -1 / 5, 4 / 105, -1 / 280];
    return [0, 1].map((k) => {
      const gaps = weights.map((w, j) => w * (z.get((i + j + 1) % 200, k) - z.get((i - j + 199) % 200, k)));
      return gaps.reduce((sum, v) => sum + v, 0) / step;
    });
  }
  const product = (a: Matrix, v: ArrayLike<number>): Float64Array =>
    a.multiply(new Matrix(v.length, 1, Float64Array.from(v))).data;
  const made: [string, TransformChain][] = [
    ["dm", fitChain([{ ...dm, ...local }], [points])],
    ["isomap", fitChain([{ type: "isomap", ...local }], [points])],
  ];
  test.each(made)("%s: forward modes carry its speed to the coordinates, backward modes bring it back", (_, chain) => {
    const z = chain.apply(points);
    for (let i = 0; i < 200; i += 7) {
      const dz = rate(z, i);
      expect(apart(product(forwardModes(chain, points.slice(i, i + 1)), speed(step * i)), dz)).toBeLessThan(4e-4);
      expect(apart(product(backwardModes(chain, z.row(i)).transpose(), dz), speed(step * i))).toBeLessThan(2e-5);
    }
  });
});
