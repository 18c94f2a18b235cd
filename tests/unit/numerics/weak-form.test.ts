import fc from "fast-check";
import { expect, test } from "vitest";
import { DymadError } from "../../../sdk/errors.js";
import { Matrix } from "../../../sdk/numerics/linalg/matrix.js";
import { discreteWeakWeights, weakWeights } from "../../../sdk/numerics/weak-form.js";
import { expectClose, f64, printed8 } from "../../tolerance.js";

const columnOf = (n: number, f: (k: number) => number): Matrix => Matrix.from(Array.from({ length: n }, (_, k) => [f(k)]));

// Origin: DyMAD's published values for y = x sin x, 25 samples on [0.5, 2], ordpol = ordint; orders 2 and 3 are known to eight decimals.
test.each([
  [1, f64, [1.1692428919931415], [1.1656849312730149]],
  [2, printed8, [1.16654579, -0.16746201], [1.16655676, -0.16744154]],
  [3, printed8, [1.16654, -0.16747733, -0.14860697], [1.16656471, -0.16743127, -0.14853127]],
  [
    4,
    f64,
    [1.166550437535383, -0.16744975524314526, -0.14866118895602212, -0.00031308900729284],
    [1.1665503785832487, -0.16744976558358238, -0.14865772262988253, -0.00030513542825313],
  ],
] as const)("the pinned values of order %i", (order, tolerance, left, right) => {
  const dt = 1.5 / 24;
  const { C, D } = weakWeights(dt, 25, order, order);
  const x = (k: number): number => 0.5 + k * dt;
  expectClose(C.multiply(columnOf(25, (k) => x(k) * Math.sin(x(k)))).data, left, tolerance);
  expectClose(D.multiply(columnOf(25, (k) => Math.sin(x(k)) + x(k) * Math.cos(x(k)))).data, right, tolerance);
});

test("small windows by hand", () => {
  expectClose(weakWeights(1, 3, 1, 1).C.data, [-1, 0, 1], f64);
  expectClose(weakWeights(1, 3, 1, 1).D.data, [0, 1, 0], f64);
  const { C, D } = weakWeights(0.1, 5, 2, 2);
  expectClose(C.data, [-1 / 3, -2 / 3, 0, 2 / 3, 1 / 3, 2 / 3, -1 / 3, -2 / 3, -1 / 3, 2 / 3], f64);
  expectClose(D.data, [0, 0.1, 0.2 / 3, 0.1, 0, 0, -0.1, 0, 0.1, 0], f64);
});

test("C z = D dz/dt holds exactly for polynomials within the rule's degree", () => {
  const exactDegree = { 1: 1, 2: 3, 3: 3, 4: 5 } as const;
  fc.assert(
    fc.property(
      fc.constantFrom(1, 2, 3, 4),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(5),
      fc.nat(4),
      (ordint, panels, degree, i) => {
        fc.pre(i + 1 + degree <= exactDegree[ordint]);
        const N = ordint * panels + 1;
        fc.pre(N >= 3);
        const dt = 0.3;
        const { C, D } = weakWeights(dt, N, i + 1, ordint);
        const left = C.multiply(columnOf(N, (k) => (k * dt - 0.7) ** degree));
        const right = D.multiply(columnOf(N, (k) => (degree === 0 ? 0 : degree * (k * dt - 0.7) ** (degree - 1))));
        expectClose([left.get(i, 0)], [right.get(i, 0)], f64);
      },
    ),
  );
});

test("weights of discrete models are the rows of D with unit length", () => {
  const norms = (m: Matrix, power: 1 | 2): number[] =>
    m.toRows().map((row) => row.reduce((sum, v) => sum + Math.abs(v) ** power, 0));
  expectClose(norms(discreteWeakWeights(0.1, 9), 2), [1, 1, 1, 1], f64);
  expectClose(norms(discreteWeakWeights(0.1, 9, 4, 4, "l1"), 1), [1, 1, 1, 1], f64);
  expect(discreteWeakWeights(0.1, 9, 4, 4, "none")).toEqual(weakWeights(0.1, 9).D);
});

test("all problems of a request come at once, and the window that fits is named", () => {
  try {
    weakWeights(-1, 7, 0, 4);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(DymadError);
    const issues = (error as DymadError).issues;
    expect(issues.map((issue) => issue.path[0])).toEqual(["dt", "ordpol", "N"]);
    expect(issues[2].hint).toContain("N = 5");
  }
  expect(() => discreteWeakWeights(1, 5, 1, 4, "max" as "l1")).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});
