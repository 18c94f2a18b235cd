import { describe, expect, test } from "vitest";
import { datasetFromArrays } from "../../../../sdk/dynamics/data/arrays.js";
import { splitNodes } from "../../../../sdk/dynamics/data/graphs/nodes.js";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import { split } from "../../../../sdk/dynamics/data/split.js";
import { type FurtherStages, fitFields, restoreFields } from "../../../../sdk/dynamics/transforms/fields.js";
import type { TransformStage } from "../../../../sdk/dynamics/transforms/spec.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { oscillator } from "../_systems.js";

const plain = oscillator({ trajectories: 3, samples: 20, dt: 0.1, control: true });
/** With a parameter and two observations of each trajectory. */
const data: Dataset = {
  ...plain,
  trajectories: plain.trajectories.map((tr, i) => ({
    ...tr,
    p: Float64Array.of(10 + i, -i),
    y: new Matrix(20, 2, tr.x.data.map((v) => 3 * v + i)), // biome-ignore format: short
  })),
};
const std: TransformStage = { type: "scaler", mode: "std" };
const delay = (d: number): TransformStage => ({ type: "delay", delay: d });

describe("observations and parameters", () => {
  const fields = fitFields([], [], data, { y: [std, delay(2)], p: [std] });
  test("parameters reach the model transformed, one row a trajectory", () => {
    const p = data.trajectories.map((tr) => fields.prepare(tr, "linear").p ?? []);
    for (const j of [0, 1]) {
      const column = p.map((row) => row[j]);
      expectClose([column.reduce((a, b) => a + b, 0)], [0], f64);
      expectClose([column.reduce((a, b) => a + b * b, 0) / 3], [1], f64);
    }
  });
  test("a delay of observations counts for all fields, and rows line up by the newest sample", () => {
    expect(fields.delay).toBe(2);
    const [tr] = data.trajectories;
    const y = fields.observations(tr);
    const { t, x } = fields.prepare(tr, "linear");
    expect([t.length, x.rows, y?.rows, y?.cols]).toEqual([18, 18, 18, 6]);
    expectClose(fields.y?.invert(y as Matrix).data ?? [], tr.y?.data ?? [], { rtol: f64.rtol, atol: 1e-9 });
  });
  test("without stages they stay as they are, and the checkpoint says nothing of them", () => {
    const none = fitFields([], [], data);
    const [tr] = data.trajectories;
    expect([none.y, none.p, none.prepare(tr, "linear").p, none.observations(tr)]).toEqual([null, null, tr.p, tr.y]);
    expect(Object.keys(none.states)).toEqual(["x", "u"]);
  });
  test("states bring all chains back", () => {
    const again = restoreFields(JSON.parse(JSON.stringify(fields.states)));
    for (const tr of data.trajectories) {
      expect(again.prepare(tr, "linear").p).toEqual(fields.prepare(tr, "linear").p);
      expect(again.observations(tr)).toEqual(fields.observations(tr));
    }
  });
  test("parameters have no time, and their number is that of the training", () => {
    const make = (p: FurtherStages["p"]) => () => fitFields([], [], data, { p });
    expect(make([delay(1)])).toThrow("parameters have no time along which delay could go");
    expect(() => fields.prepare(plain.trajectories[0], "linear")).toThrow("trained with 2 parameters, the data have 0");
  });
});

test("a forecast sees no later state than its window, whatever the transform", () => {
  const savgol = {
    method: "savgol",
    axis: 0,
    window_length: 5,
    polyorder: 2,
    deriv: 0,
    delta: 1,
    mode: "interp",
    cval: 0,
  } as const;
  const fields = fitFields([{ type: "denoise", ...savgol }, delay(1)], [], data);
  const [tr] = data.trajectories;
  const changed = { ...tr, x: tr.x.clone() };
  changed.x.data.fill(99, 4);
  const start = fields.prepareStart(tr, "linear");
  expect(fields.prepareStart(changed, "linear").x).toEqual(start.x);
  expect(start.x.row(0)).toEqual(start.x.row(18));
  // two measured samples are too few to smooth: they are taken as they are
  expect(start.x.row(0)).toEqual(tr.x.data.slice(0, 4));
});

test("what fitting noticed is told with its field", () => {
  const still = plain.trajectories.map((tr) => ({ ...tr, u: new Matrix(20, 1, new Float64Array(20).fill(4)) }));
  const { notes } = fitFields([std], [std], { ...plain, trajectories: still });
  expect(notes).toEqual(["transform_u: column 1 of 1 never changes (it is 4 in all 60 samples): it keeps its scale"]);
});

