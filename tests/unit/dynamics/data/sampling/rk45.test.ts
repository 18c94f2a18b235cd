import { expect, test } from "vitest";
import { type Field, solveRk45 } from "../../../../../sdk/dynamics/data/sampling/rk45.js";
import { adaptive, expectClose, sameSteps } from "../../../../tolerance.js";
import { runs } from "./numpy-scipy.js";

const grid = (stop: number, n: number): Float64Array => Float64Array.from({ length: n }, (_, k) => (k * stop) / (n - 1));
const decay: Field = (_, x, out) => {
  out[0] = -x[0];
};

test("the Lorenz system is integrated with SciPy's steps (rtol = atol = 1e-8, x0 from default_rng(3))", () => {
  const lorenz: Field = (_, x, out) => {
    out[0] = 10 * (x[1] - x[0]);
    out[1] = x[0] * (28 - x[2]) - x[1];
    out[2] = x[0] * x[1] - (8 / 3) * x[2];
  };
  const x0 = Float64Array.of(-0.8287016657127513, -0.5263789868078006, 0.6025489304127938);
  const x = solveRk45(lorenz, grid(10, 1001), x0, { rtol: 1e-8, atol: 1e-8 });
  for (const { row, x: expected } of runs.lorenz) expectClose(x.row(row), expected, sameSteps, `row ${row}`);
});

test("the error follows the tolerance, and row 0 is the start", () => {
  for (const rtol of [1e-4, 1e-7, 1e-10]) {
    const t = grid(3, 31);
    const x = solveRk45(decay, t, Float64Array.of(2), { rtol, atol: rtol });
    expect(x.get(0, 0)).toBe(2);
    expectClose(
      x.data,
      t.map((time) => 2 * Math.exp(-time)),
      adaptive(rtol),
    );
  }
});

test("a solution that blows up is reported with its time", () => {
  const explosion: Field = (_, x, out) => {
    out[0] = x[0] * x[0];
  };
  expect(() => solveRk45(explosion, grid(2, 5), Float64Array.of(1))).toThrow(
    expect.objectContaining({ code: "E_NUMERIC", message: expect.stringMatching(/t = (1\.0|0\.99)/) }),
  );
  const nothing: Field = (_, _x, out) => out.fill(Number.NaN);
  expect(() => solveRk45(nothing, grid(2, 5), Float64Array.of(1))).toThrow(expect.objectContaining({ code: "E_NUMERIC" }));
});

test("a state at rest stays", () => {
  const rest: Field = (_, _x, out) => out.fill(0);
  expect(Array.from(solveRk45(rest, grid(100, 3), Float64Array.of(0, 5)).data)).toEqual([0, 5, 0, 5, 0, 5]);
});
