import { describe, expect, test } from "vitest";
import type { OptimizerPhase, TrainingConfig } from "../../../../sdk/dynamics/training/config.js";
import type { TrainingEvent } from "../../../../sdk/dynamics/training/events.js";
import { type TrainOptions, train } from "../../../../sdk/dynamics/training/train.js";
import { sha256Hex } from "../../../../sdk/formats/sha256.js";
import { configOf, oscillator } from "../_systems.js";

const data = oscillator({ trajectories: 3, samples: 17, dt: 0.1, control: true });
const given = (config: TrainingConfig): TrainOptions => ({ config, train: data, valid: data, backend: "reference" });

const weak: Partial<OptimizerPhase> = { trainer: "Weak", ode_method: "rk4", n_epochs: 3, save_interval: 1 };
const node: Partial<OptimizerPhase> = {
  trainer: "NODE",
  ode_method: "rk4",
  n_epochs: 3,
  save_interval: 1,
  sweep_lengths: [4, 6],
  sweep_epoch_step: 2,
};
const linear: Partial<OptimizerPhase> = { trainer: "Linear", method: "full", n_epochs: 1, reset_optimizer: true };

const schedules: Record<string, { phases: Partial<OptimizerPhase>[]; rest?: Partial<TrainingConfig> }> = {
  "several phases, shuffled batches": {
    phases: [weak, linear, node, { ...node, name: "more" }],
    rest: { dataloader: { batch_size: 2, shuffle: true } },
  },
  "tolerances that move the horizon and end the phase": {
    phases: [{ ...node, n_epochs: 6, sweep_tols: [1e3, 1e3], sweep_mode: "full", sweep_epoch_step: 3 }, weak],
  },
  "the best by validation loss, measured every other epoch": {
    phases: [
      { ...weak, valid_interval: 2 },
      { ...node, chop_mode: "unfold" },
    ],
    rest: { selection: { metric: "valid_total" } },
  },
  "patience that ends a phase": { phases: [{ ...weak, n_epochs: 9, patience: 2, learning_rate: 0.3 }, node] },
  "warm-up and half a cosine, sgd with momentum": {
    phases: [
      { ...weak, optimizer: "sgd", momentum: 0.9, schedule: "cosine", warmup_epochs: 2, n_epochs: 5, learning_rate: 1e-3 },
    ],
  },
  "lbfgs on batches and horizons, then on everything": {
    phases: [
      { ...node, optimizer: "lbfgs", n_epochs: 6, sweep_lengths: [4, 6], sweep_epoch_step: 3, steps_per_batch: 2 },
      { ...weak, optimizer: "lbfgs", n_epochs: 4, weight_decay: 1e-3 },
    ],
    rest: { dataloader: { batch_size: 2, shuffle: true } },
  },
  "adamw, then rmsprop": {
    phases: [
      { ...weak, optimizer: "adamw", weight_decay: 0.1 },
      { ...node, optimizer: "rmsprop", weight_decay: 0.1, momentum: 0.5 },
    ],
  },
};

describe("a training that goes on from a snapshot ends as if it had never stopped", () => {
  for (const [name, { phases, rest }] of Object.entries(schedules)) {
    test(name, () => {
      const config = configOf({}, phases, rest);
      const snapshots: Uint8Array[] = [];
      const whole = train({ ...given(config), onSnapshot: (bytes) => snapshots.push(bytes()) });
      expect(whole.status).toBe("SUCCEEDED");
      expect(snapshots.length).toBeGreaterThan(phases.length);
      for (const snapshot of snapshots) {
        const again = train({ ...given(config), resume: snapshot });
        expect(sha256Hex(again.checkpoint)).toBe(sha256Hex(whole.checkpoint));
        expect(again.history).toEqual(whole.history);
        expect(again.evaluations).toEqual(whole.evaluations);
        expect(again.metrics).toEqual(whole.metrics);
        expect(again.records).toEqual(whole.records);
      }
    });
  }
  for (const name of Object.keys(schedules).slice(0, 2)) {
    test(`cancelled in any epoch: ${name}`, () => {
      const config = configOf({}, schedules[name].phases, schedules[name].rest);
      const whole = train(given(config));
      for (let stop = 1; stop < whole.metrics.epochs; stop++) {
        let epochs = 0;
        const stopped = train({ ...given(config), cancelled: () => ++epochs >= stop });
        expect(stopped.status).toBe("CANCELLED");
        const again = train({ ...given(config), resume: stopped.snapshot as Uint8Array });
        expect(sha256Hex(again.checkpoint)).toBe(sha256Hex(whole.checkpoint));
      }
    });
  }
});

test("a snapshot is the same bytes whenever it is taken at the same place", () => {
  const config = configOf({}, [weak, node]);
  const taken = (resume?: Uint8Array): string[] => {
    const hashes: string[] = [];
    train({ ...given(config), resume, onSnapshot: (bytes) => hashes.push(sha256Hex(bytes())) });
    return hashes;
  };
  const first: Uint8Array[] = [];
  train({ ...given(config), onSnapshot: (bytes) => first.push(bytes()) });
  expect(taken()).toEqual(first.map((bytes) => sha256Hex(bytes)));
  expect(taken(first[1])).toEqual(first.slice(2).map((bytes) => sha256Hex(bytes)));
});

test("an event tells where a training goes on", () => {
  const config = configOf({}, [weak, node]);
  const snapshots: Uint8Array[] = [];
  train({ ...given(config), onSnapshot: (bytes) => snapshots.push(bytes()) });
  const events: TrainingEvent[] = [];
  train({ ...given(config), resume: snapshots[5], onEvent: (event) => events.push(event) });
  expect(events[0]).toEqual({ kind: "resumed", phase: 1, epoch: 2, total_epoch: 5 });
  expect(events.flatMap((e) => (e.kind === "epoch" ? [e.total_epoch] : []))).toEqual([6]);
});

describe("what cannot be resumed is refused", () => {
  const config = configOf({}, [weak]);
  const snapshots: Uint8Array[] = [];
  const { checkpoint } = train({ ...given(config), onSnapshot: (bytes) => snapshots.push(bytes()) });
  test("a checkpoint in place of a snapshot", () => {
    expect(() => train({ ...given(config), resume: checkpoint })).toThrow(expect.objectContaining({ code: "E_FORMAT" }));
  });
  test("a snapshot of another configuration", () => {
    const other = configOf({}, [{ ...weak, learning_rate: 1e-4 }]);
    expect(() => train({ ...given(other), resume: snapshots[0] })).toThrow(expect.objectContaining({ code: "E_CONFLICT" }));
  });
});
