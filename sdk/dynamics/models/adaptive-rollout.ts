import {
  type BackendName,
  compile,
  concat,
  type Dtype,
  type Program,
  type Tensor,
  trace,
  vectorJacobian,
} from "../../numerics/engine/index.js";
import { type AdaptiveSolution, denseWeights, newWeights, solveAdaptive } from "../../numerics/ode/adaptive.js";
import type { Tableau } from "../../numerics/ode/tableaus.js";
import type { Batch } from "../data/batch.js";
import { type BatchControl, batchControl } from "./batch-control.js";
import { contextOf, contextShapes } from "./context.js";
import type { Model } from "./model.js";
import { parameterShapes, pickParameters, type Weights } from "./parameters.js";
import { rolloutRate } from "./rollout.js";
import { type OdeArgs, type OdeMethod, solvers } from "./solver.js";

/**
 * Latent rollouts of a continuous model with a solver that chooses its steps, for batches of B rows: one step size for all rows.
 * The accept-or-reject loop runs outside the graphs; one compiled step and its vector-Jacobian product do the arithmetic.
 * The gradient is that of the discrete steps taken (discretise, then differentiate), step sizes held fixed.
 */
export interface AdaptiveRollout {
  /** latent states at the batch's times, shape [T, B, z], with the steps taken */
  forward(weights: Weights, batch: Batch): { z: Float64Array; solution: AdaptiveSolution };
  /** adds to `gradient` the derivatives by the weights for a cotangent of `z` */
  backward(
    weights: Weights,
    batch: Batch,
    solution: AdaptiveSolution,
    cotangent: Float64Array,
    gradient: Record<string, Float64Array>,
  ): void;
}

/** The sample interval that begins at or before t. */
function intervalAfter(grid: Float64Array, t: number): number {
  let low = 0;
  let high = grid.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (grid[middle] <= t) low = middle;
    else high = middle;
  }
  return low;
}

