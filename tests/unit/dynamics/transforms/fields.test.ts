import { describe, expect, test } from "vitest";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import { type FurtherStages, fitFields, restoreFields } from "../../../../sdk/dynamics/transforms/fields.js";
import type { TransformStage } from "../../../../sdk/dynamics/transforms/spec.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
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
