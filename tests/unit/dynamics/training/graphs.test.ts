import { describe, expect, test } from "vitest";
import { batchOf, type Stretch } from "../../../../sdk/dynamics/data/batch.js";
import { makeDataset } from "../../../../sdk/dynamics/data/dataset.js";
import { edgesOf } from "../../../../sdk/dynamics/data/graphs/adjacency.js";
import type { EdgeList, Graph } from "../../../../sdk/dynamics/data/graphs/graph.js";
import { layoutOf } from "../../../../sdk/dynamics/data/graphs/layout.js";
import type { Dataset, Trajectory } from "../../../../sdk/dynamics/data/series.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import { buildModel } from "../../../../sdk/dynamics/models/model.js";
import { initialWeights } from "../../../../sdk/dynamics/models/parameters.js";
import { Simulator } from "../../../../sdk/dynamics/models/simulate.js";
import type { ModelSpec } from "../../../../sdk/dynamics/models/spec.js";
import { modelSpectrum } from "../../../../sdk/dynamics/spectral/model-spectrum.js";
import type { OptimizerPhase } from "../../../../sdk/dynamics/training/config.js";
import { nodeObjective } from "../../../../sdk/dynamics/training/objectives/node.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { fitFields } from "../../../../sdk/dynamics/transforms/fields.js";
import { expm } from "../../../../sdk/numerics/linalg/expm.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { adaptive, exact, expectClose, f64, finiteDifference, type Tolerance } from "../../../tolerance.js";
import { basePhase, baseSpec, configOf, oscillator } from "../_systems.js";

const list = (...rows: number[][]): EdgeList => edgesOf(Matrix.from(rows));
/** Two graphs of four nodes in which two edges end in every node. */
const ring = list([0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]);
const crossed = list([0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]);
const path = list([0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]);

const changing: Graph = { nodes: 4, edges: Array.from({ length: 21 }, (_, k) => (k < 8 ? ring : crossed)) };
const fixed: Graph = { nodes: 4, edges: [path] };

/** What flows over edges evens out: dx_i/dt = Σ_j (x_j - x_i) over the edges that end in i, solved exactly from sample to sample. */
function diffusion(graph: Graph, seed: number, T = 21, dt = 0.05): Trajectory {
  const { nodes } = graph;
  const x = new Matrix(T, nodes);
  x.row(0).set(keyed(seed).normal(nodes));
  for (let k = 1; k < T; k++) {
    const { source, target } = graph.edges[Math.min(k - 1, graph.edges.length - 1)];
    const L = new Matrix(nodes, nodes);
    source.forEach((j, e) => {
      L.set(target[e], j, L.get(target[e], j) + dt);
      L.set(target[e], target[e], L.get(target[e], target[e]) - dt);
    });
    x.row(k).set(expm(L).multiply(new Matrix(nodes, 1, x.row(k - 1).slice())).data);
  }
  return { t: Float64Array.from({ length: T }, (_, k) => k * dt), x, u: null, y: null, p: null, graph };
}

/** The equations of that diffusion: f(x)_i = W_0 x_i + W_1 Σ x_j. */
const flow: ModelSpec = {
  ...baseSpec,
  family: "ldm",
  graph_mode: "node",
  gcl: "gcnv",
  encoder_layers: 0,
  decoder_layers: 0,
  processor_type: "gnn_smp",
};

const engine = { backend: "wasm", dtype: "float64" } as const;
const ode = (method: OptimizerPhase["ode_method"]) => ({
  method,
  args: { ...basePhase.ode_args, step_size: method === "rk4" ? 0.02 : null },
});

function simulated(
  spec: ModelSpec,
  weights: Record<string, Float64Array>,
  trajectories: Trajectory[],
  method: OptimizerPhase["ode_method"],
): Matrix[] {
  const model = buildModel(spec, 4, 0, { layout: layoutOf(trajectories) });
  const { prepareStart } = fitFields([], [], makeDataset(trajectories), {}, 4);
  const prepared = trajectories.map((one) => prepareStart(one, "cubic"));
  return new Simulator(model, engine).run(weights, prepared, ode(method)).map(({ x }) => x);
}

