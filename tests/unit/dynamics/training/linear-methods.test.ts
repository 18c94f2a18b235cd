import { describe, expect, test } from "vitest";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import { evaluateModel } from "../../../../sdk/dynamics/evaluation/evaluate.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import type { LinearArgs, LinearSolvePhase, Phase, TrainingConfig } from "../../../../sdk/dynamics/training/config.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { eigen } from "../../../../sdk/numerics/linalg/eigen.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { basePhase, configOf, oscillator } from "../_systems.js";

const backend = "reference" as const;
const args: LinearArgs = { order: 2, ridge: 0, coupling: "full", remove_one: true, deficient: "shortest" };
const solve = (more: Partial<LinearSolvePhase>): LinearSolvePhase => ({
  type: "linear_solve",
  name: "solve",
  method: "full",
  params: null,
  kwargs: args,
  reset_optimizer: true,
  ...more,
});
const identity = { family: "lti", encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 } as const;
const withPhases = (model: Parameters<typeof configOf>[0], phases: readonly Phase[]): TrainingConfig => ({
  ...configOf(model, []),
  phases,
});

/** Exact samples of z' = A z with A = [[-d, w], [-w, -d]], from several starts, every sample twice as wide: [z, 0.5 z1 - z2]. */
const [d, w, dt] = [0.2, 1.3, 0.15];
function spirals(columns: 2 | 3): Dataset {
  const trajectories = [0, 1, 2].map((i) => {
    const x = new Matrix(25, columns);
    for (let k = 0; k < 25; k++) {
      const [t, r] = [k * dt, Math.exp(-d * k * dt) * (1 + 0.3 * i)];
      const z = [r * Math.cos(i - w * t), r * Math.sin(i - w * t)];
      x.row(k).set(columns === 2 ? z : [...z, 0.5 * z[0] - z[1]]);
    }
    return { t: Float64Array.from({ length: 25 }, (_, k) => k * dt), x, u: null, y: null, p: null };
  });
  return { trajectories, names: { x: ["a", "b", "c"].slice(0, columns), u: [] } };
}

describe("in continuous time the logarithm of the map is the rate, without the error of a difference", () => {
  const generator = [-d, -w, w, -d];
  test("full_log", () => {
    const { checkpoint, records } = train({
      config: withPhases({ ...identity, predictor_type: "exp" }, [solve({ method: "full_log" })]),
      train: spirals(2),
      valid: spirals(2),
      backend,
    });
    expectClose(loadModel(checkpoint, { backend }).weights["dynamics.W"], generator, f64);
    expect(records[0].metrics).toMatchObject({ rank: 2, columns: 2 });
    expect(records[0].metrics.linear_solve_loss).toBeLessThan(1e-14);
    expect(records[0].metrics.valid_rmse).toBeLessThan(1e-10);
  });

  for (const method of ["truncated_log", "sako_log"] as const) {
    test(`${method}: in two factors, of the rank of the data`, () => {
      const { checkpoint, metrics } = train({
        config: withPhases({ ...identity, koopman_dimension: 3, predictor_type: "exp" }, [solve({ method, params: 2 })]),
        train: spirals(3),
        valid: spirals(3),
        backend,
      });
      const model = loadModel(checkpoint, { backend });
      expect(Object.keys(model.weights).sort()).toEqual(["dynamics.U", "dynamics.V"]);
      expect(model.model.linear?.rank).toBe(2);
      expect(metrics.best_valid_rmse).toBeLessThan(1e-9);
      expect(metrics.parameters).toBe(12);
    });
  }
});

describe("in discrete time", () => {
  for (const method of ["truncated", "sako"] as const) {
    test(`${method} finds the map in two factors and forecasts with it`, () => {
      const data = spirals(3);
      const config = withPhases({ ...identity, koopman_dimension: 3, time_domain: "discrete" }, [solve({ method, params: 2 })]);
      const { checkpoint } = train({ config, train: data, valid: data, backend });
      expect(evaluateModel(loadModel(checkpoint, { backend }), data).rmse_max).toBeLessThan(1e-10);
    });
  }

  test("full, then two factors, then full again, gradient steps between: every form is trained, none is left over", () => {
    const data = oscillator({ trajectories: 4, samples: 31, dt: 0.1, control: true });
    const node = { ...basePhase, trainer: "NODE", sweep_lengths: [6], n_epochs: 2, save_interval: 1 } as const;
    const config = withPhases({ time_domain: "discrete", koopman_dimension: 5, family: "kbf" }, [
      solve({}),
      { ...node, name: "a" },
      solve({ method: "truncated", params: 3 }),
      { ...node, name: "b" },
      solve({ kwargs: { ...args, deficient: "shortest" } }),
      { ...node, name: "c" },
    ]);
    const snapshots: Uint8Array[] = [];
    const whole = train({ config, train: data, valid: data, backend, onSnapshot: (bytes) => snapshots.push(bytes()) });
    expect(whole.status).toBe("SUCCEEDED");
    const last = loadModel(whole.checkpoint, { backend, which: "last" });
    expect(Object.keys(last.weights)).toContain("dynamics.W");
    for (const { columns, trainer } of whole.history) {
      if (trainer === "NODE") expect(columns.train_total[1]).toBeLessThan(columns.train_total[0]);
    }
    // best and last weights may have different forms, in checkpoints and in snapshots
    for (const snapshot of snapshots) {
      const again = train({ config, train: data, valid: data, backend, resume: snapshot });
      expect(Buffer.compare(Buffer.from(again.checkpoint), Buffer.from(whole.checkpoint))).toBe(0);
    }
  });
});

