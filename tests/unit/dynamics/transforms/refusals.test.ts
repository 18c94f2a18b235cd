import { describe, expect, test } from "vitest";
import { fitChain } from "../../../../sdk/dynamics/transforms/chain.js";
import { tracedLift } from "../../../../sdk/dynamics/transforms/lift-functions.js";
import { forwardModes } from "../../../../sdk/dynamics/transforms/modes.js";
import type { MixedBlock, TransformStage } from "../../../../sdk/dynamics/transforms/spec.js";
import type { DymadError } from "../../../../sdk/errors.js";
import { concat } from "../../../../sdk/numerics/engine/index.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";

const random = (rows: number, cols: number): Matrix => new Matrix(rows, cols, keyed(2).normal(rows * cols));
/** Three columns of rank 2. */
const flat = (): Matrix => {
  const out = random(30, 3);
  for (let i = 0; i < 30; i++) out.set(i, 2, out.get(i, 0) - 2 * out.get(i, 1));
  return out;
};
const manifold = { edim: 2, Knn: 9, landmarks: 1000, inverse: "gmls", order: 1, Kphi: 3, rcond: null } as const;
const poly = (...Ks: number[]): TransformStage => ({ type: "lift", fobs: "poly", Ks });
const mixed = (...opts: MixedBlock[]): TransformStage => ({ type: "lift", fobs: "mixed", opts });
const formulas = (fobs: string[], finv: string[] | null = null): TransformStage => ({ type: "lift", fobs, finv });

const radial = (lengthscale_init: number, count: number, landmarks: number): TransformStage => ({
  type: "kernel",
  kernel: { type: "sc_rbf", lengthscale_init },
  count,
  landmarks,
  seed: 0,
});

function refusal(stages: TransformStage[], data = random(30, 3)): DymadError {
  try {
    fitChain(stages, [data]);
  } catch (error) {
    return error as DymadError;
  }
  throw new Error("nothing was refused");
}

