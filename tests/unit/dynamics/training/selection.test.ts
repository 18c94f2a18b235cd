import { describe, expect, test } from "vitest";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import { evaluateModel } from "../../../../sdk/dynamics/evaluation/evaluate.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import type { LinearSolvePhase } from "../../../../sdk/dynamics/training/config.js";
import type { TrainingEvent } from "../../../../sdk/dynamics/training/events.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { readCheckpoint } from "../../../../sdk/formats/checkpoint.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { configOf, oscillator } from "../_systems.js";

const backend = "reference" as const;
const data = oscillator({ trajectories: 4, samples: 31, dt: 0.1, control: true });
const weak = { trainer: "Weak", n_epochs: 4, save_interval: 2 } as const;
const evaluationsIn = (events: readonly TrainingEvent[]) => events.flatMap((e) => (e.kind === "evaluation" ? [e] : []));

/** The optimiser's part of a checkpoint. */
function stateOf(checkpoint: Uint8Array): { steps: number } {
  return (readCheckpoint(checkpoint).json as { training: { moments: { steps: number } } }).training.moments;
}

/** The same times and controls with a state so large that a validation loss overflows. */
function broken(of: Dataset): Dataset {
  return {
    ...of,
    trajectories: of.trajectories.map((tr) => ({
      ...tr,
      x: new Matrix(
        tr.x.rows,
        2,
        tr.x.data.map(() => 1e200),
      ),
    })),
  };
}

describe("the best model", () => {
  test("each epoch is measured once, also at the end of a phase, and the event says whose weights are kept", () => {
    for (const metric of ["rollout_rmse", "valid_total", "last"] as const) {
      const events: TrainingEvent[] = [];
      const config = configOf({}, [weak, weak], { selection: { metric } });
      const result = train({ config, train: data, valid: data, backend, onEvent: (e) => events.push(e) });
      const told = evaluationsIn(events);
      expect(told.map((e) => e.epoch)).toEqual([2, 4, 6, 8]);
      expect(result.evaluations).toEqual(told.map((e) => [e.epoch, e.valid_rmse]));
      expect(told.findLast((e) => e.best)?.epoch).toBe(result.metrics.best_epoch);
    }
  });

  test("its rollout is measured whatever chose it, as an evaluation of the checkpoint measures it", () => {
    for (const metric of ["rollout_rmse", "valid_total", "last"] as const) {
      const config = configOf({}, [{ ...weak, n_epochs: 3, save_interval: 10 }], { selection: { metric } });
      const { checkpoint, metrics } = train({ config, train: data, valid: data, backend });
      expect(metrics.best_valid_rmse).toBe(evaluateModel(loadModel(checkpoint, { backend }), data).rmse_mean);
    }
    // a loss that rises from the first epoch on leaves the best weights between two measurements
    const config = configOf({}, [{ ...weak, n_epochs: 3, save_interval: 10, learning_rate: 5 }], {
      selection: { metric: "valid_total" },
    });
    const { checkpoint, metrics, evaluations } = train({ config, train: data, valid: data, backend });
    expect(evaluations.map(([epoch]) => epoch)).not.toContain(metrics.best_epoch);
    expect(metrics.best_valid_rmse ?? Infinity).toBe(evaluateModel(loadModel(checkpoint, { backend }), data).rmse_mean);
  });

  test("a validation loss that is no number does not spoil the best one", () => {
    const config = configOf({}, [weak]);
    const result = train({ config, train: data, valid: broken(data), backend });
    expect(result.status).toBe("SUCCEEDED");
    expect(result.metrics.best_valid_total).toBeNull();
    expect(result.history[0].columns.valid_total.every((v) => !Number.isFinite(v))).toBe(true);
  });

  test("while no validation rollout is finite the last weights are kept, not the first", () => {
    const result = train({ config: configOf({}, [weak]), train: data, valid: broken(data), backend });
    expect(result.metrics.best_valid_rmse).toBeNull();
    expect(result.metrics.best_epoch).toBe(4);
    const [best, last] = (["best", "last"] as const).map((which) => loadModel(result.checkpoint, { backend, which }).weights);
    expect(best).toEqual(last);
  });
});