describe("from arrays to what a model sees, and back", () => {
  const stages: TransformStage[] = [std, delay(2)];
  /** Population mean and deviation of each column over all rows of all matrices. */
  function moments(parts: readonly Matrix[]): { mean: number; deviation: number }[] {
    const rows = parts.flatMap((part) => part.toRows());
    return rows[0].map((_, j) => {
      const mean = rows.reduce((sum, row) => sum + row[j], 0) / rows.length;
      return { mean, deviation: Math.sqrt(rows.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0) / rows.length) };
    });
  }
  /** The rows of a scaled matrix, each after the two before it. */
  function scaledWindows(x: Matrix, by: ReturnType<typeof moments>): number[] {
    const rows = x.toRows().map((row) => row.map((v, j) => (v - by[j].mean) / by[j].deviation));
    return rows.slice(2).flatMap((_, k) => [...rows[k], ...rows[k + 1], ...rows[k + 2]]);
  }

  test("control and observations given once serve all trajectories; a second set is seen through the numbers of the first", () => {
    const shape = (S: number, seed: number) => ({ shape: [S, 9, 2], data: keyed(seed).normal(S * 18, 3, 2) });
    const u = Array.from({ length: 9 }, (_, k) => [Math.sin(k)]);
    const made = (S: number, seed: number): Dataset =>
      datasetFromArrays({ x: shape(S, seed), u: [u], y: [[[5, 7, 9]]], dt: 0.1 });
    const [train, other] = [made(3, 1), made(2, 2)];
    const fields = fitFields(stages, [], train);
    const by = moments(train.trajectories.map(({ x }) => x));
    const again = restoreFields(JSON.parse(JSON.stringify(fields.states)));
    for (const tr of [...train.trajectories, ...other.trajectories]) {
      const seen = fields.prepare(tr, "linear");
      expectClose(seen.x.data, scaledWindows(tr.x, by), f64);
      expect(seen.u?.data).toEqual(Float64Array.from(u.slice(2).flat()));
      expect(seen.t).toEqual(tr.t.slice(2));
      expect(fields.observations(tr)?.toRows()).toEqual(new Array(7).fill([5, 7, 9]));
      expectClose(fields.restore(seen.x, tr.x.slice(0, 3)).data, tr.x.data, f64);
      const { t, x, u: control } = again.prepare(tr, "linear");
      expect({ t, x, control }).toEqual({ t: seen.t, x: seen.x, control: seen.u });
    }
  });

  test("of a split only the training side is seen by the fit: mean 0 and deviation 1 there, nothing without stages", () => {
    const x = { shape: [6, 9, 2], data: keyed(4).normal(108, 3, 2) };
    const { train, valid } = split(datasetFromArrays({ x, dt: 0.1 }), { train_frac: 0.5, seed: 1 });
    const fields = fitFields([std], [], train);
    const seen = (part: Dataset): Matrix[] => part.trajectories.map((tr) => fields.prepare(tr, "linear").x);
    for (const { mean, deviation } of moments(seen(train))) expectClose([mean, deviation], [0, 1], f64);
    for (const { mean } of moments(seen(valid))) expect(Math.abs(mean)).toBeGreaterThan(1e-3);
    const none = fitFields([], [], train);
    for (const tr of valid.trajectories) expect(none.prepare(tr, "linear").x).toEqual(tr.x);
  });

  test("on a graph of three nodes one scaler serves all, windows stand node by node, and weights keep to their samples", () => {
    const [T, nodes] = [4, 3];
    const x = new Matrix(T, 2 * nodes, keyed(5).normal(T * 2 * nodes, 1, 3));
    const ew = Array.from({ length: T }, (_, k) => [1 + k, 3 + k, 5]);
    const ei = [[0, 1], [1, 2], [2, 0]]; // biome-ignore format: pairs
    const data = datasetFromArrays({ x: [x], ei: ew.map(() => ei), ew, n_nodes: nodes, dt: 0.1 });
    const fields = fitFields(stages, [], data, { ew: [{ type: "scaler", mode: "01" }] }, nodes);
    const [tr] = data.trajectories;
    const seen = fields.prepare(tr, "linear");
    expect([seen.x.rows, seen.x.cols, seen.t.length]).toEqual([T - 2, nodes * 6, T - 2]);
    const parts = splitNodes(x, nodes);
    const by = moments(parts);
    splitNodes(seen.x, nodes).forEach((part, i) => {
      expectClose(part.data, scaledWindows(parts[i], by), f64);
    });
    // weights run from 1 to 6; the first two samples are gone
    expect(seen.graph?.edges.map(({ weight }) => Array.from(weight ?? []))).toEqual(
      ew.slice(2).map((row) => row.map((w) => (w - 1) / 5)),
    );
    expectClose(fields.restore(seen.x, tr.x.slice(0, 3)).data, x.data, f64);
    const again = restoreFields(JSON.parse(JSON.stringify(fields.states)), nodes);
    expect(again.prepare(tr, "linear")).toEqual(seen);
    const once = fitFields([delay(1)], [], data, {}, nodes).prepare(tr, "linear");
    expect([once.x.rows, once.x.cols, once.graph?.edges.length]).toEqual([3, 2 * x.cols, 3]);
  });
});