describe("numbers say what is wrong", () => {
  test.each<[string, TransformStage[], Matrix, string, RegExp]>([
    [
      "svd beyond the rank",
      [{ type: "svd", order: 3, ifcen: false }],
      flat(),
      "E_DATA",
      /keeps 3 directions of 30 samples of rank 2: singular value 3 is/,
    ],
    ["too long a delay", [{ type: "delay", delay: 30 }], random(30, 1), "E_SHAPE", /delay 30 needs over 30 samples, got 30/],
    [
      "a window longer than the record",
      [
        {
          type: "denoise",
          method: "savgol",
          axis: 0,
          window_length: 31,
          polyorder: 3,
          deriv: 0,
          delta: 1,
          mode: "interp",
          cval: 0,
        },
      ],
      random(30, 1),
      "E_SHAPE",
      /window of 31 needs at least 31 samples, got 30/,
    ],
    [
      "too few samples for the neighbours",
      [{ type: "isomap", ...manifold, Knn: 30 }],
      random(30, 2),
      "E_DATA",
      /31 neighbours were asked of 30 points/,
    ],
    [
      "too few neighbours for the polynomials",
      [{ type: "isomap", ...manifold, order: 2, Knn: 8, Kphi: 3 }],
      random(30, 2),
      "E_DATA",
      /9 neighbours are too few for polynomials of degree 3 in 2 dimensions, which have 10 coefficients/,
    ],
    [
      "a graph in parts",
      [{ type: "isomap", ...manifold, Knn: 3 }],
      Matrix.from([...Array(9).keys()].map((i) => [i < 5 ? i : 100 + i, 0])),
      "E_DATA",
      /3 nearest neighbours falls into 2 parts of 5, 4 samples/,
    ],
    ["orders for other columns", [poly(2, 2)], random(9, 3), "E_SPEC", /Ks has 2 orders for 3 columns/],
    ["an order that cannot be inverted", [poly(2, 1, 2)], random(9, 3), "E_SPEC", /lift of column 1 has order 1: it needs 2/],
    ["a column named twice", [mixed([[0, 1], "m", 2], [1, "f", 1])], random(9, 3), "E_SPEC", /opts name column 1 2 times/],
    ["a column left out", [mixed([[0, 1], "m", 2])], random(9, 3), "E_SPEC", /opts name column 2 never/],
    [
      "a column that is not there",
      [mixed([[0, 1], "m", 2], [3, "f", 1])],
      random(9, 3),
      "E_SPEC",
      /opts name column 3 of columns 0 to 2/,
    ],
    ["a formula with a mistake", [formulas(["x1", "x1 +"])], random(9, 3), "E_SPEC", /column 5 of "x1 \+"/],
    ["a formula of a column that is not there", [formulas(["x4"])], random(9, 3), "E_SPEC", /"x4" is not known/],
    [
      "a formula without a value",
      [formulas(["x1", "log(x2)"])],
      random(9, 3),
      "E_DATA",
      /the formula "log\(x2\)" is NaN at x = /,
    ],
    [
      "too few formulas back",
      [formulas(["x1", "x2", "x3"], ["z1"])],
      random(9, 3),
      "E_SPEC",
      /finv gives 1 columns where there are 3/,
    ],
    [
      "more observables than landmarks",
      [radial(2, 20, 10)],
      random(30, 2),
      "E_SPEC",
      /cannot make 20 observables of 10 references/,
    ],
    [
      "a kernel too wide for its observables",
      [radial(100, 20, 30)],
      random(30, 1),
      "E_DATA",
      /the kernel has \d observables on 30 landmarks, not 20/,
    ],
  ])("%s", (_, stages, data, code, message) => {
    const error = refusal(stages, data);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test("with the place in the chain", () => {
    expect(refusal([{ type: "identity" }, poly(2, 2)]).path).toEqual([1, "Ks"]);
    expect(refusal([{ type: "identity" }, formulas(["x1", "sin x2"])]).path).toEqual([1, "fobs", 1]);
  });
});

test("what is odd but works is noted", () => {
  const notes = (stages: TransformStage[], data: Matrix): readonly string[] => fitChain(stages, [data]).notes;
  expect(notes([{ type: "svd", order: "full", ifcen: false }], flat()).join()).toMatch(/rank 2: .*the last 1 hold rounding only/);
  expect(notes([formulas(["x1", "2*x1", "x2", "x3"])], random(30, 3)).join()).toMatch(
    /4 functions of the lift have rank 3 on 30/,
  );
  expect(notes([formulas(["x1", "x2^2", "x3"])], random(30, 3)).join()).toMatch(/root mean square error of/);
  const circle = Matrix.from([...Array(60).keys()].map((i) => [Math.cos(i / 9.5), Math.sin(i / 9.5)]));
  expect(notes([{ type: "dm", ...manifold, landmarks: 40, alpha: 1, epsilon: null, mode: "full" }], circle)).toEqual([
    "dm is fitted on 40 of 60 samples, evenly spread",
  ]);
});

test("a stored function cannot hold a loop or more than one output", () => {
  expect(() => tracedLift(2, (x) => x.reshape([1, 2]))).not.toThrow();
  expect(refusal([tracedLift(2, (x) => x.reshape([1, 2]))], random(5, 2)).message).toMatch(
    /one vector as input and one as output/,
  );
  expect(refusal([tracedLift(2, (x) => concat([x, x], 0))], random(5, 3)).message).toMatch(
    /fobs takes 2 columns where there are 3/,
  );
});

test("modes want a window of the right length, parts of a chain want stages", () => {
  const chain = fitChain([{ type: "delay", delay: 2 }, { type: "add_one" }], [random(9, 2)]);
  expect(() => forwardModes(chain, random(2, 2))).toThrow("need a window of 3 samples, got 2");
  expect(() => chain.part(1, 1)).toThrow("stages 1 to 1 were asked of a chain of 2");
  expect(chain.part(1, 2).inputDim).toBe(6);
});
