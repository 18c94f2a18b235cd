import { expect, test } from "vitest";
import { fitChain } from "../../../../sdk/dynamics/transforms/chain.js";
import type { MixedBlock, TransformStage } from "../../../../sdk/dynamics/transforms/spec.js";
import { leastSquares } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";

const random = (columns: number): Matrix => new Matrix(20, columns, keyed(columns).uniform(20 * columns, -1, 1));
const powers = (x: number, count: number): number[] => Array.from({ length: count }, (_, k) => x ** k);
const waves = (a: number, count: number): number[] => [
  1,
  ...Array.from({ length: count }, (_, k) => [Math.cos((k + 1) * a), Math.sin((k + 1) * a)]).flat(),
];
/** All products of one number of each list, the first list slowest. */
const products = (lists: readonly number[][]): number[] =>
  lists.reduce((left, right) => left.flatMap((a) => right.map((b) => a * b)), [1]);
const mixed = (...opts: MixedBlock[]): TransformStage => ({ type: "lift", fobs: "mixed", opts });

test.each<[string, number, TransformStage, (row: number[]) => number[]]>([
  [
    "powers (3, 2, 4)",
    3,
    { type: "lift", fobs: "poly", Ks: [3, 2, 4] },
    ([a, b, c]) => products([powers(a, 3), powers(b, 2), powers(c, 4)]),
  ],
  [
    "powers and an angle",
    3,
    mixed([0, "f", 2], [[1, 2], "m", 3]),
    ([a, b, c]) => products([waves(a, 2), powers(b, 3), powers(c, 3)]),
  ],
  [
    "powers, an angle, and a pair with its columns swapped",
    4,
    mixed([0, "m", 2], [2, "f", 1], [[3, 1], "p", [3, 2]]),
    // the radius stands at column 3, the angle at column 1
    ([a, b, c, d]) => products([powers(a, 2), waves(Math.atan2(b, d), 2), waves(c, 1), powers(Math.hypot(b, d), 3)]),
  ],
])("%s: products in the order of the columns, and back", (_, columns, stage, expected) => {
  const x = random(columns);
  const chain = fitChain([stage], [x]);
  const z = chain.apply(x);
  expectClose(z.data, x.toRows().flatMap(expected), f64);
  expectClose(chain.invert(z).data, x.data, f64);
});

test("six columns of all kinds come back", () => {
  const x = random(6);
  const chain = fitChain([mixed([[4, 0], "m", 2], [[5, 2], "p", [2, 1]], [[1, 3], "f", 1])], [x]);
  expect(chain.outputDim).toBe(2 * 2 * 2 * 3 * 3 * 3);
  expectClose(chain.invert(chain.apply(x)).data, x.data, f64);
});

test("functions of one's own: back by functions, or by least squares", () => {
  const x = random(2);
  const fobs = ["x1", "x1*x2", "exp(x2)", "x2^3"];
  const own = fitChain([{ type: "lift", fobs, finv: ["z1", "log(z3)"] }], [x]);
  const lifted = x.toRows().map(([a, b]) => [a, a * b, Math.exp(b), b ** 3]);
  expectClose(own.apply(x).data, lifted.flat(), f64);
  expectClose(own.invert(own.apply(x)).data, x.data, f64);
  const fitted = fitChain([{ type: "lift", fobs, finv: null }], [x]);
  const { x: C } = leastSquares(Matrix.from(lifted), x);
  expectClose(fitted.invert(fitted.apply(x)).data, Matrix.from(lifted).multiply(C).data, f64);
});
