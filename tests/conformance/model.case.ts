import { describe, expect, test } from "vitest";
import { type Batch, batchOf } from "../../sdk/dynamics/data/batch.js";
import { layoutOf } from "../../sdk/dynamics/data/graphs/layout.js";
import { evaluateModel } from "../../sdk/dynamics/evaluation/evaluate.js";
import { loadModel } from "../../sdk/dynamics/evaluation/trained-model.js";
import { hasKernel } from "../../sdk/dynamics/models/composition.js";
import { contextOf } from "../../sdk/dynamics/models/context.js";
import { buildModel, type Model } from "../../sdk/dynamics/models/model.js";
import { initialWeights, parameterShapes, pickParameters, type Weights } from "../../sdk/dynamics/models/parameters.js";
import { Simulator } from "../../sdk/dynamics/models/simulate.js";
import type { ModelSpec } from "../../sdk/dynamics/models/spec.js";
import { adamStep } from "../../sdk/dynamics/training/adam.js";
import { freshMoments } from "../../sdk/dynamics/training/moments.js";
import { nodeObjective } from "../../sdk/dynamics/training/objectives/node.js";
import { train } from "../../sdk/dynamics/training/train.js";
import { fitFields } from "../../sdk/dynamics/transforms/fields.js";
import { readCheckpoint, writeCheckpoint } from "../../sdk/formats/checkpoint.js";
import { type Shape, sizeOf, trace } from "../../sdk/numerics/engine/index.js";
import { keyed } from "../../sdk/numerics/random.js";
import { adaptive, exact, expectClose, f32, f64, finiteDifference, within } from "../tolerance.js";
import { basePhase, configOf, oscillator, paired } from "../unit/dynamics/_systems.js";

export interface ModelCase {
  readonly name: string;
  readonly spec: ModelSpec;
  /** whether the data have a control column */
  readonly control: boolean;
  /** on two nodes, whose edges change or not; absent: plain state vectors */
  readonly graph?: "fixed" | "changing";
}

const engine = { backend: "reference", dtype: "float64" } as const;
const phase = { ...basePhase, trainer: "NODE", ode_method: "rk4", n_epochs: 2, save_interval: 1, sweep_lengths: [4] } as const;
const solve = {
  type: "linear_solve",
  name: "solve",
  method: "raw",
  params: null,
  kwargs: basePhase.kwargs,
  reset_optimizer: true,
} as const;
const rk4 = { method: "rk4", args: phase.ode_args } as const;
const dopri5 = { method: "dopri5", args: phase.ode_args } as const;