describe("where samples are noisy", () => {
  const noisy = ["total_least_squares", "forward_backward", "optimised", "bagged"] as const;
  const decomposed = (method: LinearSolvePhase["method"], data: Dataset, params: number | null = null) =>
    train({
      config: withPhases({ family: "dmd", time_domain: "discrete", predictor_type: "np" }, [solve({ method, params })]),
      train: data,
      valid: data,
      backend,
    });

  test.each(noisy)("%s: exact samples give the exact step, in the directions that they span", (method) => {
    for (const params of method === "bagged" ? [2] : [null, 2]) {
      const data = spirals(3);
      const { checkpoint, records } = decomposed(method, data, params);
      expect(evaluateModel(loadModel(checkpoint, { backend }), data).rmse_max).toBeLessThan(1e-8);
      expect(records[0].metrics).toMatchObject({ rank: 2, columns: 3 });
    }
  });

  /** A circle that neither grows nor decays, both coordinates with noise of 0.2. */
  const circle = ((): Dataset => {
    const noise = keyed(4).normal(800, 0, 0.2);
    const x = new Matrix(400, 2);
    for (let k = 0; k < 400; k++) x.row(k).set([Math.cos(0.5 * k) + noise[2 * k], Math.sin(0.5 * k) + noise[2 * k + 1]]);
    return {
      trajectories: [{ t: Float64Array.from({ length: 400 }, (_, k) => k), x, u: null, y: null, p: null }],
      names: { x: ["a", "b"], u: [] },
    };
  })();
  const growthOf = (checkpoint: Uint8Array): number => {
    const model = loadModel(checkpoint, { backend });
    const { re, im } = eigen(model.model.linear?.matrix(model.weights) as Matrix).values;
    return Math.log(Math.hypot(re[0], im[0]));
  };

  test("least squares makes a noisy circle decay, the others do not", () => {
    const plain = growthOf(decomposed("full", circle).checkpoint);
    expect(plain).toBeLessThan(-0.02);
    for (const method of noisy) expect(Math.abs(growthOf(decomposed(method, circle).checkpoint))).toBeLessThan(-plain / 5);
  });

  test("more exponentials than the samples have directions are told to be fewer", () => {
    for (const method of noisy.slice(0, 3)) {
      expect(decomposed(method, circle, 7).summary.warnings).toEqual([expect.stringMatching(/rank 2 where 7 were asked for/)]);
      expect(decomposed(method, circle, 2).summary.warnings).toEqual([]);
    }
  });

  test("bags tell how uncertain the rates are, and how many of them converged", () => {
    const { metrics } = decomposed("bagged", circle).records[0];
    expect(metrics).toMatchObject({ bags: 100, bags_converged: 100 });
    expect(metrics.frequency_error).toBeGreaterThan(0);
    // the frequency of the circle is 0.5 / 2 pi a step
    expect(metrics.frequency_error).toBeLessThan(1e-3);
  });
});