describe("a graph that changes in time", () => {
  const weights = { "processor.0.W": Float64Array.of(-2, 1), "processor.0.b": Float64Array.of(0) };
  test.each([
    ["dopri5", adaptive(1e-7)],
    ["rk4", adaptive(1e-7)],
  ] as [OptimizerPhase["ode_method"], Tolerance][])(
    "is followed by %s: the edges of a sample hold until the next",
    (method, tolerance) => {
      const one = diffusion(changing, 1);
      expectClose(simulated(flow, weights, [one], method)[0].data, one.x.data, tolerance);
    },
  );

  test.each(["dopri5", "rk4", "discrete"] as const)("rows of a batch have each their own graph: %s", (how) => {
    const spec: ModelSpec = {
      ...flow,
      time_domain: how === "discrete" ? "discrete" : "continuous",
      activation: "tanh",
      gcl: "sage",
    };
    const trajectories = [diffusion(changing, 1), diffusion(fixed, 2)];
    const method = how === "discrete" ? "rk4" : how;
    const model = buildModel(spec, 4, 0, { layout: layoutOf(trajectories) });
    const start = initialWeights(model.parameters, keyed(3));
    const together = simulated(spec, start, trajectories, method);
    trajectories.forEach((one, i) => {
      expectClose(together[i].data, simulated(spec, start, [one], method)[0].data, how === "dopri5" ? adaptive(1e-7) : f64);
    });
  });

  test.each(["dopri5", "rk4", "discrete"] as const)("has the derivatives of finite differences: %s", (how) => {
    const spec: ModelSpec = {
      ...flow,
      time_domain: how === "discrete" ? "discrete" : "continuous",
      activation: "tanh",
      encoder_layers: 1,
      decoder_layers: 1,
      latent_dimension: 2,
      autoencoder_type: "gnn_smp",
    };
    const trajectories = [diffusion(changing, 1, 11), diffusion(fixed, 2, 11)];
    const model = buildModel(spec, 4, 0, { layout: layoutOf(trajectories) });
    const { prepare } = fitFields([], [], makeDataset(trajectories), {}, 4);
    const stretches = trajectories.map((one): Stretch => ({ trajectory: prepare(one, "cubic"), start: 0, length: 11 }));
    const method = how === "discrete" ? "rk4" : how;
    // a solver that could choose other steps for other weights would add its own error to the differences
    const args = { ...ode(method).args, rtol: 1e-11, atol: 1e-12 };
    const objective = nodeObjective(model, { ...basePhase, ode_method: method, ode_args: args }, engine);
    const start = initialWeights(model.parameters, keyed(3));
    const batch = batchOf(stretches);
    const { gradient } = objective.evaluate(batch, start, true);
    for (const [name, value] of Object.entries(start)) {
      const h = 1e-6;
      const differences = value.map((_, i) => {
        const at = (step: number): number =>
          objective.evaluate(batch, { ...start, [name]: value.map((v, j) => (j === i ? v + step : v)) }, false).total;
        return (at(h) - at(-h)) / (2 * h);
      });
      expectClose(gradient?.[name] ?? [], differences, finiteDifference, name);
    }
  });
});

/** Copies of an oscillator on three nodes that all hear each other. */
function copies(options: Parameters<typeof oscillator>[0]): Dataset {
  const one = oscillator(options);
  const graph: Graph = { nodes: 3, edges: [list([0, 1, 1], [1, 0, 1], [1, 1, 0])] };
  const tripled = (m: Matrix): Matrix => {
    const out = new Matrix(m.rows, 3 * m.cols);
    for (let k = 0; k < m.rows; k++) for (let i = 0; i < 3; i++) out.row(k).set(m.row(k), i * m.cols);
    return out;
  };
  const trajectories = one.trajectories.map((tr) => ({ ...tr, x: tripled(tr.x), u: tr.u && tripled(tr.u), graph }));
  return makeDataset(trajectories);
}

const few = { trajectories: 4, samples: 41, dt: 0.1, seed: 3 };
const settings = { backend: "wasm" } as const;

