import { describe, expect, test } from "vitest";
import { evaluateModel } from "../../../../sdk/dynamics/evaluation/evaluate.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import type { KernelMachineSpec, ModelSpec } from "../../../../sdk/dynamics/models/spec.js";
import type { LinearSolvePhase, OptimizerPhase } from "../../../../sdk/dynamics/training/config.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { cos, sin } from "../../../../sdk/numerics/elementary.js";
import { rawOf } from "../../../../sdk/numerics/kernels/positive.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { exact, expectClose, f64 } from "../../../tolerance.js";
import { basePhase, baseSpec, configOf, oscillator, paired } from "../_systems.js";

const machine: KernelMachineSpec = {
  kernel_dimension: null,
  type: "share",
  kernel: [{ type: "sc_rbf", lengthscale_init: 3 }],
  ridge_init: 1e-10,
  jitter: 0,
  landmarks: null,
  solver: "auto",
  manifold: null,
};
const identity = { ...baseSpec, encoder_layers: 0, decoder_layers: 0, koopman_dimension: null, predictor_type: "np" } as const;
const spec = (
  family: "km" | "kmsk" | "kmm",
  time_domain: ModelSpec["time_domain"],
  rest: Partial<KernelMachineSpec> = {},
): ModelSpec => ({
  ...identity,
  family,
  time_domain,
  kernel: { ...machine, ...rest },
});
const solve: LinearSolvePhase = {
  type: "linear_solve",
  name: "solve",
  method: "raw",
  params: null,
  kwargs: { ...basePhase.kwargs, order: 4 },
  reset_optimizer: true,
};
const rk4: OptimizerPhase = {
  ...basePhase,
  trainer: "NODE",
  ode_method: "rk4",
  n_epochs: 3,
  save_interval: 1,
  learning_rate: 1e-6,
};

const autonomous = oscillator({ trajectories: 6, samples: 30, dt: 0.1, control: false });
const driven = oscillator({ trajectories: 8, samples: 30, dt: 0.1, control: true });

function trained(model: ModelSpec, data = autonomous, phases: readonly (OptimizerPhase | LinearSolvePhase)[] = [solve]) {
  const config = configOf(model, phases, { dtype: "float64" });
  const result = train({ config, train: data, valid: data, backend: "wasm" });
  expect(result.failure).toBeNull();
  return { ...result, model: loadModel(result.checkpoint) };
}
const rmse = (model: ReturnType<typeof loadModel>, data = autonomous): number => evaluateModel(model, data).rmse_mean;

describe("kernel machines", () => {
  test.each([
    ["km", "continuous", {}],
    ["km", "discrete", {}],
    ["kmsk", "discrete", {}],
    ["km", "discrete", { type: "indep" }],
    [
      "km",
      "discrete",
      { type: "opval", kernel: [{ type: "op_sep", kopts: [{ type: "sc_rbf", lengthscale_init: 3 }], Ls: null }] },
    ],
    ["km", "discrete", { landmarks: 40 }],
    ["km", "discrete", { random_features: 120 }],
    [
      "kmsk",
      "discrete",
      { kernel: [{ type: "sc_dm", eps_init: null, alpha_init: 1, metric: "euclidean", periodic_axes: null }] },
    ],
  ] as const)("%s %s %j rolls an oscillator out after one solve", (family, time_domain, rest) => {
    const { model, records } = trained(spec(family, time_domain, rest));
    // rates come from differences of order 4, maps from the samples themselves
    expect(rmse(model)).toBeLessThan(time_domain === "continuous" ? 2e-3 : 1e-3);
    const given: Partial<KernelMachineSpec> = rest;
    const all = time_domain === "continuous" ? 180 : 174;
    expect(records[0].metrics).toMatchObject({ points: given.landmarks ?? given.random_features ?? all });
  });
  test("control is a part of the features", () => {
    expect(rmse(trained(spec("km", "continuous"), driven).model, driven)).toBeLessThan(2e-2);
    expect(rmse(trained(spec("kmsk", "discrete", { ridge_init: 1e-4 }), driven).model, driven)).toBeLessThan(0.15);
  });
  test("gradients go on from a solve, and leave the samples where they are", () => {
    const made = trained(spec("km", "discrete", { ridge_init: 1e-2 }), autonomous, [solve, { ...rk4, weight_decay: 1e-6 }]);
    const [last, before] = [
      loadModel(made.checkpoint, { which: "last" }),
      trained(spec("km", "discrete", { ridge_init: 1e-2 })).model,
    ];
    expectClose(last.weights["dynamics.X"], before.weights["dynamics.X"], exact);
    for (const name of ["dynamics.alpha", "dynamics.kernel.0.raw"]) {
      expect(Array.from(last.weights[name]), name).not.toEqual(Array.from(before.weights[name]));
    }
    const losses = made.history[1].columns.train_total;
    expect(losses[losses.length - 1]).toBeLessThan(losses[0]);
  });
  test("a second solve stands on the widths that gradients have moved, and fits again", () => {
    const wide = spec("km", "discrete", { ridge_init: 1e-2 });
    const { checkpoint, records } = trained(wide, autonomous, [
      solve,
      { ...rk4, learning_rate: 1e-3 },
      { ...solve, name: "again" },
    ]);
    const last = loadModel(checkpoint, { which: "last" });
    const moved = loadModel(trained(wide, autonomous, [solve, { ...rk4, learning_rate: 1e-3 }]).checkpoint, { which: "last" });
    const width = "dynamics.kernel.0.raw";
    expect(Array.from(moved.weights[width])).not.toEqual([rawOf(3)]);
    expectClose(last.weights[width], moved.weights[width], f64);
    expect(Array.from(last.weights["dynamics.alpha"])).not.toEqual(Array.from(moved.weights["dynamics.alpha"]));
    const losses = records.flatMap(({ metrics }) => ("linear_solve_loss" in metrics ? [metrics.linear_solve_loss] : []));
    expect(losses).toHaveLength(2);
    expect(losses[1]).not.toBe(losses[0]);
  });
  test("a training that was stopped between phases goes on with the same bits", () => {
    const config = configOf(spec("km", "discrete", { ridge_init: 1e-2 }), [solve, rk4], { dtype: "float64" });
    const snapshots: Uint8Array[] = [];
    const whole = train({
      config,
      train: autonomous,
      valid: autonomous,
      backend: "wasm",
      onSnapshot: (bytes) => snapshots.push(bytes()),
    });
    const again = train({ config, train: autonomous, valid: autonomous, backend: "wasm", resume: snapshots[0] });
    expect(again.checkpoint).toEqual(whole.checkpoint);
  });
  test("a matrix that is singular to rounding fails the run with words", () => {
    const config = configOf(spec("km", "discrete", { ridge_init: 0 }), [solve], { dtype: "float64" });
    const { status, failure } = train({ config, train: autonomous, valid: autonomous, backend: "wasm" });
    expect(status).toBe("FAILED");
    expect(failure).toMatchObject({ code: "E_NUMERIC", message: expect.stringContaining("too wide to tell them apart") });
  });
});

