import { type BackendName, compile, type Dtype, type Program, trace, vectorJacobian } from "../../numerics/engine/index.js";
import { type AdaptiveSolution, denseWeights, solveAdaptive } from "../../numerics/ode/adaptive.js";
import type { Tableau } from "../../numerics/ode/tableaus.js";
import { type Batch, controlAt } from "../data/batch.js";
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
  const stages = tableau.c.length;
  const size = B * dims.z;
  const width = B * dims.u;
  // the rates jump where held control does and have a kink where linear control has one; splines are smooth enough
  const order = model.spec.input_order;
  const broken = width > 0 && order !== "cubic";
  const control = (name: string, shape: readonly number[]): Record<string, readonly number[]> =>
    dims.u === 0 ? {} : { [name]: shape };

  const start = trace({ ...shapes, x0: [B, dims.x], ...control("u0", [B, dims.u]) }, (t) => ({
    z: model.encode(pickParameters(parameters, t), t.x0, t.u0 ?? null),
  }));
  const rate = trace({ ...shapes, z: [B, dims.z], ...control("u", [B, dims.u]) }, (t) => ({
    k: rolloutRate(model, pickParameters(parameters, t), t.z, t.u ?? null),
  }));
  const step = trace({ ...shapes, z: [B, dims.z], k0: [B, dims.z], h: [1], ...control("u", [stages, B, dims.u]) }, (t) => {
    const w = pickParameters(parameters, t);
    const k = [t.k0];
    const moved = (weights: readonly number[]) => {
      const terms = weights.flatMap((v, j) => (v === 0 ? [] : [k[j].mul(v)]));
      return t.z.add(terms.reduce((a, b) => a.add(b)).mul(t.h));
    };
    for (let i = 1; i < stages; i++) {
      k.push(rolloutRate(model, w, moved(tableau.a[i]), t.u === undefined ? null : t.u.slice(0, i, 1).reshape([B, dims.u])));
    }
    return { y: moved(tableau.b), ...Object.fromEntries(k.slice(1).map((value, i) => [`k${i + 1}`, value])) };
  });
  const stageNames = Array.from({ length: stages - 1 }, (_, i) => `k${i + 1}`);

  // made when first needed: an evaluation never goes backwards
  const programs = new Map<string, Program>();
  const program = (name: string): Program => {
    const made = programs.get(name);
    if (made !== undefined) return made;
    const graph = {
      start: () => start,
      rate: () => rate,
      step: () => step,
      startBack: () => vectorJacobian(start, ["z"], names),
      rateBack: () => vectorJacobian(rate, ["k"], [...names, "z"]),
      stepBack: () => vectorJacobian(step, ["y", ...stageNames], [...names, "z", "k0"]),
    }[name] as () => typeof start;
    const compiled = compile(graph(), engine);
    programs.set(name, compiled);
    return compiled;
  };

  const initial = (batch: Batch): Record<string, Float64Array> => ({
    x0: batch.x.subarray(0, B * dims.x),
    ...(batch.u === null || width === 0 ? {} : { u0: batch.u.subarray(0, width) }),
  });
  const controlsOf = (batch: Batch, t: number, h: number): Record<string, Float64Array> => {
    if (width === 0) return {};
    const u = new Float64Array(stages * width);
    const interval = broken ? intervalAfter(batch.grid, t) : undefined;
    tableau.c.forEach((c, i) => {
      controlAt(batch, t + c * h, u.subarray(i * width, (i + 1) * width), interval);
    });
    return { u };
  };
  const controlOf = (batch: Batch, t: number): Record<string, Float64Array> => {
    if (width === 0) return {};
    const u = new Float64Array(width);
    controlAt(batch, t, u, broken || t <= batch.grid[0] ? intervalAfter(batch.grid, t) : undefined);
    return { u };
  };

  return {
    forward(weights, batch) {
      const z0 = Float64Array.from(program("start").run({ ...weights, ...initial(batch) }).z);
      // weights are handed over once; later runs of the same program keep them
      program("rate").run({ ...weights, z: z0, ...controlOf(batch, batch.grid[0]) });
      let handed = false;
      const solution = solveAdaptive({
        tableau,
        y0: z0,
        grid: batch.grid,
        rtol: ode.args.rtol,
        atol: ode.args.atol,
        maxSteps: ode.args.max_steps,
        breaks: broken ? batch.grid.subarray(1, -1) : [],
        jumps: order === "zoh",
        rate: (t, y) => Float64Array.from(program("rate").run({ z: y, ...controlOf(batch, t) }).k),
        trial: (t, h, y, k0) => {
          const given = { z: y, k0, h: [h], ...controlsOf(batch, t, h) };
          const out = program("step").run(handed ? given : { ...weights, ...given });
          handed = true;
          const k = new Float64Array(stages * size);
          k.set(k0);
          stageNames.forEach((name, i) => {
            k.set(out[name], (i + 1) * size);
          });
          return { y: Float64Array.from(out.y), k };
        },
      });
      return { z: solution.values, solution };
    },

    backward(weights, batch, solution, cotangent, gradient) {
      const addAll = (out: Readonly<Record<string, ArrayLike<number>>>): void => {
        for (const name of names) {
          const from = out[`grad:${name}`];
          const into = gradient[name];
          for (let i = 0; i < into.length; i++) into[i] += from[i];
        }
      };
      // cotangents of the state after a step, and of its last stage as the first stage of the next step
      let cy = new Float64Array(size);
      let ck = new Float64Array(size);
      let handed = false;
      let rateHanded = false;
      for (let s = solution.steps.length - 1; s >= 0; s--) {
        const { t, h, y, k, fresh, outputs } = solution.steps[s];
        const cotangents = new Float64Array(stages * size);
        const direct = new Float64Array(size);
        for (const { index, theta } of outputs) {
          const c = cotangent.subarray(index * size, (index + 1) * size);
          if (theta === 1) {
            for (let j = 0; j < size; j++) cy[j] += c[j];
            continue;
          }
          denseWeights(tableau, theta).forEach((w, i) => {
            for (let j = 0; j < size; j++) cotangents[i * size + j] += h * w * c[j];
          });
          for (let j = 0; j < size; j++) direct[j] += c[j];
        }
        for (let j = 0; j < size; j++) cotangents[(stages - 1) * size + j] += ck[j];
        const given: Record<string, ArrayLike<number>> = {
          z: y,
          k0: k.subarray(0, size),
          h: [h],
          ...controlsOf(batch, t, h),
          "cot:y": cy,
        };
        stageNames.forEach((name, i) => {
          given[`cot:${name}`] = cotangents.subarray((i + 1) * size, (i + 2) * size);
        });
        const out = program("stepBack").run(handed ? given : { ...weights, ...given });
        handed = true;
        addAll(out);
        cy = Float64Array.from(out["grad:z"]);
        ck = Float64Array.from(out["grad:k0"]);
        for (let j = 0; j < size; j++) {
          cy[j] += direct[j];
          ck[j] += cotangents[j];
        }
        if (!fresh) continue;
        // the first stage is a rate of its own: its cotangent ends here
        const asked = { z: y, ...controlOf(batch, t), "cot:k": ck };
        const back = program("rateBack").run(rateHanded ? asked : { ...weights, ...asked });
        rateHanded = true;
        addAll(back);
        for (let j = 0; j < size; j++) cy[j] += back["grad:z"][j];
        ck = new Float64Array(size);
      }
      const c0 = cy.map((v, j) => v + cotangent[j]);
      addAll(program("startBack").run({ ...weights, ...initial(batch), "cot:z": c0 }));
    },
  };
}
