import { expect, test } from "vitest";
import { fitChain } from "../../../../sdk/dynamics/transforms/chain.js";
import { backwardModes, forwardModes } from "../../../../sdk/dynamics/transforms/modes.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { svd } from "../../../../sdk/numerics/linalg/svd.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";

const x = new Matrix(40, 2, keyed(5).normal(80, 1, 2));

test("std, products of powers (2, 3) and a centred svd of two: modes are the product written out by hand", () => {
  const chain = fitChain(
    [
      { type: "scaler", mode: "std" },
      { type: "lift", fobs: "poly", Ks: [2, 3] },
      { type: "svd", order: 2, ifcen: true },
    ],
    [x],
  );
  const scale = [0, 1].map((j) => {
    const column = x.column(j);
    const mean = column.reduce((a, b) => a + b, 0) / 40;
    return { mean, std: Math.sqrt(column.reduce((a, b) => a + (b - mean) * (b - mean), 0) / 40) };
  });
  const scaled = (row: ArrayLike<number>): number[] => scale.map(({ mean, std }, j) => (row[j] - mean) / std);
  // 1, b, b^2, a, a b, a b^2
  const lifted = ([a, b]: number[]): number[] => [1, b, b * b, a, a * b, a * b * b];
  const slopes = ([a, b]: number[]): number[][] => [[0, 0], [0, 1], [0, 2 * b], [1, 0], [b, a], [b * b, 2 * a * b]]; // biome-ignore format: rows
  const features = Matrix.from(x.toRows().map((row) => lifted(scaled(row))));
  const means = Array.from({ length: 6 }, (_, k) => features.column(k).reduce((a, b) => a + b, 0) / 40);
  const { v } = svd(Matrix.from(features.toRows().map((row) => row.map((value, k) => value - means[k]))));
  const P = Matrix.from(v.toRows().map((row) => row.slice(0, 2)));
  for (const i of [0, 13, 39]) {
    const expected = P.transpose().multiply(
      Matrix.from(slopes(scaled(x.row(i))).map((row) => row.map((d, j) => d / scale[j].std))),
    );
    expectClose(forwardModes(chain, x.slice(i, i + 1)).data, expected.data, f64, "forward");
    // a state is read where its own power is 1: features 3 and 1
    const back = Matrix.from([0, 1].map((k) => [P.get(3, k) * scale[0].std, P.get(1, k) * scale[1].std]));
    expectClose(backwardModes(chain, chain.apply(x.slice(i, i + 1)).row(0)).data, back.data, f64, "backward");
  }
});

test("of a linear chain backward and forward modes undo each other in latent space", () => {
  const wide = x.multiply(new Matrix(2, 7, keyed(6).normal(14)));
  const chain = fitChain(
    [
      { type: "scaler", mode: "std" },
      { type: "svd", order: 2, ifcen: true },
    ],
    [wide],
  );
  expect(chain.outputDim).toBe(2);
  const forward = forwardModes(chain, wide.slice(3, 4));
  const backward = backwardModes(chain, chain.apply(wide).row(3));
  expectClose(forward.multiply(backward.transpose()).data, [1, 0, 0, 1], f64);
});
