import { describe, expect, test } from "vitest";
import { smoothTrajectories } from "../../../../sdk/dynamics/data/smoothing.js";
import { evaluateModel } from "../../../../sdk/dynamics/evaluation/evaluate.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import type { LossSpec } from "../../../../sdk/dynamics/losses/spec.js";
import type { DataPhase, Phase, TrainingConfig } from "../../../../sdk/dynamics/training/config.js";
import type { TrainingExport } from "../../../../sdk/dynamics/training/export-phase.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { sha256Hex } from "../../../../sdk/formats/sha256.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { basePhase, configOf, oscillator } from "../_systems.js";

const backend = "reference" as const;
const data = oscillator({ trajectories: 3, samples: 21, dt: 0.1, control: true });
const given = { train: data, valid: data, backend } as const;
const weak = { ...basePhase, ode_method: "rk4", n_epochs: 3, save_interval: 1, name: "weak" } as const;
const savgol = {
  method: "savgol",
  axis: 0,
  window_length: 7,
  polyorder: 2,
  deriv: 0,
  delta: 1,
  mode: "interp",
  cval: 0,
} as const;
const smooth: DataPhase = { type: "data", name: "smooth", operation: "smooth", splits: ["train"], smoothing: savgol };
const withPhases = (phases: readonly Phase[]): TrainingConfig => ({ ...configOf({}, []), phases });

describe("a data phase that smooths", () => {
  const smoothed = { ...data, trajectories: smoothTrajectories(data.trajectories, savgol).trajectories };

  test("trains as on data that were smoothed before, and leaves the other split alone", () => {
    const here = train({ ...given, config: withPhases([smooth, weak]) });
    const before = train({ ...given, train: smoothed, config: withPhases([weak]) });
    expect(here.history[0].columns.train_total).toEqual(before.history[0].columns.train_total);
    expect(here.history[0].columns.valid_total).toEqual(before.history[0].columns.valid_total);
    // rollouts that choose the best weights start from the data as they are
    expect(here.evaluations).toEqual(before.evaluations);
  });

  test("says what it changed", () => {
    const { records } = train({ ...given, config: withPhases([smooth, weak]) });
    expect(records.map(({ name, kind, started_epoch, completed_epoch }) => [name, kind, started_epoch, completed_epoch])).toEqual(
      [
        ["smooth", "data", 0, 0],
        ["weak", "Weak", 0, 3],
      ],
    );
    const { metrics } = smoothTrajectories(data.trajectories, savgol);
    expect(records[0].metrics).toMatchObject({ train_size: 3, valid_size: 3, train_delta_rmse: metrics.delta_rmse });
    expect(Object.keys(records[0].metrics).some((key) => key.startsWith("valid_delta"))).toBe(false);
  });

  test("counts for the phases after it, once more for each that follows, in a resumed training too", () => {
    const config = withPhases([
      weak,
      smooth,
      { ...weak, name: "b" },
      { ...smooth, splits: ["train", "valid"] },
      { ...weak, name: "c" },
    ]);
    const snapshots: Uint8Array[] = [];
    const whole = train({ ...given, config, onSnapshot: (bytes) => snapshots.push(bytes()) });
    for (const snapshot of snapshots) {
      const again = train({ ...given, config, resume: snapshot });
      expect(sha256Hex(again.checkpoint)).toBe(sha256Hex(whole.checkpoint));
      expect(again.records).toEqual(whole.records);
    }
  });
});

test("an analysis measures the weights as they are, on all trajectories or the first", () => {
  const one = { type: "analysis", name: "one", split: "valid", evaluate_all: false } as const;
  const all = { ...one, name: "all", evaluate_all: true } as const;
  const { records, checkpoint } = train({ ...given, config: withPhases([weak, one, all]) });
  const last = loadModel(checkpoint, { backend, which: "last" });
  const ode = { method: "rk4", args: basePhase.ode_args } as const;
  const { rmse_mean } = evaluateModel(last, data, { ode });
  expectClose([records[2].metrics.rollout_rmse as number], [rmse_mean], f64);
  expect(records.map((r) => r.metrics.trajectories)).toEqual([undefined, 1, 3]);
  expect(records[1].metrics.rollout_rmse).not.toBe(records[2].metrics.rollout_rmse);
});

test("exports hand out the model, the state and the summary as they are at their place", () => {
  const made: TrainingExport[] = [];
  const exports = (["best_model", "run_checkpoint", "summary"] as const).map(
    (export_kind): Phase => ({ type: "export", name: export_kind, export_kind }),
  );
  const config = withPhases([weak, ...exports, { ...weak, name: "more" }]);
  const whole = train({ ...given, config, onExport: (one) => made.push(one) });
  expect(made.map(({ phase, kind }) => [phase, kind])).toEqual([
    [1, "best_model"],
    [2, "run_checkpoint"],
    [3, "summary"],
  ]);
  const alone = train({ ...given, config: withPhases([weak]) });
  expect(loadModel(made[0].bytes, { backend }).weights).toEqual(loadModel(alone.checkpoint, { backend }).weights);
  const again = train({ ...given, config, resume: made[1].bytes });
  expect(sha256Hex(again.checkpoint)).toBe(sha256Hex(whole.checkpoint));
  const summary = JSON.parse(new TextDecoder().decode(made[2].bytes)) as typeof whole.summary;
  expect(summary.phases).toEqual(alone.history);
  expect(summary.records).toHaveLength(3);
  expect(summary.criteria).toEqual([
    { phase: "weak", losses: { dynamics: 1, recon: 1 } },
    { phase: "more", losses: { dynamics: 1, recon: 1 } },
  ]);
});

describe("criteria that compare rollouts", () => {
  const mse = { type: "mse", weight: 1, params: {} } as const;
  for (const trainer of ["Weak", "OneStep"] as const) {
    for (const ode_method of ["rk4", "dopri5"] as const) {
      test(`${trainer} weighs them with its own loss, by ${ode_method}`, () => {
        const base = { ...weak, trainer, ode_method, n_epochs: 1 };
        const plain = train({ ...given, config: withPhases([base]) }).history[0].columns;
        const far = { ...mse, weight: 0.5 };
        const both = train({ ...given, config: withPhases([{ ...base, criterion: { ...base.criterion, far } }]) });
        const node = { ...base, trainer: "NODE", criterion: { dynamics: mse } } as const;
        const rollout = train({ ...given, config: withPhases([node]) }).history[0].columns;
        const { columns } = both.history[0];
        expectClose(columns.train_far, rollout.train_dynamics, f64);
        expectClose(columns.train_total, [plain.train_total[0] + 0.5 * rollout.train_total[0]], f64);
      });
    }
  }

  test("their gradient moves the weights: with them the rollout error falls faster", () => {
    const base = { ...weak, trainer: "OneStep", n_epochs: 20, save_interval: 20 } as const;
    const [without, rolled] = ([{}, { far: { ...mse, weight: 10 } }] as Record<string, LossSpec>[]).map((more) => {
      const phase = { ...base, criterion: { ...base.criterion, ...more } };
      return train({ ...given, config: withPhases([phase]) }).evaluations.at(-1)?.[1] as number;
    });
    expect(rolled).toBeLessThan(without);
  });
});
