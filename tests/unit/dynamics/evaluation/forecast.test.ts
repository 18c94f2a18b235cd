import { describe, expect, test } from "vitest";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import { evaluateModel } from "../../../../sdk/dynamics/evaluation/evaluate.js";
import { loadModel, type TrainedModel, trainedModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import type { TransformStage } from "../../../../sdk/dynamics/transforms/spec.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { configOf, oscillator } from "../_systems.js";

const backend = "reference" as const;
const data = oscillator({ trajectories: 3, samples: 30, dt: 0.1, control: true });
const delay = (d: number): TransformStage[] => (d === 0 ? [] : [{ type: "delay", delay: d }]);

function model(dx: number, du: number, time_domain: "discrete" | "continuous" = "discrete"): TrainedModel {
  const spec = { family: "lti", time_domain, encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 * (dx + 1) } as const;
  const config = configOf(spec, [{ trainer: "Linear", n_epochs: 1, method: "full" }], {
    transform_x: delay(dx),
    transform_u: delay(du),
  });
  return loadModel(train({ config, train: data, valid: data, backend }).checkpoint, { backend });
}

/** The data with every state after the first `window` samples replaced. */
function futureChanged(of: Dataset, window: number): Dataset {
  const trajectories = of.trajectories.map((tr) => {
    const x = tr.x.clone();
    for (let k = window; k < x.rows; k++) x.row(k).fill(1e3 + k);
    return { ...tr, x };
  });
  return { ...of, trajectories };
}

describe("a forecast", () => {
  for (const [name, dx, du] of [
    ["no delays", 0, 0],
    ["a delay of the state", 2, 0],
    ["a delay of the control alone", 0, 2],
    ["a larger delay of the control", 1, 3],
    ["a larger delay of the state", 3, 1],
  ] as const) {
    test(`${name}: starts from the window and sees no later state`, () => {
      const trained = model(dx, du);
      expect(trained.window).toBe(Math.max(dx, du) + 1);
      const forecasts = trained.forecast(data.trajectories);
      const blind = trained.forecast(futureChanged(data, trained.window).trajectories);
      const short = trained.forecast(data.trajectories.map((tr) => ({ ...tr, x: tr.x.slice(0, trained.window) })));
      forecasts.forEach(({ x }, i) => {
        const truth = data.trajectories[i].x;
        expect([x.rows, x.cols]).toEqual([truth.rows, truth.cols]);
        expect(x.slice(0, trained.window).data).toEqual(truth.slice(0, trained.window).data);
        expect(blind[i].x.data).toEqual(x.data);
        expect(short[i].x.data).toEqual(x.data);
      });
      // stacked states are nearly dependent and least squares on them unstable; stacked controls describe the spline between samples
      if (dx === 0 && du > 0) expect(evaluateModel(trained, data).rmse_max).toBeLessThan(0.05);
    });
  }

  test("uses the control of every later sample", () => {
    const trained = model(0, 0);
    const changed = data.trajectories.map((tr) => {
      const u = tr.u?.clone() ?? new Matrix(30, 1);
      u.set(20, 0, 50);
      return { ...tr, u };
    });
    const [before, after] = [trained.forecast(data.trajectories), trained.forecast(changed)];
    expectClose(after[0].x.slice(0, 21).data, before[0].x.slice(0, 21).data, f64);
    expect(after[0].x.row(21)).not.toEqual(before[0].x.row(21));
  });
});

describe("a forecast refuses", () => {
  const trained = model(2, 0);
  const one = data.trajectories[0];
  const cases = {
    "other state columns": [{ ...one, x: new Matrix(30, 3) }, "the model was trained on 2 state columns, the data have 3"],
    "other control columns": [{ ...one, u: new Matrix(30, 2) }, "the model was trained with 1 control columns, the data have 2"],
    "no control where there was one": [{ ...one, u: null }, "the model was trained with 1 control columns, the data have 0"],
    "too few samples to begin": [
      { ...one, x: one.x.slice(0, 2) },
      "a forecast with this model starts from 3 samples, the trajectory has 2",
    ],
  } as const;
  for (const [name, [trajectory, message]] of Object.entries(cases)) {
    test(name, () => {
      expect(() => trained.forecast([trajectory])).toThrow(expect.objectContaining({ code: "E_SHAPE", message }));
    });
  }
  test("an empty data set", () => {
    expect(() => evaluateModel(trained, { ...data, trajectories: [] })).toThrow(expect.objectContaining({ code: "E_DATA" }));
  });
});

test("a trajectory no longer than the window is its own forecast", () => {
  const trained = model(2, 0, "continuous");
  const first = data.trajectories[0];
  const window = { t: first.t.slice(0, 3), x: first.x.slice(0, 3), u: first.u?.slice(0, 3) ?? null, y: null, p: null };
  expect(trained.forecast([window])[0].x.data).toEqual(window.x.data);
});

describe("the step of a discrete model", () => {
  const resampled = (dt: number): Dataset => ({
    ...data,
    trajectories: data.trajectories.map((tr) => ({ ...tr, t: tr.t.map((_, k) => k * dt) })),
  });
  const discrete = model(0, 0);
  test("is that of the training data, and other data are refused with both steps", () => {
    expect(discrete.record.dt).toBe(0.1);
    for (const dt of [0.05, 0.2, 0.1001]) {
      for (const work of [() => discrete.forecast(resampled(dt)), () => evaluateModel(discrete, resampled(dt))]) {
        expect(work).toThrow(
          expect.objectContaining({
            code: "E_DATA",
            message: `trajectory 0 is sampled at step ${dt}, this discrete model was trained at step 0.1`,
            hint: expect.stringMatching(/resample .* 0\.1, or train a continuous model/),
          }),
        );
      }
    }
  });
  test("uneven times are refused, another beginning and a rounded clock are not", () => {
    const moved = (change: (t: number, k: number) => number): Dataset => ({
      ...data,
      trajectories: data.trajectories.map((tr) => ({ ...tr, t: tr.t.map(change) })),
    });
    const uneven = moved((t, k) => t + (k === 7 ? 0.03 : 0));
    expect(() => discrete.forecast(uneven)).toThrow(expect.objectContaining({ code: "E_DATA" }));
    for (const same of [moved((t) => t + 100), moved(Math.fround), moved((t, k) => t + (k === 29 ? 5e-5 : 0))]) {
      expect(discrete.forecast(same)[0].x.data).toEqual(discrete.forecast(data)[0].x.data);
    }
  });
  test("does not bind continuous models, nor those trained on several steps", () => {
    expect(model(0, 0, "continuous").forecast(resampled(0.05))).toHaveLength(3);
    const loose = trainedModel({ ...discrete.record, dt: null }, discrete.weights, backend);
    expect(loose.forecast(resampled(0.05))).toHaveLength(3);
  });
});

describe("what is no data is named", () => {
  const trained = model(0, 0);
  const one = data.trajectories[0];
  test("by a forecast, with what to pass", () => {
    expect(trained.forecast(data)).toEqual(trained.forecast(data.trajectories));
    for (const [given, words] of [
      ["osc.npz", /array of trajectories, got the text "osc\.npz"/],
      [one, /got a single trajectory/],
      [one.x, /got a Matrix/],
      [undefined, /got undefined/],
      [{ t: one.t, x: [[1, 2]] }, /got an object with the keys t, x/],
      [[one, { t: [0, 1], x: one.x }], /entry 1 .* is no trajectory/],
    ] as const) {
      expect(() => trained.forecast(given as never)).toThrow(
        expect.objectContaining({
          code: "E_DATA",
          message: expect.stringMatching(words),
          hint: expect.stringMatching(/Dataset/),
        }),
      );
    }
  });
  test("by a control that ends before the times", () => {
    const short = { ...one, u: one.u?.slice(0, 10) ?? null };
    expect(() => trained.forecast([short])).toThrow(
      expect.objectContaining({ code: "E_SHAPE", message: "trajectory 0 has 30 times and the control at 10 of them" }),
    );
  });
  test("by loadModel, with how to read a file", () => {
    expect(() => loadModel("runs/first/checkpoint.dymad" as never)).toThrow(
      expect.objectContaining({ code: "E_SPEC", hint: expect.stringContaining("readFileSync") }),
    );
  });
});