/** What every model does, whatever it is made of. */
export function runModelSuite({ name, spec, control, graph }: ModelCase): void {
  describe(name, () => {
    const plain = oscillator({ trajectories: 3, samples: 6, dt: 0.1, control });
    const data = graph === undefined ? plain : paired(plain, graph === "changing");
    const layout = layoutOf(data.trajectories);
    const fields = fitFields([], [], data, {}, layout?.nodes ?? null);
    const prepared = data.trajectories.map((tr) => fields.prepare(tr, spec.input_order));
    const nodes = layout?.nodes ?? 1;
    const u = control ? nodes : 0;
    const batch: Batch = batchOf(prepared.slice(0, 2).map((trajectory) => ({ trajectory, start: 0, length: 4 })));
    const kernel = hasKernel(spec);
    const runOf = (phases: Parameters<typeof configOf>[1], seed: number) => {
      const config = configOf(spec, phases, { seed, dataloader: { batch_size: 2, shuffle: true } });
      return train({ config, train: data, valid: data, backend: "reference" });
    };
    const run = (seed: number) => runOf(kernel ? [solve, phase] : [phase], seed);
    const drawn = (): { model: Model; weights: Weights } => {
      const model = buildModel(spec, 2 * nodes, u, { layout });
      return { model, weights: initialWeights(model.parameters, keyed(11)) };
    };
    // a kernel machine has nothing that could be moved before it stands on samples
    const { model, weights } = kernel ? loadModel(runOf([solve], 0).checkpoint, { backend: "reference" }) : drawn();
    const moving = model.parameters.filter(({ fixed }) => !fixed);
    let first: ReturnType<typeof run> | null = null;
    const trained = () => {
      first ??= run(0);
      return first;
    };

    test("every piece works on the last axis and has the widths the model states", () => {
      const { x, z, s } = model.dims;
      for (const lead of [[], [3], [2, 3]]) {
        const shapes: Record<string, Shape> = { ...parameterShapes(model.parameters), x: [...lead, x], z: [...lead, z] };
        const { topology } = model;
        if (u > 0) shapes.u = [...lead, u];
        if (topology !== null && topology.fixed === null) shapes.g = [...lead, topology.source.length, topology.width];
        const graph = trace(shapes, (t) => {
          const w = pickParameters(model.parameters, t);
          return {
            z: model.encode(w, t.x, contextOf(t)),
            s: model.features(t.z, contextOf(t)),
            rate: model.dynamics(w, t.z, contextOf(t)),
            x: model.decode(w, t.z, contextOf(t)),
          };
        });
        const shapeOf = Object.fromEntries(graph.outputs.map((o) => [o.name, graph.nodes[o.node].shape]));
        expect(shapeOf).toEqual({ z: [...lead, z], s: [...lead, s], rate: [...lead, z], x: [...lead, x] });
      }
    });

    test("its parameters have names of their own, values that fill their shapes, and are counted", () => {
      const names = model.parameters.map((p) => p.name);
      expect(new Set(names).size).toBe(names.length);
      for (const { name, shape } of model.parameters) expect(weights[name].length).toBe(sizeOf(shape));
      const count = Object.values(weights).reduce((n, w) => n + w.length, 0);
      expect(trained().metrics.parameters).toBe(count);
    });

    test("the gradient of the rollout loss agrees with central differences", () => {
      const objective = nodeObjective(model, phase, engine);
      const { gradient } = objective.evaluate(batch, weights, true);
      const h = 1e-6;
      for (const { name: parameter } of moving) {
        const w = weights[parameter];
        for (let i = 0; i < w.length; i += Math.ceil(w.length / 4)) {
          const at = (step: number): number => {
            const moved = { ...weights, [parameter]: w.map((v, j) => (i === j ? v + step : v)) };
            return objective.evaluate(batch, moved, false).total;
          };
          const expected = (at(h) - at(-h)) / (2 * h);
          const actual = gradient?.[parameter][i] as number;
          if (!within(actual, expected, finiteDifference)) throw new Error(`d/d ${parameter}[${i}]: ${actual}, not ${expected}`);
        }
      }
    });

    test("one small step of the optimiser lowers the loss on its batch", () => {
      const objective = nodeObjective(model, phase, engine);
      const before = objective.evaluate(batch, weights, true);
      const moved = Object.fromEntries(Object.entries(weights).map(([k, w]) => [k, w.slice()]));
      adamStep(freshMoments(moved), moved, before.gradient ?? {}, 1e-4);
      expect(objective.evaluate(batch, moved, false).total).toBeLessThan(before.total);
    });

    test("trajectories side by side are rolled out as each alone", () => {
      const choices = spec.time_domain === "continuous" ? [rk4, dopri5] : [rk4];
      for (const ode of choices) {
        const together = new Simulator(model, engine).run(weights, prepared, ode);
        prepared.forEach((one, b) => {
          const [alone] = new Simulator(model, engine).run(weights, [one], ode);
          // an adaptive solver shares its steps among the rows: two solves differ by two errors, read between steps
          expectClose(together[b].x.data, alone.x.data, ode === rk4 ? f64 : adaptive(10 * ode.args.rtol));
        });
      }
    });

    test("a saved model forecasts with the same bits", () => {
      const { checkpoint, metrics } = trained();
      const model = loadModel(checkpoint, { backend: "reference" });
      const again = loadModel(writeCheckpoint(readCheckpoint(checkpoint)), { backend: "reference" });
      const forecasts = model.forecast(data.trajectories);
      again.forecast(data.trajectories).forEach(({ x }, i) => {
        expectClose(x.data, forecasts[i].x.data, exact);
      });
      // the training measured these weights on these data before they were saved
      expect(evaluateModel(model, data).rmse_mean).toBe(metrics.best_valid_rmse);
    });

    test("the same seed gives the same run, another seed another", () => {
      const bytes = (result: ReturnType<typeof run>): string => Buffer.from(result.checkpoint).toString("base64");
      expect(bytes(run(0))).toBe(bytes(trained()));
      const moved = run(1);
      const weighed = model.parameters.some((p) => p.initial(keyed(1)).some((v, i) => v !== p.initial(keyed(2))[i]));
      // without a random start the runs still differ in the order of their batches
      const first = ({ history }: typeof moved): number => history[history.length - 1].columns.train_total[0];
      if (weighed) expect(first(moved)).not.toBe(first(trained()));
    });

    test("the fast engine gives the same forecasts and gradients, in float32 to its digits", () => {
      const losses = (on: { backend: "reference" | "wasm"; dtype: "float64" | "float32" }) =>
        nodeObjective(model, phase, on).evaluate(batch, weights, true);
      const slopes = losses(engine);
      const expected = new Simulator(model, engine).run(weights, prepared, rk4);
      for (const [dtype, tolerance] of [
        ["float64", f64],
        ["float32", f32],
      ] as const) {
        const fast = new Simulator(model, { backend: "wasm", dtype }).run(weights, prepared, rk4);
        fast.forEach(({ x }, i) => {
          expectClose(x.data, expected[i].x.data, tolerance, dtype);
        });
        const { total, gradient } = losses({ backend: "wasm", dtype });
        expectClose([total], [slopes.total], tolerance, dtype);
        for (const [name, g] of Object.entries(slopes.gradient ?? {})) {
          // small entries are differences of large ones
          const largest = g.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-3);
          const scaled = (v: ArrayLike<number>): number[] => Array.from(v, (x) => 1 + x / largest);
          expectClose(scaled(gradient?.[name] ?? []), scaled(g), tolerance, `${dtype} ${name}`);
        }
      }
    });
  });
}