describe("a kernel machine on a manifold", () => {
  /** One round on an ellipse whose speed changes: the curve is what is learned of the plane. */
  const T = 200;
  const dt = 0.04;
  const angle = (t: number): number => t + 0.3 * sin(t);
  const place = (t: number): [number, number] => [2 * cos(angle(t)), sin(angle(t))];
  const round = (samples: number) => ({
    trajectories: [
      {
        t: Float64Array.from({ length: samples }, (_, k) => k * dt),
        x: Matrix.from(Array.from({ length: samples }, (_, k) => place(k * dt))),
        u: null,
        y: null,
        p: null,
      },
    ],
    names: { x: ["x1", "x2"], u: [] },
  });
  const onEllipse = (x: Matrix): number => Math.max(...x.toRows().map(([a, b]) => Math.abs((a / 2) * (a / 2) + b * b - 1)));
  const tangent: Partial<KernelMachineSpec> = {
    type: "tangent",
    kernel: [{ type: "op_tan", kopts: [{ type: "sc_rbf", lengthscale_init: 1 }] }],
    ridge_init: 1e-8,
    manifold: { d: 1, K: 12, g: 4, T: 3 },
  };
  test("stays on it round after round, where free steps leave it", () => {
    const data = round(T);
    const long = round(3 * T);
    const { model } = trained(spec("kmm", "continuous", tangent), data);
    const [{ x }] = model.forecast(long);
    expect(onEllipse(x)).toBeLessThan(1e-3);
    const free = trained(
      spec("km", "continuous", { kernel: [{ type: "sc_rbf", lengthscale_init: 1 }], ridge_init: 1e-8 }),
      data,
    ).model;
    const [{ x: loose }] = free.forecast(long, { method: "euler", args: basePhase.ode_args });
    expect(onEllipse(loose)).toBeGreaterThan(10 * onEllipse(x));
  });
});

test.each(["km", "kmsk"] as const)(
  "%s on a graph stands on the samples of every node, and each node goes its own way",
  (family) => {
    const regular = spec(family, "discrete", { ridge_init: 1e-2 });
    const onGraph = paired(autonomous);
    const forecasts = trained({ ...regular, graph_mode: "graph" }, onGraph).model.forecast(onGraph);
    // every trajectory stands in two of the pairs: each sample is there twice, which is half the ridge
    const twice = trained(spec(family, "discrete", { ridge_init: 5e-3 })).model;
    twice.forecast(autonomous).forEach(({ x }, i) => {
      const first = Matrix.from(Array.from({ length: x.rows }, (_, k) => forecasts[i].x.row(k).slice(0, 2)));
      expectClose(first.data, x.data, f64);
    });
  },
);
