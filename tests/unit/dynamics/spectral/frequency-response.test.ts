import fc from "fast-check";
import { expect, test } from "vitest";
import { inputMatrix } from "../../../../sdk/dynamics/spectral/forced-system.js";
import {
  type ForcedSystem,
  frequenciesAround,
  frequencyGains,
  frequencyResponse,
  gainPeaks,
} from "../../../../sdk/dynamics/spectral/frequency-response.js";
import { columnNorm } from "../../../../sdk/numerics/linalg/complex-lines.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64, squared } from "../../../tolerance.js";

/** x'' + 2 zeta w0 x' + w0² x = u, states x and x'. */
const oscillator = (w0: number, zeta: number): ForcedSystem => ({
  A: Matrix.from([
    [0, 1],
    [-w0 * w0, -2 * zeta * w0],
  ]),
  B: Matrix.from([[0], [1]]),
  timeDomain: "continuous",
  dt: 0.1,
});

test("a damped oscillator answers with |(1, i w)| / |w0² - w² + 2 i zeta w0 w|, most where its derivative is zero", () => {
  const rate = fc.double({ min: 0.5, max: 5, noNaN: true });
  const damping = fc.double({ min: 0.01, max: 0.4, noNaN: true });
  fc.assert(
    fc.property(rate, damping, (w0, zeta) => {
      const system = oscillator(w0, zeta);
      const ws = Float64Array.from({ length: 61 }, (_, k) => k / 5);
      const gains = frequencyGains(system, ws);
      const formula = (w: number): number => Math.sqrt(1 + w * w) / Math.hypot(w0 * w0 - w * w, 2 * zeta * w0 * w);
      expectClose(gains, ws.map(formula), f64);
      // d/ds of (1 + s) / ((w0² - s)² + 4 zeta² w0² s), s = w²
      const w2 = w0 * w0;
      const top = Math.sqrt(Math.sqrt(1 + w2 * w2 + 2 * w2 - 4 * zeta * zeta * w2) - 1);
      const [peak] = gainPeaks(system, ws, gains, 1);
      expectClose([peak], [top], squared);
      const { gain, output, input } = frequencyResponse(system, peak);
      expectClose([gain], [formula(top)], f64);
      expectClose([columnNorm(output, 0), input.re[0], input.im[0]], [1, 1, 0], f64);
      // x' = i w x
      const [x, v] = [output.get(0, 0), output.get(1, 0)];
      expectClose([v.re, v.im], [-peak * x.im, peak * x.re], squared);
    }),
    { numRuns: 20 },
  );
});

test("a discrete system is asked on the unit circle: 1 / |exp(i w dt) - a|, with and without an input matrix", () => {
  const system = { A: Matrix.from([[0.8]]), B: null, timeDomain: "discrete", dt: 0.5 } as const;
  const ws = Float64Array.of(0, 1, 2, 2 * Math.PI);
  const expected = ws.map((w) => 1 / Math.hypot(Math.cos(w / 2) - 0.8, Math.sin(w / 2)));
  expectClose(frequencyGains(system, ws), expected, f64);
  expectClose(
    frequencyGains({ ...system, B: Matrix.from([[3, 4]]) }, ws),
    expected.map((gain) => 5 * gain),
    f64,
  );
});

test("a gain that wavers by rounding has no peaks beside those of its eigenvalues", () => {
  // an oscillation beside two directions that a step sets to 0, as unobserved ones are: their gain is 1 at every frequency
  const turn = [0.5 * Math.cos(1), 0.5 * Math.sin(1)];
  const rows = [[turn[0], -turn[1], 0, 0], [turn[1], turn[0], 0, 0], [0, 0, 3e-17, -2e-17], [0, 0, 1e-17, 4e-17]]; // biome-ignore format: short
  const system = { A: Matrix.from(rows), B: null, timeDomain: "discrete", dt: 1 } as const;
  const ws = Float64Array.from({ length: 200 }, (_, k) => (Math.PI * k) / 199);
  const peaks = gainPeaks(system, ws, frequencyGains(system, ws), 9);
  expect(peaks).toHaveLength(1);
  const flat = { ...system, A: Matrix.from(rows.slice(2).map((row) => row.slice(2))) };
  expect(gainPeaks(flat, ws, frequencyGains(flat, ws), 9)).toHaveLength(1);
});

