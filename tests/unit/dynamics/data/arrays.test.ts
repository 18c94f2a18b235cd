import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { datasetFromArrays } from "../../../../sdk/dynamics/data/arrays.js";
import type { DymadError } from "../../../../sdk/errors.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";

const count = (...shape: number[]) => ({
  shape,
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});

const problems = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    return (error as DymadError).issues.map(({ code, message }) => `${code}: ${message}`);
  }
  return [];
};

describe("the forms of x", () => {
  test("nested lists, matrices and flat values with a shape mean the same", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), (S, T, n) => {
        const flat = datasetFromArrays({ x: count(S, T, n) });
        const matrices = Array.from(
          { length: S },
          (_, i) => new Matrix(T, n, count(S, T, n).data.slice(i * T * n, (i + 1) * T * n)),
        );
        expect(datasetFromArrays({ x: matrices })).toEqual(flat);
        expect(datasetFromArrays({ x: matrices.map((m) => m.toRows()) })).toEqual(flat);
        expect(flat.trajectories.map(({ x }) => [x.rows, x.cols])).toEqual(Array(S).fill([T, n]));
        expect(flat.trajectories[0].t).toEqual(Float64Array.from({ length: T }, (_, k) => k));
      }),
    );
  });

  test("[T, n] is one trajectory, [T] one trajectory of one state, and lengths may differ", () => {
    expect(
      datasetFromArrays({
        x: [
          [1, 2],
          [3, 4],
        ],
      }).trajectories[0].x.toRows(),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(datasetFromArrays({ x: Float64Array.of(1, 2, 3) }).trajectories[0].x.toRows()).toEqual([[1], [2], [3]]);
    const ragged = datasetFromArrays({ x: [[[1], [2]], [[3]]], t: [[0, 1], [5]] });
    expect(ragged.trajectories.map(({ t }) => Array.from(t))).toEqual([[0, 1], [5]]);
  });
});

describe("spreading over S = 2 trajectories of T = 3 rows", () => {
  const x = count(2, 3, 1);
  const u = (input: Parameters<typeof datasetFromArrays>[0]["u"] & object) =>
    datasetFromArrays({ x, u: input }).trajectories.map((one) => Array.from(one.u?.data ?? []));

  test("[S, T, m] is split, [1, T, m] and [T, m] are repeated", () => {
    expect(u(count(2, 3, 1))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(u(count(1, 3, 1))).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(u(count(3, 1))).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  test("[S, 1, m], [1, 1, m] and [m] are held along time", () => {
    expect(u(count(2, 1, 2))).toEqual([
      [0, 1, 0, 1, 0, 1],
      [2, 3, 2, 3, 2, 3],
    ]);
    expect(u(count(1, 1, 2))).toEqual([
      [0, 1, 0, 1, 0, 1],
      [0, 1, 0, 1, 0, 1],
    ]);
    expect(u(count(2))).toEqual([
      [0, 1, 0, 1, 0, 1],
      [0, 1, 0, 1, 0, 1],
    ]);
  });

  test("times are [S, T], [1, T] or [T], or come from dt", () => {
    const t = (fields: object) => datasetFromArrays({ x, ...fields }).trajectories.map((one) => Array.from(one.t));
    expect(t({ t: count(2, 3) })).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(t({ t: count(1, 3) })).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(t({ t: [0, 1, 2] })).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(t({ dt: 0.5 })).toEqual([
      [0, 0.5, 1],
      [0, 0.5, 1],
    ]);
  });

  test("parameters are [S, q], [1, q] or [q], and a field without columns is null", () => {
    const p = (input: object) =>
      datasetFromArrays({ x, p: input as never }).trajectories.map((one) => one.p && Array.from(one.p));
    expect(
      p([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(p([[1, 2]])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(p([1, 2])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(p({ shape: [2, 0], data: [] })).toEqual([null, null]);
  });
});

describe("refusals", () => {
  test("shapes that do not fit are named, all of them", () => {
    const bad = { x: count(2, 3, 1), u: count(2, 4, 1), y: count(3, 3, 1), p: count(2, 2, 2), t: count(5) };
    expect(problems(() => datasetFromArrays(bad))).toEqual([
      "E_SHAPE: t of trajectory 0 has 5 rows, x has 3",
      "E_SHAPE: u of trajectory 0 has 4 rows, x has 3",
      "E_SHAPE: y has 3 trajectories, x has 2",
      "E_SHAPE: p has shape [2, 2, 2], which fits no rule",
    ]);
  });

  test("ragged rows are named", () => {
    expect(problems(() => datasetFromArrays({ x: [[1, 2], [3]], u: [[[1], [2, 3]]] }))).toEqual([
      "E_SHAPE: x is ragged: row 1 has 1 entries, the first has 2",
      "E_SHAPE: trajectory 0 of u is ragged: row 1 has 2 entries, the first has 1",
    ]);
    expect(problems(() => datasetFromArrays({ x: [[[1, 2]], [[3]]] }))).toEqual([
      "E_SHAPE: x has 2 columns in trajectory 0 but 1 in trajectory 1",
    ]);
  });

  test("NaN and times that do not increase are counted, with their first place", () => {
    const x = [
      [
        [1, Number.NaN],
        [2, 0],
      ],
      [
        [Number.POSITIVE_INFINITY, 1],
        [3, Number.NaN],
      ],
    ];
    expect(
      problems(() =>
        datasetFromArrays({
          x,
          t: [
            [0, 0],
            [1, 2],
          ],
        }),
      ),
    ).toEqual([
      "E_DATA: t of trajectory 0 does not increase at row 1: 0 after 0",
      "E_DATA: column x2 has 2 NaN or infinite values, first in trajectory 0 at row 0",
      "E_DATA: column x1 has 1 NaN or infinite value, first in trajectory 1 at row 0",
    ]);
    expect(datasetFromArrays({ x }, {}, true).trajectories.length).toBe(2);
  });

  test("no data, a wrong number of names and a wrong dt", () => {
    expect(problems(() => datasetFromArrays({ x: [] }))[0]).toMatch(/E_SHAPE|E_DATA/);
    expect(problems(() => datasetFromArrays({ x: [[1]] }, { x: ["a", "b"] }))).toEqual([
      "E_SHAPE: 2 names were given for the 1 columns of x",
    ]);
    expect(problems(() => datasetFromArrays({ x: [[1]], dt: -1 }))).toEqual(["E_DATA: dt must be a positive number, got -1"]);
  });
});
