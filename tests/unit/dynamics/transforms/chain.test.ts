import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitChain, restoreChain } from "../../../../sdk/dynamics/transforms/chain.js";
import { embedDelay } from "../../../../sdk/dynamics/transforms/delay.js";
import { fitFields } from "../../../../sdk/dynamics/transforms/fields.js";
import type { TransformStage } from "../../../../sdk/dynamics/transforms/spec.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { svd } from "../../../../sdk/numerics/linalg/svd.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { oscillator } from "../_systems.js";

const values = fc.double({ min: -100, max: 100, noNaN: true });
const matrix = (rows: number, cols: number) =>
  fc.array(values, { minLength: rows * cols, maxLength: rows * cols }).map((v) => new Matrix(rows, cols, Float64Array.from(v)));

const mean = (x: Matrix, j: number): number => x.toRows().reduce((sum, row) => sum + row[j], 0) / x.rows;

describe("delay", () => {
  test("the last block of every row is the present sample", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 4 }), fc.nat(5), (T, n, d) => {
        fc.pre(T > d);
        const x = new Matrix(
          T,
          n,
          Float64Array.from({ length: T * n }, (_, i) => i),
        );
        const h = embedDelay(x, d);
        expect([h.rows, h.cols]).toEqual([T - d, n * (d + 1)]);
        for (let t = 0; t < h.rows; t++) expect(h.row(t).subarray(d * n)).toEqual(x.row(t + d));
      }),
    );
  });
  test("too long a delay is refused by code", () => {
    expect(() => embedDelay(new Matrix(3, 1), 3)).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  });
});

const chains: Record<string, TransformStage[]> = {
  identity: [{ type: "identity" }],
  add_one: [{ type: "add_one" }],
  "scaler 01": [{ type: "scaler", mode: "01" }],
  "scaler -11": [{ type: "scaler", mode: "-11" }],
  "scaler std": [{ type: "scaler", mode: "std" }],
  "scaler none": [{ type: "scaler", mode: "none" }],
  delay: [{ type: "delay", delay: 2 }],
  "full svd": [{ type: "svd", order: "full", ifcen: true }],
  composed: [
    { type: "scaler", mode: "std" },
    { type: "delay", delay: 3 },
    { type: "svd", order: "full", ifcen: false },
    { type: "add_one" },
  ],
};

describe("every chain", () => {
  for (const [name, stages] of Object.entries(chains)) {
    test(`${name}: the inverse undoes it, and its state brings it back bit by bit`, () => {
      fc.assert(
        fc.property(matrix(12, 2), matrix(9, 2), (a, b) => {
          const chain = fitChain(stages, [a, b]);
          for (const x of [a, b]) {
            const z = chain.apply(x);
            expect([z.rows, z.cols]).toEqual([x.rows - chain.delay, chain.outputDim]);
            expectClose(chain.invert(z).data, x.data, { rtol: f64.rtol, atol: 1e-9 });
            const again = restoreChain(JSON.parse(JSON.stringify(chain.states)));
            expect(again.apply(x).data).toEqual(z.data);
          }
        }),
        { numRuns: 25 },
      );
    });
  }
  test("an svd of lower rank is a projection: applying it again changes nothing", () => {
    fc.assert(
      fc.property(matrix(12, 4), (x) => {
        const { s } = svd(
          new Matrix(
            12,
            4,
            x.data.map((v, i) => v - mean(x, i % 4)),
          ),
        );
        // samples on a line have no second direction, and are refused
        fc.pre(s[1] > 1e-6 * s[0]);
        const chain = fitChain([{ type: "svd", order: 2, ifcen: true }], [x]);
        const once = chain.invert(chain.apply(x));
        expectClose(chain.invert(chain.apply(once)).data, once.data, { rtol: f64.rtol, atol: 1e-9 });
      }),
      { numRuns: 25 },
    );
  });
  test("two delays are refused", () => {
    expect(() =>
      fitChain(
        [
          { type: "delay", delay: 1 },
          { type: "delay", delay: 1 },
        ],
        [new Matrix(9, 1)],
      ),
    ).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  });
  test("a column that never changes is not blown up", () => {
    const x = new Matrix(5, 1, new Float64Array(5).fill(7));
    expect([...fitChain([{ type: "scaler", mode: "std" }], [x]).apply(x).data]).toEqual([0, 0, 0, 0, 0]);
  });
});

