import { describe, expect, test } from "vitest";
import { batchOf } from "../../../../sdk/dynamics/data/batch.js";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import { alone } from "../../../../sdk/dynamics/models/context.js";
import { buildModel } from "../../../../sdk/dynamics/models/model.js";
import { initialWeights } from "../../../../sdk/dynamics/models/parameters.js";
import { inputsOfPhysics, type PhysicsFunction, storedPhysics } from "../../../../sdk/dynamics/models/physics.js";
import { Simulator } from "../../../../sdk/dynamics/models/simulate.js";
import { nodeObjective } from "../../../../sdk/dynamics/training/objectives/node.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { fitFields } from "../../../../sdk/dynamics/transforms/fields.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64, finiteDifference, type Tolerance, within } from "../../../tolerance.js";
import { evaluate } from "../_evaluate.js";
import { basePhase, baseSpec, configOf, oscillator } from "../_systems.js";

/** Eight steps of 0.1 of the classical rule on frequencies up to 1.7. */
const fourthOrder: Tolerance = { rtol: 0, atol: 1e-5 };

const sizes = { x: 2, u: 1, f: 1, p: 2 };
const formulas = ["x2", "-p1*sin(x1) - p2*x2 + u + f"];
const pendulum: PhysicsFunction = (x, u, f, p, { columns, row }) => {
  const [angle, rate] = columns(x);
  const [gravity, damping] = columns(p);
  return row([rate, angle.sin().mul(gravity).neg().sub(damping.mul(rate)).add(u).add(f)]);
};
const spec = { ...baseSpec, family: "corr_alg", predictor_type: "np", residual_dimension: 1, residual_layers: 1 } as const;

describe("the known part", () => {
  const model = buildModel({ ...spec, physics: storedPhysics(formulas, sizes) }, 2, 1, { p: 2 });
  const weights = initialWeights(model.parameters, keyed(3));

  test("is given the correction and the parameters of each trajectory", () => {
    const given = { x: [0.3, -0.2, 1.1, 0.4], u: [0.5, -0.5], p: [9.81, 0.1, 4, 0.3] };
    const shapes = { x: [2, 2], u: [2, 1], p: [2, 2], ...Object.fromEntries(model.parameters.map((w) => [w.name, w.shape])) };
    const { y } = evaluate(shapes, (t) => ({ y: model.dynamics(t, t.x, { u: t.u, p: t.p, g: null }) }), { ...given, ...weights });
    const { W, b } = { W: weights["residual.0.W"], b: weights["residual.0.b"] };
    const expected = [0, 1].flatMap((row) => {
      const [[x1, x2], u, [g, c]] = [given.x.slice(2 * row, 2 * row + 2), given.u[row], given.p.slice(2 * row, 2 * row + 2)];
      return [x2, -g * Math.sin(x1) - c * x2 + u + (x1 * W[0] + x2 * W[1] + u * W[2] + b[0])];
    });
    expectClose(y, expected, f64);
  });

  test("is the same graph whether written as a function or read back from JSON, and the same numbers as formulas", () => {
    const traced = storedPhysics(pendulum, sizes);
    expect(storedPhysics(JSON.parse(JSON.stringify(traced)), sizes)).toEqual(traced);
    const rates = (physics: typeof traced): Float64Array => {
      const made = buildModel({ ...spec, physics }, 2, 1, { p: 2 });
      const shapes = { x: [3, 2], u: [3, 1], p: [3, 2], ...Object.fromEntries(made.parameters.map((w) => [w.name, w.shape])) };
      const values = { x: keyed(1).normal(6), u: keyed(2).normal(3), p: keyed(3).normal(6), ...weights };
      return evaluate(shapes, (t) => ({ y: made.dynamics(t, t.x, { u: t.u, p: t.p, g: null }) }), values).y;
    };
    expectClose(rates(traced), rates(storedPhysics(formulas, sizes)), f64);
  });

  test("drops what it does not read", () => {
    expect(inputsOfPhysics(storedPhysics(["x2", "f1"], sizes))).toEqual(["x", "f"]);
    expect(inputsOfPhysics(storedPhysics((x) => x.mul(2), sizes))).toEqual(["x"]);
    expect(buildModel({ ...spec, physics: storedPhysics(["x2", "f1"], sizes) }, 2, 1, { p: 2 }).dims.p).toBe(0);
  });

  const refused: Record<string, [() => unknown, string]> = {
    "too few formulas": [() => storedPhysics(["x2"], sizes), "E_SHAPE"],
    "a name that is not there": [() => storedPhysics(["x2", "x3 + f1"], sizes), "E_SPEC"],
    "control without control": [() => storedPhysics(pendulum, { ...sizes, u: 0 }), "E_SHAPE"],
    "a function that returns nothing": [() => storedPhysics((() => undefined) as never, sizes), "E_SPEC"],
    "a graph of other widths": [() => storedPhysics(storedPhysics(formulas, sizes), { ...sizes, p: 3 }), "E_SHAPE"],
  };
  for (const [name, [make, code]] of Object.entries(refused)) {
    test(`refuses ${name}`, () => expect(make).toThrow(expect.objectContaining({ code })));
  }
});