describe("training on a graph", () => {
  const data = copies({ ...few, control: true });
  const models: [string, Partial<ModelSpec>, Partial<OptimizerPhase>][] = [
    ["GKBF weak", { graph_mode: "graph", autoencoder_type: "cat" }, { trainer: "Weak" }],
    ["GKBF rollouts", { graph_mode: "graph", autoencoder_type: "cat" }, { trainer: "NODE", sweep_lengths: [11] }],
    ["DGLTI one step", { family: "lti", time_domain: "discrete", graph_mode: "graph", gcl: "gcn" }, { trainer: "OneStep" }],
    ["GLDM weak", { family: "ldm", graph_mode: "graph", gcl: "gat", activation: "tanh" }, { trainer: "Weak" }],
    [
      "DLDMG rollouts",
      { family: "ldm", time_domain: "discrete", graph_mode: "node", processor_type: "gnn_smp", gcl: "cheb" },
      { trainer: "NODE", sweep_lengths: [5] },
    ],
  ];
  test.each(models)("%s: the loss falls, a checkpoint forecasts what the training saw", (_, model, phase) => {
    const config = configOf(model, [{ ...phase, n_epochs: 10, learning_rate: 2e-2 }]);
    const result = train({ config, train: data, valid: data, ...settings });
    expect(result.status).toBe("SUCCEEDED");
    const [history] = result.history;
    const { train_total: total } = history.columns;
    expect(total.at(-1)).toBeLessThan(total[0]);
    const loaded = loadModel(result.checkpoint);
    const errors = loaded.forecast(data).map(({ x }, i) => {
      const truth = data.trajectories[i].x.data;
      return Math.sqrt(x.data.reduce((s, v, j) => s + (v - truth[j]) ** 2, 0) / truth.length);
    });
    const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
    expectClose([mean], [result.metrics.best_valid_rmse as number], exact);
  });

  test("least squares sees every node as a trajectory of one map, and the spectrum is that of a node", () => {
    const quiet = copies({ ...few, control: false });
    const model = {
      family: "lti",
      time_domain: "discrete",
      graph_mode: "graph",
      encoder_layers: 0,
      decoder_layers: 0,
      koopman_dimension: 2,
    } as const;
    const config = configOf(model, [{ trainer: "Linear", n_epochs: 1 }]);
    const trained = loadModel(train({ config, train: quiet, valid: quiet, ...settings }).checkpoint);
    const alone = loadModel(
      train({
        config: configOf({ ...model, graph_mode: "none" }, [{ trainer: "Linear", n_epochs: 1 }]),
        train: oscillator({ ...few, control: false }),
        valid: oscillator({ ...few, control: false }),
        ...settings,
      }).checkpoint,
    );
    const map = (one: typeof trained): Float64Array => one.model.linear?.matrix(one.weights).data as Float64Array;
    expectClose(map(trained), map(alone), f64);
    const { points, samples } = modelSpectrum(trained, quiet);
    expect([points.length, samples]).toEqual([2, 3 * 4 * 40]);
  });

  test("the exact propagation of low rank acts in each node", () => {
    const quiet = copies({ ...few, control: false });
    const model = { graph_mode: "graph", autoencoder_type: "cat", predictor_type: "exp", koopman_dimension: 4 } as const;
    const config = configOf(model, [
      { trainer: "Linear", n_epochs: 1, method: "truncated", params: 2, kwargs: { ...basePhase.kwargs, order: 4 } },
    ]);
    const result = train({ config, train: quiet, valid: quiet, ...settings });
    expect(result.metrics.best_valid_rmse).toBeLessThan(1e-3);
  });

  test("the weights are those of any graph: numbering the nodes otherwise, and more of them", () => {
    const result = train({
      config: configOf({ graph_mode: "graph", autoencoder_type: "cat", gcl: "gcn" }, [{ n_epochs: 3 }]),
      train: data,
      valid: data,
      ...settings,
    });
    const trained = loadModel(result.checkpoint);
    const [one] = data.trajectories;
    const doubled = new Matrix(one.x.rows, 12);
    const control = new Matrix(one.x.rows, 6);
    for (let k = 0; k < one.x.rows; k++) {
      for (const half of [0, 1]) {
        doubled.row(k).set(one.x.row(k), 6 * half);
        control.row(k).set((one.u as Matrix).row(k), 3 * half);
      }
    }
    // two copies of the graph side by side
    const [{ source, target, weight }] = (one.graph as Graph).edges;
    const edges: EdgeList = {
      source: Int32Array.from([...source, ...source.map((i) => i + 3)]),
      target: Int32Array.from([...target, ...target.map((i) => i + 3)]),
      weight: Float64Array.from([...(weight ?? []), ...(weight ?? [])]),
      attributes: null,
    };
    const [{ x }] = trained.forecast([{ ...one, x: doubled, u: control, graph: { nodes: 6, edges: [edges] } }]);
    const [{ x: single }] = trained.forecast([one]);
    for (let k = 0; k < x.rows; k++) expectClose(x.row(k).subarray(6), single.row(k), adaptive(1e-6));
  });

  test("a training that was cancelled goes on to the same bits", () => {
    const config = configOf({ graph_mode: "graph", autoencoder_type: "cat" }, [{ n_epochs: 4 }]);
    const whole = train({ config, train: data, valid: data, ...settings });
    let epochs = 0;
    const half = train({ config, train: data, valid: data, ...settings, cancelled: () => ++epochs === 2 });
    const resumed = train({ config, train: data, valid: data, ...settings, resume: half.snapshot as Uint8Array });
    expect(resumed.checkpoint).toEqual(whole.checkpoint);
  });

  test("what is missing or does not fit is told before the first epoch", () => {
    const config = configOf({ graph_mode: "graph", autoencoder_type: "cat" }, [{ n_epochs: 1 }]);
    const plain = oscillator({ ...few, control: true });
    expect(() => train({ config, train: plain, valid: plain, ...settings })).toThrow(/without a graph/);
    const mixed = { ...data, trajectories: [...data.trajectories, { ...data.trajectories[0], graph: undefined }] };
    expect(() => train({ config, train: mixed, valid: data, ...settings })).toThrow(/8 of 9 trajectories have a graph/);
  });
});
