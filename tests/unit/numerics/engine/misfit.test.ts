import { describe, expect, test } from "vitest";
import { DymadError } from "../../../../sdk/errors.js";
import { concat, constant, linear, matmul, scan, type Tensor, trace, where } from "../../../../sdk/numerics/engine/index.js";
import { askedAt } from "../../../../sdk/numerics/engine/misfit.js";

/** The error of a formula over a [3, 4] and b [5, 6]. */
function refusalOf(formula: (a: Tensor, b: Tensor) => Tensor): DymadError {
  try {
    trace({ a: [3, 4], b: [5, 6] }, ({ a, b }) => ({ y: formula(a, b) }));
  } catch (error) {
    if (error instanceof DymadError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("what does not fit is named by operation, shapes and the line that wrote it", () => {
  const cases: Record<string, (a: Tensor, b: Tensor) => Tensor> = {
    add: (a, b) => a.add(b),
    mul: (a, b) => a.mul(b),
    where: (a, b) => where(a, a, b),
    matmul: (a, b) => matmul(a, b),
    linear: (a, b) => linear(a, b, null),
    concat: (a, b) => concat([a, b], 0),
    reshape: (a) => a.reshape([5]),
    broadcast: (a) => a.broadcast([7, 3, 5]),
    transpose: (a) => a.transpose([0, 0]),
    slice: (a) => a.slice(0, 2, 2),
    gather: (a) => a.gather(1, [4]),
    scatterAdd: (a) => a.scatterAdd(0, [0], 1),
    sum: (a) => a.sum([2]),
    mean: (a) => a.mean([2]),
    maximum: (a) => a.maximum([-3]),
    constant: (a) => constant(a, [3, 4], [1]),
    scan: (a) => scan({ carry: { a }, length: 2 }, (c) => ({ carry: { a: c.a.sum() } })).carry.a,
  };
  test.each(Object.entries(cases))("%s", (op, formula) => {
    const error = refusalOf(formula);
    expect(error.code).toBe("E_SHAPE");
    expect(error.message).toMatch(new RegExp(`^${op} of \\[3, 4\\]`));
    expect(error.hint).toMatch(/^written at .*misfit\.test\.ts:\d+$/);
  });

  test("the line is the formula's", () => {
    const lines = [refusalOf((a, b) => a.add(b)), refusalOf((a, b) => a.add(b))].map((e) => Number(e.hint?.split(":").at(-1)));
    expect(lines[0]).toBe(lines[1]);
    const next = refusalOf((a, b) => a.add(b));
    expect(Number(next.hint?.split(":").at(-1))).toBe(lines[0] + 2);
  });
});

test("stack traces of three engines are read", () => {
  const v8 =
    "Error\n    at askedAt (file:///p/engine/misfit.js:9:3)\n    at Tensor.add (file:///p/engine/tensor.js:5:1)\n    at rate (file:///home/u/model.ts:12:7)";
  const firefox = "askedAt@http://h/engine/misfit.js:9:3\nadd@http://h/engine/tensor.js:5:1\nrate@http://h/model.js:12:7";
  expect(askedAt(v8)).toBe("/home/u/model.ts:12");
  expect(askedAt(firefox)).toBe("http://h/model.js:12");
  expect(askedAt("Error\n    at a (file:///p/bundle.js:1:3)\n    at b (file:///p/bundle.js:1:900)")).toBeUndefined();
  expect(askedAt("no frames")).toBeUndefined();
});
