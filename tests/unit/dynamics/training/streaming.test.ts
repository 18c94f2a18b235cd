import { expect, test } from "vitest";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import type { LinearSolvePhase, TrainingConfig } from "../../../../sdk/dynamics/training/config.js";
import { readEarlier } from "../../../../sdk/dynamics/training/earlier.js";
import { type TrainOptions, train } from "../../../../sdk/dynamics/training/train.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, squared } from "../../../tolerance.js";
import { configOf, oscillator } from "../_systems.js";

const noisy = (control: boolean, seed: number, deviation = 0.05): Dataset => {
  const data = oscillator({ trajectories: 5, samples: 23, dt: 0.1, control });
  const trajectories = data.trajectories.map((trajectory, i) => {
    const x = trajectory.x.clone();
    keyed(seed)
      .fold(i)
      .normal(x.data.length, 0, deviation)
      .forEach((noise, k) => {
        x.data[k] += noise;
      });
    return { ...trajectory, x };
  });
  return { ...data, trajectories };
};

const solving = (more: Partial<LinearSolvePhase>): TrainingConfig =>
  configOf({ family: "dmd", time_domain: "discrete", predictor_type: "np", encoder_layers: 0, decoder_layers: 0 }, [
    {
      type: "linear_solve",
      name: "solve",
      method: "full",
      params: null,
      reset_optimizer: true,
      ...more,
      kwargs: { order: 2, ridge: 0, coupling: "full", remove_one: true, deficient: "shortest", streaming: true, ...more.kwargs },
    },
  ]);

const trained = (config: TrainingConfig, data: Dataset, more: Partial<TrainOptions> = {}) =>
  train({ config, train: data, valid: data, backend: "reference", ...more });

const part = (data: Dataset, first: number, end: number): Dataset => ({
  ...data,
  trajectories: data.trajectories.slice(first, end),
});

/** The same data as one piece after the other, each training given the checkpoint of the one before alone. */
function inPieces(config: TrainingConfig, data: Dataset, cuts: readonly number[]) {
  let last = trained(config, part(data, 0, cuts[0]));
  for (const [i, first] of cuts.entries()) {
    last = trained(config, part(data, first, cuts[i + 1] ?? data.trajectories.length), {
      earlier: readEarlier(last.checkpoint, "earlier"),
    });
  }
  return last;
}

const mapOf = (checkpoint: Uint8Array): Matrix => {
  const { model, weights } = loadModel(checkpoint, { backend: "reference" });
  return model.linear?.matrix(weights) as Matrix;
};

const methods: readonly (readonly [string, Partial<LinearSolvePhase>, boolean])[] = [
  ["full", {}, false],
  ["full with control", {}, true],
  ["a ridge", { kwargs: { ridge: 1e-2 } as LinearSolvePhase["kwargs"] }, false],
  ["truncated", { method: "truncated", params: 1 }, false],
  ["a part of the energy, with control", { method: "truncated", params: 0.99 }, true],
  ["total least squares", { method: "total_least_squares" }, false],
  ["forward-backward", { method: "forward_backward" }, false],
  ["residual filter", { method: "sako", params: 2 }, false],
];

test.each(methods)("%s: pieces give the map of all samples at once, and its loss", (_, phase, control) => {
  const data = noisy(control, 3);
  const config = solving(phase);
  const { kwargs, ...rest } = config.phases[0] as LinearSolvePhase;
  const whole = trained({ ...config, phases: [{ ...rest, kwargs: { ...kwargs, streaming: undefined } }] }, data);
  for (const cuts of [[2], [1, 2, 4]]) {
    const pieces = inPieces(config, data, cuts);
    expectClose(mapOf(pieces.checkpoint).data, mapOf(whole.checkpoint).data, squared);
    const [found, wanted] = [pieces, whole].map(({ records }) => records[0].metrics);
    expectClose([found.linear_solve_loss as number], [wanted.linear_solve_loss as number], squared);
    expect(found).toMatchObject({ rank: wanted.rank, columns: wanted.columns, rows: 5 * 22 });
    expect(found.earlier_pairs).toBe(22 * (cuts.at(-1) as number));
    expect(whole.records[0].metrics).not.toHaveProperty("earlier_pairs");
  }
});

/** A third column that is the first but for some rounding: below the share of the largest singular value that 110 rows have, above that of 6. */
const redundant = (): Dataset => {
  const data = noisy(false, 2);
  const trajectories = data.trajectories.map((one, i) => {
    const rounding = keyed(9).fold(i).normal(one.x.rows, 0, 6e-15);
    const x = new Matrix(one.x.rows, 3);
    for (let k = 0; k < x.rows; k++) x.row(k).set([...one.x.row(k), one.x.get(k, 0) + rounding[k]]);
    return { ...one, x };
  });
  return { trajectories, names: { x: ["x1", "x2", "x3"], u: [] } };
};

const delays: TrainingConfig["transform_x"] = [{ type: "delay", delay: 4 }];

