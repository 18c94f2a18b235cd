import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { datasetFromArrays } from "../../../../sdk/dynamics/data/arrays.js";
import { truncate } from "../../../../sdk/dynamics/data/dataset.js";
import { inspect } from "../../../../sdk/dynamics/data/inspect.js";
import { foldsOf, split } from "../../../../sdk/dynamics/data/split.js";
import { requireStep, stepOf, uniformStep } from "../../../../sdk/dynamics/data/step.js";
import { datasetFromCsv, datasetFromFrame } from "../../../../sdk/dynamics/data/table.js";
import { windows } from "../../../../sdk/dynamics/data/windows.js";
import { expectClose, f64 } from "../../../tolerance.js";

/** S trajectories of T rows whose entry (i, k) is 100 i + k. */
const numbered = (S: number, T: number, dt = 1) =>
  datasetFromArrays({
    x: { shape: [S, T, 1], data: Array.from({ length: S * T }, (_, j) => 100 * Math.floor(j / T) + (j % T)) },
    dt,
  });

const refused = (code: string) => expect.objectContaining({ code });

describe("tables", () => {
  const columns = { traj: "run", t: "time", x: ["a"], u: ["b"] };
  test("a data frame means what the same CSV means", () => {
    const rows = [
      ["r1", 0, 1, 5],
      ["r1", 0.1, 2, 6],
      ["r2", 0, 3, 7],
    ];
    const text = ["run,time,a,b", ...rows.map((row) => row.join(","))].join("\n");
    const frame = { columns: ["run", "time", "a", "b"], values: rows };
    expect(datasetFromFrame(frame, { columns })).toEqual(datasetFromCsv(text, { columns }));
    expect(datasetFromFrame({ columns: ["x1"], values: [1, 2] }, { dt: 1 }).trajectories[0].x.toRows()).toEqual([[1], [2]]);
  });

  test("times that do not increase are refused", () => {
    expect(() => datasetFromCsv("t,x1\n0,1\n0,2")).toThrow(refused("E_DATA"));
    expect(() => datasetFromFrame({ columns: ["t", "x1"], values: [[0, null]] })).toThrow(/row 0 \(empty\)/);
  });
});

describe("the sample step", () => {
  test("is found in float32 times and refused in irregular ones", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), fc.double({ min: 1e-3, max: 10, noNaN: true }), (T, dt) => {
        const t = Float64Array.from({ length: T }, (_, k) => Math.fround(k * dt));
        expectClose([stepOf(t) ?? Number.NaN], [dt], { rtol: 1e-6, atol: 0 });
        if (T > 2) expect(stepOf(Float64Array.from(t, (v, k) => (k === 1 ? v + 0.01 * dt : v)))).toBeNull();
      }),
    );
    expect(stepOf(Float64Array.from({ length: 501 }, (_, k) => 3 + k * 0.01))).toBe(0.01);
  });

  test("differing steps are no error until someone needs one", () => {
    const mixed = datasetFromArrays({
      x: [
        [[1], [2]],
        [[1], [2]],
      ],
      t: [
        [0, 1],
        [0, 2],
      ],
    });
    expect(uniformStep(mixed)).toBeNull();
    expect(() => requireStep(mixed, "the weak form")).toThrow(
      /the weak form needs one sample step, but it is 1 .* and 2 in trajectory 1/,
    );
    const irregular = datasetFromArrays({ x: [[1], [2], [3]], t: [0, 1, 3] });
    expect(() => requireStep(irregular, "the weak form")).toThrow(/trajectory 0 is not sampled at a regular step/);
    expect(requireStep(numbered(2, 3, 0.5), "anyone")).toBe(0.5);
  });
});