describe("horizons", () => {
  const unfold = { trainer: "NODE", chop_mode: "unfold", ode_method: "rk4", sweep_epoch_step: 1, n_epochs: 2 } as const;
  test("one that no trajectory can fill is refused before the first epoch, wherever it stands in the sweep", () => {
    const events: TrainingEvent[] = [];
    const config = configOf({}, [{ ...unfold, sweep_lengths: [5, 32] }]);
    expect(() => train({ config, train: data, valid: data, backend, onEvent: (e) => events.push(e) })).toThrow(
      expect.objectContaining({ code: "E_DATA", path: ["phases", 0, "sweep_lengths"] }),
    );
    expect(events.filter((e) => e.kind === "epoch")).toEqual([]);
  });
  test("validation trajectories that are all shorter stay whole, with a warning", () => {
    const events: TrainingEvent[] = [];
    const valid = oscillator({ trajectories: 2, samples: 6, dt: 0.1, control: true });
    const config = configOf({}, [{ ...unfold, sweep_lengths: [8] }]);
    const result = train({ config, train: data, valid, backend, onEvent: (e) => events.push(e) });
    expect(events.filter((e) => e.kind === "warning")).toHaveLength(1);
    expect(Number.isFinite(result.metrics.best_valid_total)).toBe(true);
  });
  test("ragged trajectories train together, the short ones at their own length", () => {
    const short = oscillator({ trajectories: 2, samples: 5, dt: 0.1, control: true });
    const mixed = { ...data, trajectories: [...data.trajectories, ...short.trajectories] };
    for (const chop_mode of ["initial", "unfold"] as const) {
      const config = configOf({}, [{ ...unfold, chop_mode, sweep_lengths: [8] }], {
        dataloader: { batch_size: 1, shuffle: true },
      });
      expect(train({ config, train: mixed, valid: mixed, backend }).status).toBe("SUCCEEDED");
    }
  });
  test("chop_step counts samples from 2 on, and is a part of the window up to 1", () => {
    // 31 samples, windows of 10: a step of the whole window gives 3, half a window 5, 3 samples 8
    for (const [chop_step, count] of [
      [1, 3],
      [0.5, 5],
      [3, 8],
      [0.01, 22],
    ]) {
      const config = configOf({ time_domain: "discrete" }, [{ ...unfold, n_epochs: 1, chop_step, sweep_lengths: [10] }], {
        dataloader: { batch_size: 1, shuffle: false },
        selection: { metric: "last" },
      });
      const one = { ...data, trajectories: data.trajectories.slice(0, 1) };
      const { steps } = stateOf(train({ config, train: one, valid: one, backend }).checkpoint);
      expect(steps).toBe(count);
    }
  });
});

test("moments live on under the same objective, and begin anew under another", () => {
  const steps = (second: object): number => {
    const config = configOf({}, [weak, { ...weak, ...second }], { dataloader: { batch_size: 99, shuffle: false } });
    return stateOf(train({ config, train: data, valid: data, backend }).checkpoint).steps;
  };
  expect(steps({ learning_rate: 1e-4 })).toBe(8);
  for (const other of [{ trainer: "OneStep" }, { optimizer: "adamw" }, { reset_optimizer: true }]) expect(steps(other)).toBe(4);
  const weak_form_params = { N: 11, dN: 2, ordpol: 2, ordint: 2, discrete_weight_normalization: "l2" };
  expect(steps({ weak_form_params })).toBe(4);
});

test("the solver of a forecast is that of the optimisation before a least-squares phase", () => {
  const solve: LinearSolvePhase = {
    type: "linear_solve",
    name: "solve",
    method: "full",
    params: null,
    kwargs: { order: 2, ridge: 0, coupling: "full", remove_one: true, deficient: "shortest" },
    reset_optimizer: true,
  };
  const config = configOf({}, [{ ...weak, ode_method: "rk4" }]);
  const phases = [...config.phases, solve];
  const model = loadModel(train({ config: { ...config, phases }, train: data, valid: data, backend }).checkpoint, { backend });
  expect(model.record.ode.method).toBe("rk4");
});

test("ridge does not shrink the known dynamics of the constant observable", () => {
  const config = configOf(
    { time_domain: "discrete", encoder_layers: 0, decoder_layers: 0, koopman_dimension: 3, predictor_type: "np" },
    [
      {
        trainer: "Linear",
        n_epochs: 1,
        method: "full",
        kwargs: { order: 2, ridge: 0.1, coupling: "full", remove_one: true, deficient: "shortest" },
      },
    ],
    { transform_x: [{ type: "add_one" }] },
  );
  const W = loadModel(train({ config, train: data, valid: data, backend }).checkpoint, { backend }).weights["dynamics.W"];
  const column = Array.from({ length: W.length / 3 }, (_, row) => W[row * 3 + 2]);
  expect(column).toEqual(column.map((_, row) => (row === 2 ? 1 : 0)));
});
