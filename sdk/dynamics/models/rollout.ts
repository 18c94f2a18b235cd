import { concat, scan, type Tensor, type Tensors } from "../../numerics/engine/index.js";
import type { Tableau } from "../../numerics/ode/tableaus.js";
import { type Batch, controlAt, pieceIn } from "../data/batch.js";
import { stepOf } from "../data/step.js";
import { type Context, contextOf, contextShapes, contextValues } from "./context.js";
import type { Model } from "./model.js";
import { propagator } from "./propagator.js";
import type { OdeChoice } from "./solver.js";
import { solvers } from "./solver.js";

/**
 * The rate or the next state as a rollout sees it. Projected (`predictor_type: ode`): through the data, f(E(D(z), u), u), so
 * that z stays on the image of the encoder and control reaches encoders that use it; otherwise f(z, u).
 */
export function rolloutRate(model: Model, weights: Tensors, z: Tensor, around: Context): Tensor {
  const inner = model.projected ? model.encode(weights, model.decode(weights, z, around), around) : z;
  return model.dynamics(weights, inner, around);
}

/** Inputs of a rollout written as one loop, beside the weights: shapes for a batch of B rows and T samples. */
export function rolloutInputs(model: Model, batch: { B: number; T: number }, plan: LoopPlan): Record<string, readonly number[]> {
  const { B, T } = batch;
  const { x, u } = model.dims;
  const around = contextShapes(model, B, [T]);
  if (plan.kind === "map") return { x: [T, B, x], ...around };
  if (plan.kind === "exponential") return { x: [T, B, x], ...around, dt: plan.even ? [1] : [T - 1, 1] };
  const steps = (T - 1) * plan.substeps;
  const stages = plan.tableau.c.length;
  return { x: [T, B, x], ...around, h: [steps, 1], ...(u === 0 ? {} : { stages: [steps, stages, B, u] }) };
}

/** How a rollout becomes a loop: the map itself, fixed Runge-Kutta steps, or powers of a matrix exponential. */
export type LoopPlan =
  | { readonly kind: "map" }
  | { readonly kind: "exponential" /** one time step throughout: one matrix for all */; readonly even: boolean }
  | { readonly kind: "steps"; readonly tableau: Tableau; readonly substeps: number };

export function loopPlan(model: Model, grid: Float64Array, ode: OdeChoice): LoopPlan {
  if (model.spec.time_domain === "discrete") return { kind: "map" };
  if (model.predictor === "continuous_exp") return { kind: "exponential", even: grid.length < 2 || stepOf(grid) !== null };
  const widest = grid.reduce((h, t, k) => (k === 0 ? h : Math.max(h, t - grid[k - 1])), 0);
  const { step_size } = ode.args;
  return {
    kind: "steps",
    tableau: solvers[ode.method],
    substeps: step_size === null ? 1 : Math.max(1, Math.ceil(widest / step_size - 1e-9)),
  };
}

/** What tells the program of one plan from that of another, for a model and a batch shape. */
export function planKey(plan: LoopPlan): string {
  if (plan.kind === "steps") return `${plan.tableau.name}:${plan.substeps}`;
  return plan.kind === "exponential" && !plan.even ? "exponential:uneven" : plan.kind;
}

/** Values of the inputs of `rolloutInputs` for one batch. */
export function rolloutValues(model: Model, batch: Batch, plan: LoopPlan): Record<string, Float64Array> {
  const values: Record<string, Float64Array> = { x: batch.x, ...contextValues(model, batch) };
  if (plan.kind === "map") return values;
  if (plan.kind === "exponential") {
    const { grid } = batch;
    return { ...values, dt: plan.even ? Float64Array.of(stepOf(grid) ?? 0) : grid.slice(1).map((t, k) => t - grid[k]) };
  }
  const { tableau, substeps } = plan;
  const steps = (batch.T - 1) * substeps;
  const h = new Float64Array(steps);
  const width = batch.B * model.dims.u;
  const stages = new Float64Array(steps * tableau.c.length * width);
  for (let i = 0; i < steps; i++) {
    const interval = Math.floor(i / substeps);
    h[i] = (batch.grid[interval + 1] - batch.grid[interval]) / substeps;
    if (width === 0) continue;
    const start = batch.grid[interval] + (i % substeps) * h[i];
    tableau.c.forEach((c, s) => {
      const at = (i * tableau.c.length + s) * width;
      const tau = start + c * h[i];
      controlAt(batch, tau, stages.subarray(at, at + width), pieceIn(batch, interval, tau));
    });
  }
  return { ...values, h, ...(width === 0 ? {} : { stages }) };
}