describe("parameters of trajectories", () => {
  /** Oscillators x1' = x2, x2' = -p x1, every trajectory with its own p: exact cosines. */
  const data: Dataset = {
    names: { x: ["x1", "x2"], u: [] },
    trajectories: oscillator({ trajectories: 3, samples: 9, dt: 0.1, control: false }).trajectories.map((one, i) => {
      const p = 1 + i;
      const w = Math.sqrt(p);
      const x = one.x.slice(0, one.x.rows);
      one.t.forEach((t, k) => {
        x.row(k).set([Math.cos(w * t), -w * Math.sin(w * t)]);
      });
      return { ...one, x, p: Float64Array.of(p) };
    }),
  };
  const physics = storedPhysics(["x2", "-p*x1 + f1*x1"], { x: 2, u: 0, f: 1, p: 1 });
  const silent = { ...spec, physics, weight_init: "zeros" } as const;
  const phase = { ...basePhase, trainer: "NODE", ode_method: "rk4", n_epochs: 2, save_interval: 1, sweep_lengths: [5] } as const;

  test("reach every solver, each row its own", () => {
    const model = buildModel(silent, 2, 0, { p: 1 });
    const weights = initialWeights(model.parameters, keyed(1));
    const prepared = data.trajectories.map((tr) => fitFields([{ type: "identity" }], [], data).prepare(tr, "cubic"));
    for (const method of ["rk4", "dopri5"] as const) {
      const engine = { backend: "reference", dtype: "float64" } as const;
      new Simulator(model, engine).run(weights, prepared, { method, args: phase.ode_args }).forEach(({ x }, i) => {
        expectClose(x.data, data.trajectories[i].x.data, fourthOrder);
      });
    }
  });

  test("have the gradient of the adaptive solver follow them", () => {
    const model = buildModel({ ...silent, weight_init: "normal" }, 2, 0, { p: 1 });
    const weights = initialWeights(model.parameters, keyed(1));
    const prepared = data.trajectories.map((tr) => fitFields([{ type: "identity" }], [], data).prepare(tr, "cubic"));
    const batch = batchOf(prepared.map((trajectory) => ({ trajectory, start: 0, length: 5 })));
    const engine = { backend: "reference", dtype: "float64" } as const;
    const objective = nodeObjective(model, { ...phase, ode_method: "dopri5" }, engine);
    const { gradient } = objective.evaluate(batch, weights, true);
    const name = "residual.0.W";
    for (let i = 0; i < 2; i++) {
      const at = (h: number): number =>
        objective.evaluate(batch, { ...weights, [name]: weights[name].map((v, j) => (i === j ? v + h : v)) }, false).total;
      const expected = (at(1e-6) - at(-1e-6)) / 2e-6;
      expect(within(gradient?.[name][i] as number, expected, finiteDifference)).toBe(true);
    }
  });

  test("are asked for by a forecast, and are in no way of models that do not read them", () => {
    const config = configOf(silent, [phase], { transform_x: [{ type: "identity" }] });
    const { checkpoint } = train({ config, train: data, valid: data, backend: "reference" });
    const model = loadModel(checkpoint, { backend: "reference" });
    expect(model.forecast(data).length).toBe(3);
    const without = data.trajectories.map((tr) => ({ ...tr, p: null }));
    expect(() => model.forecast(without)).toThrow(expect.objectContaining({ code: "E_SHAPE", path: ["p", 0] }));
  });
});