test("at an eigenvalue the gain is unbounded, the response its vector, the forcing what reaches it", () => {
  const A = Matrix.from([
    [0, -2],
    [2, 0],
  ]);
  for (const B of [null, Matrix.from([[1], [0]])]) {
    const system: ForcedSystem = { A, B, timeDomain: "continuous", dt: 0.1 };
    expect(frequencyGains(system, Float64Array.of(2))[0]).toBeGreaterThan(1e14);
    const { gain, output, input } = frequencyResponse(system, 2);
    expect(gain).toBeGreaterThan(1e14);
    const [a, b] = [output.get(0, 0), output.get(1, 0)];
    // A v = 2 i v: v = (1, -i) times a number
    expectClose([b.re, b.im], [a.im, -a.re], f64);
    expectClose([columnNorm(input, 0)], [1], f64);
    expect(gainPeaks(system, Float64Array.of(1, 2, 3), frequencyGains(system, Float64Array.of(1, 2, 3)), 4)).toHaveLength(1);
  }
});

test("the first and the last frequency are peaks where gains fall from there; the highest come first", () => {
  const still: ForcedSystem = { A: Matrix.from([[-1]]), B: null, timeDomain: "continuous", dt: 1 };
  const ws = Float64Array.of(0, 1, 2, 3);
  expect([...gainPeaks(still, ws, frequencyGains(still, ws), 3)]).toEqual([0]);
  const two: ForcedSystem = {
    A: Matrix.from([
      [-0.1, 5, 0, 0],
      [-5, -0.1, 0, 0],
      [0, 0, -0.5, 2],
      [0, 0, -2, -0.5],
    ]),
    B: null,
    timeDomain: "continuous",
    dt: 0.1,
  };
  const grid = frequenciesAround(
    [
      { growth: -0.1, angularFrequency: 5 },
      { growth: -0.5, angularFrequency: 2 },
    ],
    0.1,
    50,
  );
  expectClose([grid[0], grid[grid.length - 1]], [0, 10 * Math.PI], f64);
  expect(grid).toHaveLength(52);
  expectClose(gainPeaks(two, grid, frequencyGains(two, grid), 4), [5, 2], squared);
});

test("control that multiplies the state enters as it does at the given state", () => {
  const model = { node: { z: 2, u: 2 }, spec: { family: "kbf" } };
  const trained = { model } as unknown as Parameters<typeof inputMatrix>[0];
  // rows z1 u1, z1 u2, z2 u1, z2 u2, u1, u2
  const rows = Matrix.from([
    [1, 0],
    [0, 2],
    [3, 0],
    [0, 4],
    [10, 0],
    [0, 20],
  ]);
  const B = inputMatrix(trained, rows, Float64Array.of(1, -1));
  expect(B?.data).toEqual(Float64Array.of(1 - 3 + 10, 0, 0, 2 - 4 + 20));
  expect(inputMatrix(trained, new Matrix(0, 2), Float64Array.of(1, 1))).toBeNull();
});

test("an operator that is not square, or an input matrix of other rows, is refused", () => {
  const system: ForcedSystem = { A: new Matrix(2, 3), B: null, timeDomain: "continuous", dt: 1 };
  const refused = expect.objectContaining({ code: "E_SHAPE" });
  expect(() => frequencyGains(system, Float64Array.of(1))).toThrow(refused);
  const wide = { ...system, A: Matrix.identity(2), B: new Matrix(3, 1) };
  expect(() => frequencyGains(wide, Float64Array.of(1))).toThrow(refused);
});