describe("split", () => {
  test("divides whole trajectories: every index once, as many as asked for, the same for the same seed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.nat(99),
        fc.double({ min: 0.5, max: 0.99, noNaN: true }),
        (S, seed, train_frac) => {
          const data = numbered(S, 2);
          const { train_index, valid_index, train } = split(data, { seed, train_frac });
          expect([...train_index, ...valid_index].sort((a, b) => a - b)).toEqual(Array.from({ length: S }, (_, i) => i));
          expect(train_index.length).toBe(Math.floor(S * train_frac));
          expect(train.trajectories.map(({ x }) => x.get(0, 0) / 100)).toEqual(train_index);
          expect(split(data, { seed, train_frac }).train_index).toEqual(train_index);
        },
      ),
    );
  });

  test("another seed divides otherwise; from 1 on both sides are everything", () => {
    const data = numbered(20, 2);
    expect(split(data, { seed: 1 }).train_index).not.toEqual(split(data, { seed: 2 }).train_index);
    const all = split(data, { train_frac: 1 });
    expect(all.train_index).toEqual(all.valid_index);
    expect(all.train.trajectories).toEqual(data.trajectories);
  });

  test("an empty side is refused with a way out", () => {
    for (const [S, train_frac] of [
      [1, 0.75],
      [3, 0.2],
    ]) {
      expect(() => split(numbered(S, 2), { train_frac })).toThrow(
        expect.objectContaining({ code: "E_DATA", hint: expect.stringContaining("1") }),
      );
    }
    expect(() => split(numbered(3, 2), { train_frac: 0 })).toThrow(refused("E_SPEC"));
  });

  test("folds validate on every trajectory exactly once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 2, max: 6 }), (S, folds) => {
        fc.pre(folds <= S);
        const parts = foldsOf(numbered(S, 2), { folds, seed: 1 });
        expect(parts.flatMap(({ valid_index }) => valid_index).sort((a, b) => a - b)).toEqual(
          Array.from({ length: S }, (_, i) => i),
        );
        for (const { train_index, valid_index } of parts) {
          expect(new Set([...train_index, ...valid_index]).size).toBe(S);
          expect(valid_index.length).toBeGreaterThan(0);
        }
      }),
    );
    expect(() => foldsOf(numbered(3, 2), { folds: 4 })).toThrow(refused("E_DATA"));
    expect(() => foldsOf(numbered(3, 2), { folds: 1.5 })).toThrow(refused("E_SPEC"));
  });
});

describe("windows and truncation", () => {
  test("windows are the slices that fit, trajectory by trajectory", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        (T, length, stride) => {
          fc.pre(length <= T);
          const starts = windows(numbered(2, T), length, stride).trajectories.map(({ t, x }) => {
            expect([t.length, x.rows]).toEqual([length, length]);
            expect(x.get(length - 1, 0) - x.get(0, 0)).toBe(length - 1);
            return x.get(0, 0);
          });
          const one = Array.from({ length: T }, (_, k) => k).filter((k) => k % stride === 0 && k + length <= T);
          expect(starts).toEqual([...one, ...one.map((k) => 100 + k)]);
        },
      ),
    );
  });

  test("short trajectories give no window; if none does, that is said", () => {
    const ragged = datasetFromArrays({ x: [[[1], [2], [3]], [[1]]] });
    expect(windows(ragged, 2).trajectories.length).toBe(2);
    expect(() => windows(ragged, 4)).toThrow(/no trajectory has 4 rows; the longest has 3/);
    expect(() => windows(ragged, 0)).toThrow(refused("E_SPEC"));
  });

  test("truncation keeps the first trajectories and rows, one trajectory too", () => {
    const cut = truncate(numbered(3, 5), { n_samples: 1, n_steps: 2 });
    expect(cut.trajectories.map(({ x }) => x.toRows())).toEqual([[[0], [1]]]);
    expect(truncate(numbered(3, 5), {}).trajectories).toEqual(numbered(3, 5).trajectories);
    expect(() => truncate(numbered(3, 5), { n_samples: 4 })).toThrow(refused("E_DATA"));
    expect(() => truncate(numbered(3, 5), { n_samples: 0, n_steps: 1.5 })).toThrow(
      expect.objectContaining({ code: "E_SPEC", issues: expect.objectContaining({ length: 2 }) }),
    );
  });
});

describe("inspection", () => {
  test("sizes, sampling and statistics of a known dataset", () => {
    const bytes = new TextEncoder().encode("t,x1,u1\n0,1,5\n0.5,3,5\n");
    const seen = inspect(datasetFromCsv(new TextDecoder().decode(bytes)), { format: "csv", bytes });
    expect(seen).toMatchObject({
      format: "csv",
      n_trajectories: 1,
      n_steps: 2,
      is_ragged: false,
      state_dim: 1,
      control_dim: 1,
      aux_dim: 0,
      parameter_dim: 0,
      dt: 0.5,
      t_range: [0, 0.5],
      size: bytes.length,
      columns: [
        { field: "x", name: "x1", min: 1, max: 3, mean: 2, std: 1, nan: 0 },
        { field: "u", name: "u1", min: 5, max: 5, mean: 5, std: 0, nan: 0 },
      ],
    });
    expect(seen.sha256).toHaveLength(64);
    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen);
  });

  test("ragged data have no number of steps; NaN are counted and left out of the statistics", () => {
    const seen = inspect(datasetFromArrays({ x: [[[1], [Number.NaN], [3]], [[5]]] }, {}, true));
    expect(seen).toMatchObject({ n_steps: null, n_steps_range: [1, 3], is_ragged: true, sha256: null });
    expect(seen.columns[0]).toMatchObject({ min: 1, max: 5, mean: 3, nan: 1 });
  });

  test("a large mean costs no digits of the deviation", () => {
    const { columns } = inspect(datasetFromArrays({ x: [[1e9], [1e9 + 1], [1e9 + 2]] }));
    expectClose([columns[0].std ?? Number.NaN], [Math.sqrt(2 / 3)], f64);
  });
});