test.each<[string, Partial<LinearSolvePhase>, TrainingConfig["transform_x"] | null]>([
  ["full", {}, null],
  ["truncated", { method: "truncated", params: "full" }, null],
  ["total least squares", { method: "total_least_squares" }, null],
  ["residual filter", { method: "sako" }, null],
  ["the optimal truncation", { method: "truncated", params: -0.5 }, delays],
  ["total least squares, truncated", { method: "total_least_squares", params: -0.5 }, delays],
])("%s: what is rounding or noise is judged by all pairs, not by the rows of their triangle", (_, phase, transform_x) => {
  const data = transform_x === null ? redundant() : noisy(false, 2, 0.5);
  const config = { ...solving(phase), ...(transform_x === null ? {} : { transform_x }) };
  const { kwargs, ...rest } = config.phases[0] as LinearSolvePhase;
  const whole = trained({ ...config, phases: [{ ...rest, kwargs: { ...kwargs, streaming: undefined } }] }, data);
  const pieces = inPieces(config, data, [2, 3]);
  const [found, wanted] = [pieces, whole].map(({ records }) => records[0].metrics);
  expect([found.rank, found.columns]).toEqual([wanted.rank, wanted.columns]);
  expect(wanted.rank).toBeLessThan(wanted.columns as number);
  expectClose(mapOf(pieces.checkpoint).data, mapOf(whole.checkpoint).data, squared);
});

test("transforms stay as the first piece has fitted them", () => {
  const data = noisy(false, 8);
  const scaled: TrainingConfig = { ...solving({}), transform_x: [{ type: "scaler", mode: "std" }] };
  const first = trained(scaled, part(data, 0, 2));
  const next = trained(scaled, part(data, 2, 5), { earlier: readEarlier(first.checkpoint, "earlier") });
  const of = (checkpoint: Uint8Array) => loadModel(checkpoint, { backend: "reference" }).record.transforms;
  expect(of(next.checkpoint)).toEqual(of(first.checkpoint));
  expect(of(next.checkpoint)).not.toEqual(of(trained(scaled, part(data, 2, 5)).checkpoint));
});

test("columns have the names of the first piece that named them", () => {
  const data = noisy(false, 4);
  const named: Dataset = { ...data, names: { x: ["place", "speed"], u: [] } };
  const config = solving({});
  const namesOf = (...pieces: Dataset[]) => {
    let last: Uint8Array | null = null;
    for (const piece of pieces) {
      last = trained(config, piece, last === null ? {} : { earlier: readEarlier(last, "earlier") }).checkpoint;
    }
    return loadModel(last as Uint8Array, { backend: "reference" }).record.names.x;
  };
  expect(namesOf(data, named)).toEqual(["place", "speed"]);
  expect(namesOf(named, data)).toEqual(["place", "speed"]);
  expect(namesOf(data, data)).toEqual(["x1", "x2"]);
});

test("what fitting the transforms has noticed is said of each piece", () => {
  const data = noisy(false, 6);
  const still = part(data, 0, 1).trajectories.map((one) => {
    const x = one.x.clone();
    for (let k = 0; k < x.rows; k++) x.set(k, 1, 2);
    return { ...one, x };
  });
  const config: TrainingConfig = { ...solving({}), transform_x: [{ type: "scaler", mode: "std" }] };
  const said = [expect.stringContaining("column 2 of 2 never changes")];
  const warned = inPieces(config, { ...data, trajectories: [...still, ...data.trajectories] }, [1, 2]).summary.warnings;
  expect(warned).toEqual(said);
});

test("the sums outlast an interruption, and are the same bits", () => {
  const data = noisy(false, 5);
  const config = solving({});
  const more: TrainingConfig = {
    ...config,
    phases: [...config.phases, { type: "analysis", name: "look", split: "valid", evaluate_all: true }],
  };
  const snapshots: Uint8Array[] = [];
  const whole = trained(more, data, { onSnapshot: (bytes) => snapshots.push(bytes()) });
  expect(snapshots.length).toBeGreaterThan(0);
  for (const resume of snapshots) {
    expect(Buffer.compare(trained(more, data, { resume }).checkpoint, whole.checkpoint)).toBe(0);
  }
  expect(readEarlier(whole.checkpoint, "earlier").sums.pairs).toBe(5 * 22);
});

test("a checkpoint without sums, and bytes that are none, are refused", () => {
  const config = solving({ kwargs: { streaming: false } as LinearSolvePhase["kwargs"] });
  const { checkpoint } = trained(config, noisy(false, 1));
  expect(() => readEarlier(checkpoint, "first")).toThrow(
    expect.objectContaining({
      code: "E_UNSUPPORTED",
      message: expect.stringContaining("first has kept no sums"),
      hint: expect.stringContaining("dmd-streaming"),
    }),
  );
  expect(() => readEarlier(new Uint8Array(9), "first")).toThrow(expect.objectContaining({ code: "E_FORMAT" }));
});