/**
 * The rollout from the first sample as a formula: predictions x̂, shape [T, B, n]; row 0 is D(E(x0, u0)).
 *
 * @param inputs  tensors named as in `rolloutInputs`, with the weights
 */
export function rolloutFormula(model: Model, weights: Tensors, inputs: Tensors, plan: LoopPlan): Tensor {
  const [T, B, n] = inputs.x.shape;
  const x0 = inputs.x.slice(0, 0, 1).reshape([B, n]);
  const around = contextOf(inputs);
  const first = (value: Tensor | null): Tensor | null => value?.slice(0, 0, 1).reshape(value.shape.slice(1)) ?? null;
  const start = { u: first(around.u), p: around.p, g: first(around.g) };
  const z0 = model.encode(weights, x0, start);
  if (T === 1) return model.decode(weights, z0, start).reshape([1, B, n]);
  const later = laterStates(model, weights, inputs, plan, z0, T - 1);
  const z = concat([z0.reshape([1, B, model.dims.z]), later], 0);
  return model.decode(weights, z, around);
}

function laterStates(model: Model, weights: Tensors, inputs: Tensors, plan: LoopPlan, z0: Tensor, length: number): Tensor {
  const p = inputs.p ?? null;
  switch (plan.kind) {
    case "map": {
      const slices: Tensors = {
        ...(inputs.u === undefined ? {} : { u: inputs.u.slice(0, 0, length) }),
        ...(inputs.g === undefined ? {} : { g: inputs.g.slice(0, 0, length) }),
      };
      return scan({ carry: { z: z0 }, slices, length }, ({ z }, { u, g }) => {
        const next = rolloutRate(model, weights, z, { u: u ?? null, p, g: g ?? null });
        return { carry: { z: next }, stack: { z: next } };
      }).stack.z;
    }
    case "exponential": {
      const common = plan.even ? propagator(weights, inputs.dt) : null;
      return scan({ carry: { z: z0 }, slices: plan.even ? {} : { dt: inputs.dt }, length }, ({ z }, { dt }) => {
        const next = model.axis.join((common ?? propagator(weights, dt))(model.axis.split(z)));
        return { carry: { z: next }, stack: { z: next } };
      }).stack.z;
    }
    case "steps": {
      const { tableau, substeps } = plan;
      const steps = length * substeps;
      const intervals = Array.from({ length: steps }, (_, i) => Math.floor(i / substeps));
      const slices: Tensors = {
        h: inputs.h,
        ...(inputs.stages === undefined ? {} : { u: inputs.stages }),
        ...(inputs.g === undefined ? {} : { g: inputs.g.gather(0, intervals) }),
      };
      const all = scan({ carry: { z: z0 }, slices, length: steps }, ({ z }, { h, u, g }) => {
        const next = rungeKutta(tableau, z, h, (value, s) => {
          const control = u === undefined ? null : u.slice(0, s, 1).reshape(u.shape.slice(1));
          return rolloutRate(model, weights, value, { u: control, p, g: g ?? null });
        });
        return { carry: { z: next }, stack: { z: next } };
      }).stack.z;
      return all.slice(0, substeps - 1, length, substeps);
    }
    default:
      return plan satisfies never;
  }
}

/**
 * One explicit Runge-Kutta step: z + h sum b_i k_i with k_i = rate(z + h sum a_ij k_j, i).
 *
 * @see Hairer, Nørsett & Wanner 1993, "Solving Ordinary Differential Equations I", section II.1, doi:10.1007/978-3-540-78862-1
 */
function rungeKutta(tableau: Tableau, z: Tensor, h: Tensor, rate: (z: Tensor, stage: number) => Tensor): Tensor {
  const k: Tensor[] = [];
  const moved = (weights: readonly number[]): Tensor => {
    const terms = weights.flatMap((w, j) => (w === 0 ? [] : [k[j].mul(w)]));
    return terms.length === 0 ? z : z.add(terms.reduce((a, b) => a.add(b)).mul(h));
  };
  tableau.a.forEach((row, i) => {
    k.push(rate(moved(row), i));
  });
  return moved(tableau.b);
}