export function adaptiveRollout(
  model: Model,
  B: number,
  ode: { method: OdeMethod; args: OdeArgs },
  engine: { backend: BackendName; dtype: Dtype },
): AdaptiveRollout {
  const tableau: Tableau = solvers[ode.method];
  const { dims, parameters } = model;
  const names = parameters.map((p) => p.name);
  const shapes = parameterShapes(parameters);
  const size = B * dims.z;
  const width = B * dims.u;
  // the rates jump where held control does and have a kink where linear control has one; splines are smooth enough
  const order = model.spec.input_order;
  const broken = width > 0 && order !== "cubic";
  const control = (name: string, shape: readonly number[]): Record<string, readonly number[]> =>
    dims.u === 0 ? {} : { [name]: shape };

  const start = trace({ ...shapes, x0: [B, dims.x], ...control("u0", [B, dims.u]) }, (t) => ({
    z: model.encode(pickParameters(parameters, t), t.x0, { u: t.u0 ?? null, p: null }),
  }));
  const rate = trace({ ...shapes, z: [B, dims.z], ...contextShapes(dims, B) }, (t) => ({
    k: rolloutRate(model, pickParameters(parameters, t), t.z, contextOf(t)),
  }));
  /** one step with all its stages but the first, and where asked for those of the dense output */
  const step = (dense: boolean) => {
    const a = dense ? [...tableau.a, ...(tableau.extra?.a ?? [])] : tableau.a;
    const given = { ...shapes, z: [B, dims.z], k0: [B, dims.z], h: [1], ...contextShapes(dims, B, [a.length]) };
    return trace(given, (t) => {
      const w = pickParameters(parameters, t);
      const k: Tensor[] = [t.k0];
      // stages times h: one sum with fixed weights then gives each point
      const moves = [t.k0.mul(t.h)];
      const moved = (weights: readonly number[]) => weights.reduce((z, v, j) => (v === 0 ? z : z.add(moves[j].mul(v))), t.z);
      for (let i = 1; i < a.length; i++) {
        const u = t.u === undefined ? null : t.u.slice(0, i, 1).reshape([B, dims.u]);
        k.push(rolloutRate(model, w, moved(a[i]), { u, p: t.p ?? null }));
        moves.push(k[i].mul(t.h));
      }
      return { y: moved(tableau.b), k: concat(k.slice(1), 0) };
    });
  };
  /** times of the stages in a step, without and with those of the dense output, and room for the control there */
  const kinds = [false, true].map((dense) => {
    const c = dense ? [...tableau.c, ...(tableau.extra?.c ?? [])] : tableau.c;
    const u = new Float64Array(c.length * width);
    return {
      c,
      u,
      parts: c.map((_, i) => u.subarray(i * width, (i + 1) * width)),
      forward: dense ? "dense" : "step",
      back: dense ? "denseBack" : "stepBack",
    } as const;
  });
  const kindOf = (dense: boolean) => kinds[dense && tableau.extra !== undefined ? 1 : 0];

  // made when first needed: an evaluation never goes backwards
  const graphs = {
    start: () => start,
    rate: () => rate,
    step: () => step(false),
    dense: () => step(true),
    startBack: () => vectorJacobian(start, ["z"], names),
    rateBack: () => vectorJacobian(rate, ["k"], [...names, "z"]),
    stepBack: () => vectorJacobian(step(false), ["y", "k"], [...names, "z", "k0"]),
    denseBack: () => vectorJacobian(step(true), ["y", "k"], [...names, "z", "k0"]),
  };
  const programs = new Map<string, Program>();
  const program = (name: keyof typeof graphs): Program => {
    const made = programs.get(name) ?? compile(graphs[name](), engine);
    programs.set(name, made);
    return made;
  };
  /** runs programs of one pass: weights are handed to each once, its later runs keep them */
  const session = (weights: Weights) => {
    const handed = new Set<string>();
    return (name: keyof typeof graphs, given: Record<string, ArrayLike<number>>) => {
      const inputs = handed.has(name) ? given : { ...weights, ...given };
      handed.add(name);
      return program(name).run(inputs);
    };
  };

  const controls = new WeakMap<Batch, BatchControl>();
  const controlOf = (batch: Batch): BatchControl => {
    const made = controls.get(batch) ?? batchControl(batch);
    controls.set(batch, made);
    return made;
  };
  const initial = (batch: Batch): Record<string, Float64Array> => ({
    x0: batch.x.subarray(0, B * dims.x),
    ...(batch.u === null || width === 0 ? {} : { u0: batch.u.subarray(0, width) }),
  });
  /** adds the parameters, and the control of all stages of a step, to what its program is given */
  const withStages = (given: Record<string, ArrayLike<number>>, batch: Batch, dense: boolean, t: number, h: number) => {
    if (dims.p > 0 && batch.p !== null) given.p = batch.p;
    if (width === 0) return given;
    const { c, u, parts } = kindOf(dense);
    const interval = broken ? intervalAfter(batch.grid, t) : undefined;
    const at = controlOf(batch);
    for (let i = 0; i < c.length; i++) at(t + c[i] * h, parts[i], interval);
    given.u = u;
    return given;
  };
  const single = new Float64Array(width);
  const withPoint = (given: Record<string, ArrayLike<number>>, batch: Batch, t: number) => {
    if (dims.p > 0 && batch.p !== null) given.p = batch.p;
    if (width === 0) return given;
    controlOf(batch)(t, single, broken || t <= batch.grid[0] ? intervalAfter(batch.grid, t) : undefined);
    given.u = single;
    return given;
  };

  return {
    forward(weights, batch) {
      const run = session(weights);
      const z0 = new Float64Array(run("start", initial(batch)).z);
      const solution = solveAdaptive({
        tableau,
        y0: z0,
        grid: batch.grid,
        rtol: ode.args.rtol,
        atol: ode.args.atol,
        maxSteps: ode.args.max_steps,
        breaks: broken ? batch.grid.subarray(1, -1) : [],
        jumps: order === "zoh",
        rate: (t, y) => new Float64Array(run("rate", withPoint({ z: y }, batch, t)).k),
        trial: (t, h, y, k0, dense) => {
          const { forward } = kindOf(dense);
          const out = run(forward, withStages({ z: y, k0, h: [h] }, batch, dense, t, h));
          const k = new Float64Array(size + out.k.length);
          k.set(k0);
          k.set(out.k, size);
          return { y: new Float64Array(out.y), k };
        },
      });
      return { z: solution.values, solution };
    },

    backward(weights, batch, solution, cotangent, gradient) {
      const run = session(weights);
      const addAll = (out: Readonly<Record<string, ArrayLike<number>>>): void => {
        for (const name of names) add(gradient[name], out[`grad:${name}`]);
      };
      const last = (tableau.c.length - 1) * size;
      const dense = newWeights(tableau);
      // cotangents of the state after a step, of its stages, and of its last stage as the first of the next step
      const cy = new Float64Array(size);
      const ck = new Float64Array(size);
      const direct = new Float64Array(size);
      const stages = kinds.map(({ c }) => new Float64Array(c.length * size));
      const later = stages.map((all) => all.subarray(size));
      for (let s = solution.steps.length - 1; s >= 0; s--) {
        const { t, h, y, k, fresh, outputs } = solution.steps[s];
        const full = k.length > stages[0].length;
        const kind = kindOf(full);
        const cotangents = stages[full ? 1 : 0];
        cotangents.fill(0);
        direct.fill(0);
        for (const { index, theta } of outputs) {
          const from = index * size;
          if (theta === 1) {
            for (let j = 0; j < size; j++) cy[j] += cotangent[from + j];
            continue;
          }
          denseWeights(tableau, theta, dense);
          for (let i = 0; i < dense.length; i++) {
            const w = h * dense[i];
            if (w === 0) continue;
            for (let j = 0; j < size; j++) cotangents[i * size + j] += w * cotangent[from + j];
          }
          for (let j = 0; j < size; j++) direct[j] += cotangent[from + j];
        }
        for (let j = 0; j < size; j++) cotangents[last + j] += ck[j];
        const given = { z: y, k0: k.subarray(0, size), h: [h], "cot:y": cy, "cot:k": later[full ? 1 : 0] };
        const out = run(kind.back, withStages(given, batch, full, t, h));
        addAll(out);
        cy.set(out["grad:z"]);
        ck.set(out["grad:k0"]);
        for (let j = 0; j < size; j++) {
          cy[j] += direct[j];
          ck[j] += cotangents[j];
        }
        if (!fresh) continue;
        // the first stage is a rate of its own: its cotangent ends here
        const back = run("rateBack", withPoint({ z: y, "cot:k": ck }, batch, t));
        addAll(back);
        add(cy, back["grad:z"]);
        ck.fill(0);
      }
      for (let j = 0; j < size; j++) cy[j] += cotangent[j];
      addAll(run("startBack", { ...initial(batch), "cot:z": cy }));
    },
  };
}

function add(into: Float64Array, values: ArrayLike<number>): void {
  for (let i = 0; i < into.length; i++) into[i] += values[i];
}
