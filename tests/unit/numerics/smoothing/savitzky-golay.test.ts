import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import {
  type SavitzkyGolayEnds,
  savitzkyGolay,
  savitzkyGolayWeights,
} from "../../../../sdk/numerics/smoothing/savitzky-golay.js";
import { expectClose, f64 } from "../../../tolerance.js";

const column = (values: readonly number[]): Matrix => new Matrix(values.length, 1, Float64Array.from(values));
const filters = fc
  .record({ half: fc.integer({ min: 1, max: 6 }), degree: fc.nat(5), rows: fc.nat(20) })
  .map(({ half, degree, rows }) => ({
    window: 2 * half + 1,
    degree: Math.min(degree, 2 * half),
    rows: 2 * half + 1 + rows,
  }));

test("polynomials up to the degree pass unchanged, and their derivatives are exact, ends included", () => {
  fc.assert(
    fc.property(
      filters,
      fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 6, maxLength: 6 }),
      ({ window, degree, rows }, c) => {
        const step = 0.25;
        const t = Array.from({ length: rows }, (_, k) => step * (k - rows / 2));
        const at = (s: number, d: number): number =>
          c.slice(0, degree + 1).reduce((sum, ck, k) => {
            let factor = 1;
            for (let i = 0; i < d; i++) factor *= k - i;
            return k < d ? sum : sum + ck * factor * s ** (k - d);
          }, 0);
        const x = column(t.map((s) => at(s, 0)));
        const scale = 1 + Math.max(...x.data.map(Math.abs));
        const unit = (values: ArrayLike<number>, d: number): number[] => Array.from(values, (v) => 1 + (v * step ** d) / scale);
        for (let derivative = 0; derivative <= Math.min(2, degree); derivative++) {
          const found = savitzkyGolay(x, { window, degree, derivative, step });
          expectClose(
            unit(found.data, derivative),
            unit(
              t.map((s) => at(s, derivative)),
              derivative,
            ),
            f64,
            `derivative ${derivative}`,
          );
        }
      },
    ),
  );
});

test("columns are filtered one by one", () => {
  const x = Matrix.from([[1, 5], [4, 0], [2, 2], [8, 1], [5, 9], [7, 3]]); // biome-ignore format: rows
  const both = savitzkyGolay(x, { window: 5, degree: 2 });
  for (const j of [0, 1]) expect(both.column(j)).toEqual(savitzkyGolay(column([...x.column(j)]), { window: 5, degree: 2 }).data);
});

describe("as scipy.signal.savgol_filter of SciPy 1.17.1", () => {
  const x = column([1, 4, 2, 8, 5, 7, 1, 3, 9, 6]);
  const inner = [
    4.5714285714285685, 5.34285714285714, 7.314285714285711, 4.514285714285711, 2.714285714285711, 3.771428571428568,
  ];
  const ends: Record<SavitzkyGolayEnds, readonly [readonly number[], readonly number[]]> = {
    interp: [[1.0285714285714265, 3.0857142857142836], [5.08571428571428, 7.828571428571422]], // biome-ignore format: pairs
    mirror: [[2.885714285714284, 1.9428571428571404], [6.599999999999996, 8.571428571428566]], // biome-ignore format: pairs
    nearest: [[1.9428571428571417, 2.199999999999998], [6.857142857142853, 7.285714285714281]], // biome-ignore format: pairs
    constant: [[1.8142857142857132, 2.2428571428571407], [7.328571428571426, 5.871428571428569]], // biome-ignore format: pairs
    wrap: [[2.9714285714285684, 1.7714285714285687], [7.285714285714283, 5.74285714285714]], // biome-ignore format: pairs
  };
  for (const [name, [first, last]] of Object.entries(ends)) {
    test(`window 5, degree 2, ${name}`, () => {
      const found = savitzkyGolay(x, { window: 5, degree: 2, ends: name as SavitzkyGolayEnds, fill: 0.5 });
      expectClose(found.data, [...first, ...inner, ...last], f64);
    });
  }
  test("first derivative, window 7, degree 3, step 0.5", () => {
    const slope = [
      0.11904761904765397, 3.071428571428584, 4.023809523809521, 2.976190476190477, -0.8174603174603173, -5.722222222222223,
      0.6349206349206344, 2.0158730158730096, 2.7301587301587285, 2.7777777777777866,
    ];
    const found = savitzkyGolay(x, { window: 7, degree: 3, derivative: 1, step: 0.5 });
    expectClose(found.data, slope, f64);
  });
});

test("the weights of a fit sum to one, those of a derivative to zero", () => {
  fc.assert(
    fc.property(filters, fc.integer({ min: -6, max: 6 }), ({ window, degree }, at) => {
      const sum = (d: number): number => savitzkyGolayWeights(window, degree, at, d).reduce((a, b) => a + b, 0);
      const size = (d: number): number => savitzkyGolayWeights(window, degree, at, d).reduce((a, b) => a + Math.abs(b), 1);
      expectClose([sum(0) / size(0)], [1 / size(0)], f64);
      expectClose([sum(1) / size(1)], [0], f64);
    }),
  );
});

test("what has no meaning is refused by the name of its key", () => {
  const x = column([1, 2, 3, 4]);
  const refusal = (options: Partial<Parameters<typeof savitzkyGolay>[1]>) => () =>
    savitzkyGolay(x, { window: 3, degree: 1, ...options });
  expect(refusal({ window: 4 })).toThrow("window_length must be an odd positive number of samples, got 4");
  expect(refusal({ degree: 3 })).toThrow("polyorder must be smaller than window_length 3, got 3");
  expect(refusal({ derivative: -1 })).toThrow("deriv must be a whole number");
  expect(refusal({ step: 0 })).toThrow("delta must be positive");
  expect(refusal({ window: 5 })).toThrow("needs at least 5 samples, got 4");
});
