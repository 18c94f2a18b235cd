import { describe, expect, test } from "vitest";
import { type Batch, batchOf, prepared } from "../../sdk/dynamics/data/batch.js";
import { buildModel } from "../../sdk/dynamics/models/model.js";
import { loopPlan, rolloutFormula, rolloutInputs, rolloutValues } from "../../sdk/dynamics/models/rollout.js";
import type { OdeMethod } from "../../sdk/dynamics/models/solver.js";
import { trace } from "../../sdk/numerics/engine/index.js";
import { compileReference } from "../../sdk/numerics/engine/reference/compile.js";
import { Matrix } from "../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64, type Tolerance } from "../tolerance.js";
import { baseSpec } from "../unit/dynamics/_systems.js";

/** The exponential propagator against closed forms: squaring ten times costs some digits of the last. */
const propagator: Tolerance = { rtol: 1e-12, atol: 1e-12 };

const lti = { ...baseSpec, family: "lti", encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 } as const;
const args = { rtol: 1e-7, atol: 1e-9, max_steps: 1000, step_size: null as number | null };

function rollout(
  batch: Batch,
  W: ArrayLike<number>,
  spec: typeof lti | { predictor_type: "exp" },
  method: OdeMethod,
  step_size: number | null = null,
): Float64Array {
  const model = buildModel({ ...lti, ...spec }, 2, batch.widths.u);
  const plan = loopPlan(model, batch.grid, { method, args: { ...args, step_size } });
  const graph = trace({ W: [model.dims.s, 2], ...rolloutInputs(model, batch, plan) }, (t) => ({
    x: rolloutFormula(model, { "dynamics.W": t.W }, t, plan),
  }));
  return Float64Array.from(compileReference(graph).run({ W, ...rolloutValues(model, batch, plan) }).x);
}

function batch(T: number, dt: number, start: readonly number[], u: ((t: number) => number) | null = null): Batch {
  const t = Float64Array.from({ length: T }, (_, k) => k * dt);
  const x = new Matrix(T, 2);
  x.row(0).set(start);
  const control = u === null ? null : new Matrix(T, 1, t.map(u));
  return batchOf([{ trajectory: prepared(t, x, control, "cubic"), start: 0, length: T }]);
}

/** x' = x W for the damped rotation [[-a, 1], [-1, -a]]: exp(-a t) (cos t, sin t) from (1, 0). */
const a = 0.1;
const turning = [-a, 1, -1, -a];
const turned = (t: number): number[] => [Math.exp(-a * t) * Math.cos(t), Math.exp(-a * t) * Math.sin(t)];

describe("fixed steps converge with the order of the method", () => {
  const orders: Partial<Record<OdeMethod, number>> = { euler: 1, midpoint: 2, heun: 2, rk4: 4, rk4_38: 4 };
  for (const [method, order] of Object.entries(orders)) {
    test(`${method}: ${order}, by finer samples and by smaller steps between samples alike`, () => {
      const end = 2;
      const error = (T: number, step: number | null): number => {
        const out = rollout(batch(T, end / (T - 1), [1, 0]), turning, lti, method as OdeMethod, step);
        const [p, q] = turned(end);
        return Math.hypot(out[2 * T - 2] - p, out[2 * T - 1] - q);
      };
      const slope = Math.log2(error(21, null) / error(41, null));
      expect(Math.abs(slope - order)).toBeLessThan(0.25);
      // 11 samples with half-size steps are the steps of 21 samples
      expectClose([error(11, 0.1)], [error(21, null)], { ...f64, atol: 1e-14 });
    });

    test(`${method}: control enters at the times of the stages`, () => {
      // x1' = u(t) = 3 t^2, a cubic spline through its samples: x1 = t^3, which a rule of order >= 3 gets exactly
      const b = batch(9, 0.25, [0, 0], (t) => 3 * t * t);
      const out = rollout(b, [0, 0, 0, 0, 1, 0], lti, method as OdeMethod);
      const errors = [...b.grid].map((t, k) => Math.abs(out[2 * k] - t ** 3));
      const bound = order >= 3 ? 1e-12 : order === 2 ? 2 * 0.25 ** 2 : 6 * 0.25 * 2;
      expect(Math.max(...errors)).toBeLessThan(bound);
    });
  }
});

describe("the exponential propagator", () => {
  const exp = { ...lti, predictor_type: "exp" } as const;
  test("is exact for a damped rotation", () => {
    const b = batch(9, 0.7, [1, 0]);
    expectClose(rollout(b, turning, exp, "dopri5"), [...b.grid].flatMap(turned), propagator);
  });
  test("is exact for a matrix without a full set of eigenvectors", () => {
    // W = [[l, 1], [0, l]]: x2 gains t x1
    const l = -0.3;
    const b = batch(6, 0.5, [2, -1]);
    const expected = [...b.grid].flatMap((t) => [2 * Math.exp(l * t), (2 * t - 1) * Math.exp(l * t)]);
    expectClose(rollout(b, [l, 1, 0, l], exp, "dopri5"), expected, propagator);
  });
  test("is exact for rates of 100 a step, and for none", () => {
    const b = batch(3, 1, [1, 1]);
    const out = rollout(b, [-100, 0, 0, 0], exp, "dopri5");
    expectClose(out, [1, 1, Math.exp(-100), 1, Math.exp(-200), 1], propagator);
  });
});
