import { describe, expect, test } from "vitest";
import { batchOf, controlAt } from "../../../../sdk/dynamics/data/batch.js";
import { adaptiveRollout } from "../../../../sdk/dynamics/models/adaptive-rollout.js";
import { buildModel } from "../../../../sdk/dynamics/models/model.js";
import { initialWeights } from "../../../../sdk/dynamics/models/parameters.js";
import { Simulator } from "../../../../sdk/dynamics/models/simulate.js";
import { fitFields } from "../../../../sdk/dynamics/transforms/fields.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { baseSpec, oscillator } from "../_systems.js";

const engine = { backend: "reference", dtype: "float64" } as const;
const ode = { method: "dopri5", args: { rtol: 1e-7, atol: 1e-9, max_steps: 500, step_size: null } } as const;
const plain = { ...baseSpec, encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 } as const;

test("a trajectory of one sample has a control and a rollout, and its gradient is finite", () => {
  const data = oscillator({ trajectories: 2, samples: 1, dt: 0.1, control: true });
  const fields = fitFields([], [], data);
  const prepared = data.trajectories.map((tr) => fields.prepare(tr, "cubic"));
  const batch = batchOf(prepared.map((trajectory) => ({ trajectory, start: 0, length: 1 })));
  const u = new Float64Array(2);
  controlAt(batch, 0, u, 0);
  expect([...u]).toEqual(data.trajectories.map((tr) => tr.u?.get(0, 0)));

  const model = buildModel(baseSpec, 2, 1);
  const weights = initialWeights(model.parameters, keyed(1));
  const rollout = adaptiveRollout(model, 2, ode, engine);
  const { z, solution } = rollout.forward(weights, batch);
  expect(z.length).toBe(2 * 4);
  const gradient = Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, new Float64Array(w.length)]));
  rollout.backward(
    weights,
    batch,
    solution,
    z.map(() => 1),
    gradient,
  );
  expect(Object.values(gradient).every((g) => g.every(Number.isFinite))).toBe(true);
});

describe("one trajectory that diverges", () => {
  const model = buildModel({ ...plain, family: "kbf", input_order: "zoh" }, 2, 1);
  const weights = { "dynamics.W": Float64Array.of(-1, 0, 0, -1, 1, 0, 0, 1, 0, 0) };
  // x' = (u - 1) x: held at u = 2000 the state leaves the numbers before t = 1
  const trajectory = (u: number) => ({
    t: Float64Array.of(0, 0.5, 1, 1.5),
    x: Matrix.from([
      [1, 2],
      [0, 0],
      [0, 0],
      [0, 0],
    ]),
    u: Matrix.from([[u], [u], [u], [u]]),
    y: null,
    p: null,
  });
  const data = { trajectories: [0.5, 2000, 0].map(trajectory), names: { x: ["x1", "x2"], u: ["u1"] } };
  const fields = fitFields([], [], data);
  const prepared = data.trajectories.map((tr) => fields.prepare(tr, "zoh"));

  for (const method of ["dopri5", "rk4"] as const) {
    test(`${method}: the others are rolled out as if it were not there, and it says what happened`, () => {
      const choice = { ...ode, method, args: { ...ode.args, step_size: 0.005 } };
      const all = new Simulator(model, engine).run(weights, prepared, choice);
      expect(all.map(({ trouble }) => trouble !== "")).toEqual([false, true, false]);
      const alone = new Simulator(model, engine).run(weights, [prepared[0]], choice);
      expect(all[0].x.data).toEqual(alone[0].x.data);
      expect(all[2].x.data.every(Number.isFinite)).toBe(true);
      expect(all[1].x.data.some((v) => !Number.isFinite(v))).toBe(true);
    });
  }
});

test("exact propagation takes every interval of an uneven grid as it is", () => {
  const model = buildModel({ ...plain, family: "lti", predictor_type: "exp" }, 2, 0);
  // z' = z W turns at unit speed: (cos t, sin t)
  const weights = { "dynamics.W": Float64Array.of(0, 1, -1, 0) };
  for (const t of [Float64Array.of(0, 0.1, 0.5, 2, 2.25), Float64Array.of(0, 0.5, 1, 1.5, 2)]) {
    const x = new Matrix(5, 2);
    x.row(0).set([1, 0]);
    const expected = [...t].flatMap((time) => [Math.cos(time), Math.sin(time)]);
    for (const backend of ["reference", "wasm"] as const) {
      const simulator = new Simulator(model, { backend, dtype: "float64" });
      const [{ x: out }] = simulator.run(weights, [{ t, x, u: null, control: null, p: null }], ode);
      expectClose(out.data, expected, f64, backend);
    }
  }
});