describe("values by hand", () => {
  const x = Matrix.from([[1, -4], [3, 0], [2, 2], [5, 6]]); // biome-ignore format: rows
  const [deviation0, deviation1] = [Math.sqrt(8.75 / 4), Math.sqrt(52 / 4)];
  const cases: [string, TransformStage[], number[][]][] = [
    ["add_one", [{ type: "add_one" }], [[1, -4, 1], [3, 0, 1], [2, 2, 1], [5, 6, 1]]],
    ["scaler 01", [{ type: "scaler", mode: "01" }], [[0, 0], [0.5, 0.4], [0.25, 0.6], [1, 1]]],
    ["scaler -11", [{ type: "scaler", mode: "-11" }], [[0.2, -2 / 3], [0.6, 0], [0.4, 1 / 3], [1, 1]]],
    ["scaler std", [{ type: "scaler", mode: "std" }], x.toRows().map(([a, b]) => [(a - 2.75) / deviation0, (b - 1) / deviation1])],
    ["delay 2", [{ type: "delay", delay: 2 }], [[1, -4, 3, 0, 2, 2], [3, 0, 2, 2, 5, 6]]],
    [
      "scaler 01, delay 1, add_one",
      [{ type: "scaler", mode: "01" }, { type: "delay", delay: 1 }, { type: "add_one" }],
      [[0, 0, 0.5, 0.4, 1], [0.5, 0.4, 0.25, 0.6, 1], [0.25, 0.6, 1, 1, 1]],
    ],
  ]; // biome-ignore format: rows
  test.each(cases)("%s", (_, stages, rows) => {
    expectClose(fitChain(stages, [x]).apply(x).data, rows.flat(), f64);
  });
  test("a centred svd of two: the deviations seen along the two leading directions", () => {
    const wide = x.multiply(Matrix.from([[1, 2, 0, -1], [0.5, 1, 3, 1]])); // biome-ignore format: rows
    const deviations = new Matrix(
      4,
      4,
      wide.data.map((v, k) => v - mean(wide, k % 4)),
    );
    const { v } = svd(deviations);
    const chain = fitChain([{ type: "svd", order: 2, ifcen: true }], [wide]);
    expectClose(chain.apply(wide).data, deviations.multiply(Matrix.from(v.toRows().map((row) => row.slice(0, 2)))).data, f64);
    // two dimensions are all there are
    expectClose(chain.invert(chain.apply(wide)).data, wide.data, f64);
  });
  test("parts of a chain one after the other are the chain, there and back", () => {
    const chain = fitChain([{ type: "scaler", mode: "std" }, { type: "delay", delay: 1 }, { type: "add_one" }], [x]);
    const z = chain.apply(x);
    for (const cut of [1, 2]) {
      const [first, last] = [chain.part(0, cut), chain.part(cut, 3)];
      expect(last.apply(first.apply(x)).data).toEqual(z.data);
      expect(first.invert(last.invert(z)).data).toEqual(chain.invert(z).data);
    }
  });
});

test("fields of different delay line up: row j of both belongs to sample j + delay", () => {
  const data = oscillator({ trajectories: 1, samples: 10, dt: 0.1, control: true });
  const [tr] = data.trajectories;
  const fields = fitFields([{ type: "delay", delay: 1 }], [{ type: "delay", delay: 3 }], data);
  const prepared = fields.prepare(tr, "linear");
  expect(prepared.t).toEqual(tr.t.slice(3));
  for (let j = 0; j < prepared.t.length; j++) {
    expect(prepared.x.row(j).subarray(2)).toEqual(tr.x.row(j + 3));
    expect(prepared.u?.get(j, 3)).toBe(tr.u?.get(j + 3, 0));
  }
  expect(fields.restore(prepared.x, tr.x.slice(0, 4)).data).toEqual(tr.x.data);
});