describe("hidden states and learned numbers", () => {
  /** x' = h, h' = -k x with x(0) = 1, h(0) = 0: cos(sqrt(k) t), of which x alone is seen. */
  const k = 2;
  const data: Dataset = {
    names: { x: ["x1"], u: [] },
    trajectories: oscillator({ trajectories: 1, samples: 40, dt: 0.1, control: false }).trajectories.map(({ t, ...one }) => {
      return {
        ...one,
        t,
        x: new Matrix(
          t.length,
          1,
          t.map((s) => Math.cos(Math.sqrt(k) * s)),
        ),
      };
    }),
  };
  const hidden = { x: 1, u: 0, f: 1, p: 0, h: 1, constants: ["stiffness"] };
  const physics_constants = { stiffness: 1.5 };
  const physics = storedPhysics(["h1", "-stiffness*x1"], hidden);
  const whole = { ...baseSpec, family: "corr_dif", predictor_type: "np", physics, physics_constants } as const;
  const spec = { ...whole, residual_layers: 1, residual_dimension: 1, latent_dimension: 1, encoder_layers: 0, decoder_layers: 0 };

  test("a function is given both, and says the same as formulas", () => {
    const traced = storedPhysics((x, _u, _f, _p, { hidden: h, constants }) => [h, constants.stiffness.mul(x).neg()], hidden);
    const rates = (one: typeof traced): Float64Array => {
      const model = buildModel({ ...spec, physics: one }, 1, 0);
      const shapes = { z: [3, 2], ...Object.fromEntries(model.parameters.map((w) => [w.name, w.shape])) };
      const values = { z: keyed(1).normal(6), ...initialWeights(model.parameters, keyed(1)) };
      return evaluate(shapes, (t) => ({ y: model.dynamics(t, t.z, alone) }), values).y;
    };
    expectClose(rates(traced), rates(physics), f64);
    const [z1, z2] = keyed(1).normal(6);
    expectClose(rates(physics).subarray(0, 2), [z2, -1.5 * z1], f64);
  });

  test("a physics of all states leaves no network for the hidden ones, one of the seen states does", () => {
    const names = (one: typeof physics): string[] =>
      buildModel({ ...spec, physics: one }, 1, 0).parameters.map(({ name }) => name);
    expect(names(physics)).toEqual(["residual.0.W", "residual.0.b", "physics.constants"]);
    expect(names(storedPhysics(["h1"], hidden))).toContain("latent.0.W");
    expect(() => storedPhysics(["h1", "x1", "x1"], hidden)).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  });

  test("the number is learned from the state that is seen", () => {
    const phase = {
      trainer: "NODE",
      ode_method: "rk4",
      n_epochs: 300,
      learning_rate: 0.02,
      sweep_lengths: [20, null],
      sweep_epoch_step: 150,
    } as const;
    const config = configOf(spec, [phase], {
      transform_x: [{ type: "identity" }],
      criterion: { dynamics: { type: "mse", weight: 1, params: {} } },
    });
    const { checkpoint } = train({ config, train: data, valid: data, backend: "wasm" });
    const [learned] = loadModel(checkpoint).weights["physics.constants"];
    expect(Math.abs(learned - k)).toBeLessThan(finiteDifference.rtol * 1e3);
  });
});