describe("data that do not determine the dynamics", () => {
  const run = (more: Partial<LinearArgs>, data: Dataset = spirals(3)) => {
    const warnings: string[] = [];
    const config = withPhases({ ...identity, koopman_dimension: 3, time_domain: "discrete" }, [
      solve({ kwargs: { ...args, ...more } }),
    ]);
    const onEvent = (e: { kind: string; message?: string }): void =>
      void (e.kind === "warning" && warnings.push(e.message ?? ""));
    return { ...train({ config, train: data, valid: data, backend, onEvent }), warnings };
  };

  test("are refused with rank and columns where that is asked for", () => {
    const { status, failure } = run({ deficient: "refuse" });
    expect(status).toBe("FAILED");
    expect(failure).toMatchObject({
      code: "E_NUMERIC",
      message: "least squares has rank 2 of 3 columns over 72 rows: the data do not determine the dynamics",
      hint: expect.stringContaining("truncated with params: 2"),
    });
  });

  test("give the smallest solution, which forecasts, and a warning that stays with the result", () => {
    const { status, metrics, records, summary, warnings } = run({});
    expect(status).toBe("SUCCEEDED");
    expect(metrics.best_valid_rmse).toBeLessThan(1e-10);
    expect(warnings).toEqual([
      expect.stringMatching(/^solve: least squares over 72 rows and 3 columns has rank 2 \(condition 1\.\d+ within it\)/),
    ]);
    expect(summary.warnings).toEqual(warnings);
    expect(records[0].metrics).toMatchObject({ rank: 2, columns: 3, rows: 72, condition: expect.any(Number) });
  });

  test("of which only the states depend on one another are told of too", () => {
    const data = spirals(3);
    const model = { autoencoder_type: "cat", encoder_layers: 1, koopman_dimension: 4, time_domain: "discrete" } as const;
    const kwargs = { ...args, ridge: 1e-3, coupling: "one-way" } as const;
    const { summary } = train({ config: withPhases(model, [solve({ kwargs })]), train: data, valid: data, backend });
    expect(summary.warnings).toEqual([expect.stringContaining("rank 2")]);
  });

  test("have a logarithm on their directions, and are told of", () => {
    const config = withPhases({ ...identity, koopman_dimension: 3, predictor_type: "exp" }, [solve({ method: "full_log" })]);
    const { checkpoint, metrics, summary } = train({ config, train: spirals(3), valid: spirals(3), backend });
    expect(metrics.best_valid_rmse).toBeLessThan(1e-10);
    expect(Object.keys(loadModel(checkpoint, { backend }).weights)).toEqual(["dynamics.W"]);
    expect(summary.warnings).toEqual([expect.stringContaining("rank 2 (condition")]);
  });

  test("give no more directions than they have, however many a truncation asks for", () => {
    const config = withPhases({ ...identity, koopman_dimension: 3, time_domain: "discrete" }, [
      solve({ method: "truncated", params: 3 }),
    ]);
    const { metrics, summary } = train({ config, train: spirals(3), valid: spirals(3), backend });
    expect(metrics.best_valid_rmse).toBeLessThan(1e-10);
    expect(summary.warnings).toEqual([expect.stringContaining("rank 2 (condition")]);
  });

  test("but for rounding are told of by their condition", () => {
    const data = spirals(3);
    for (const { x } of data.trajectories) for (let k = 0; k < x.rows; k++) x.set(k, 2, x.get(k, 2) + 1e-9 * ((k * 7) % 5));
    expect(run({}, data).summary.warnings).toEqual([expect.stringMatching(/condition [\d.]+e\+(8|9): the smallest directions/)]);
  });

  test("are determined by a ridge", () => {
    expect(run({ ridge: 1e-10 }).status).toBe("SUCCEEDED");
  });
});

test("a map without a real logarithm ends the run with its eigenvalues", () => {
  // z flips its sign in every sample
  const flip = new Matrix(
    20,
    1,
    Float64Array.from({ length: 20 }, (_, k) => (k % 2 === 0 ? 1 : -1)),
  );
  const t = Float64Array.from({ length: 20 }, (_, k) => k * dt);
  const data: Dataset = { trajectories: [{ t, x: flip, u: null, y: null, p: null }], names: { x: ["a"], u: [] } };
  const config = withPhases({ ...identity, koopman_dimension: 1 }, [solve({ method: "full_log" })]);
  const { status, failure } = train({ config, train: data, valid: data, backend });
  expect(status).toBe("FAILED");
  expect(failure).toMatchObject({
    code: "E_NUMERIC",
    message: expect.stringMatching(/no real logarithm exists: eigenvalues -(1|0.99)/),
  });
});

test("weights meant for rollouts of x do not disturb least squares among more latent coordinates", () => {
  const data = spirals(2);
  const dynamics = { type: "wmse", weight: 2, params: { alpha: 0.1, weights: [1, 0.5] } } as const;
  const base = withPhases({ autoencoder_type: "cat", encoder_layers: 1, koopman_dimension: 4, activation: "tanh" }, [solve({})]);
  const { status, history } = train({ config: { ...base, criterion: { dynamics } }, train: data, valid: data, backend });
  expect(status).toBe("SUCCEEDED");
  expect(history[0].columns.train_total[0]).toBe(2 * history[0].columns.train_dynamics[0]);
});
