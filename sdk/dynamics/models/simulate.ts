import { type BackendName, compile, type Dtype, type Program, trace } from "../../numerics/engine/index.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { batchOf, type Prepared, type Stretch, sameSampling } from "../data/batch.js";
import { type AdaptiveRollout, adaptiveRollout } from "./adaptive-rollout.js";
import { contextOf, contextShapes, contextValues } from "./context.js";
import { manifoldRollout } from "./manifold-rollout.js";
import type { Model } from "./model.js";
import { parameterShapes, pickParameters, type Weights } from "./parameters.js";
import { loopPlan, planKey, rolloutFormula, rolloutInputs, rolloutValues } from "./rollout.js";
import { isAdaptive, type OdeChoice } from "./solver.js";

/** Most trajectories rolled out side by side: more would only cost memory. */
const SIDE_BY_SIDE = 64;

/** Predicted rows of one trajectory in model coordinates; rows a solver did not reach are NaN. */
export interface Simulation {
  /** shape [T, n]; row 0 is D(E(x0)) */
  readonly x: Matrix;
  /** what a solver said when it gave up; empty when all went well */
  readonly trouble: string;
}

/**
 * Free rollouts of a model from the first row of each trajectory, over its own times and control.
 * Programs are kept between calls: use one simulator for repeated evaluations.
 */
export class Simulator {
  readonly #model: Model;
  readonly #engine: { readonly backend: BackendName; readonly dtype: Dtype };
  readonly #programs = new Map<string, Program>();
  #manifold: ReturnType<typeof manifoldRollout> | null = null;
  readonly #rollouts = new Map<string, AdaptiveRollout>();

  constructor(model: Model, engine: { readonly backend: BackendName; readonly dtype: Dtype }) {
    this.#model = model;
    this.#engine = engine;
  }

  /**
   * @param apart  whether rows whose shared adaptive solve failed are solved again one by one, so that a row which diverges
   *               takes no other with it; default true, needless when a single failure decides all
   */
  run(weights: Weights, trajectories: readonly Prepared[], ode: OdeChoice, apart = true): Simulation[] {
    const out = new Map<Prepared, Simulation>();
    const whole = trajectories.map((trajectory) => ({ trajectory, start: 0, length: trajectory.t.length }));
    for (const group of sameSampling(whole)) {
      for (let i = 0; i < group.length; i += SIDE_BY_SIDE) {
        const part = group.slice(i, i + SIDE_BY_SIDE);
        this.#together(weights, part, ode, apart).forEach((simulation, b) => {
          out.set(part[b].trajectory, simulation);
        });
      }
    }
    return trajectories.map((trajectory) => out.get(trajectory) as Simulation);
  }

  #together(weights: Weights, stretches: readonly Stretch[], ode: OdeChoice, apart: boolean): Simulation[] {
    const model = this.#model;
    const batch = batchOf(stretches);
    const { B, T } = batch;
    const n = model.dims.x;
    let trouble = "";
    let predicted: ArrayLike<number>;
    if (model.predictor === "continuous_fenc") {
      this.#manifold ??= manifoldRollout(model, this.#engine);
      const z = this.#manifold(weights, batch);
      predicted = Float64Array.from(this.#decoder(B, T).run({ ...weights, z, ...contextValues(model, batch) }).x);
    } else if (model.spec.time_domain === "continuous" && model.spec.predictor_type !== "exp" && isAdaptive(ode.method)) {
      const rollout = this.#kept(this.#rollouts, `${B}:${JSON.stringify(ode)}`, () =>
        adaptiveRollout(model, B, ode, this.#engine),
      );
      const { z, solution } = rollout.forward(weights, batch);
      if (solution.status !== "ok" && B > 1 && apart) {
        return stretches.flatMap((one) => this.#together(weights, [one], ode, apart));
      }
      const decode = this.#decoder(B, T);
      const reached = solution.steps.reduce((last, step) => step.outputs.reduce((k, o) => Math.max(k, o.index), last), 0);
      const x = Float64Array.from(decode.run({ ...weights, z, ...contextValues(model, batch) }).x);
      if (solution.status !== "ok") {
        x.fill(Number.NaN, (reached + 1) * B * n);
        trouble = solution.message;
      }
      predicted = x;
    } else {
      const plan = loopPlan(model, batch.grid, ode);
      const key = `loop:${B}x${T}:${planKey(plan)}`;
      const program = this.#kept(this.#programs, key, () =>
        compile(
          trace({ ...parameterShapes(model.parameters), ...rolloutInputs(model, batch, plan) }, (t) => ({
            x: rolloutFormula(model, pickParameters(model.parameters, t), t, plan),
          })),
          this.#engine,
        ),
      );
      predicted = program.run({ ...weights, ...rolloutValues(model, batch, plan) }).x;
    }
    return stretches.map((_, b) => {
      const x = new Matrix(T, n);
      for (let k = 0; k < T; k++) {
        for (let j = 0; j < n; j++) x.data[k * n + j] = predicted[(k * B + b) * n + j];
      }
      const lost = x.data.findIndex((v) => !Number.isFinite(v));
      if (lost === -1 || trouble !== "") return { x, trouble };
      return { x, trouble: `the rollout is no number from t = ${batch.grid[Math.floor(lost / n)]} on: the model diverges` };
    });
  }

  #decoder(B: number, T: number): Program {
    const model = this.#model;
    return this.#kept(this.#programs, `decode:${B}x${T}`, () =>
      compile(
        trace({ ...parameterShapes(model.parameters), z: [T, B, model.dims.z], ...contextShapes(model, B, [T]) }, (t) => ({
          x: model.decode(pickParameters(model.parameters, t), t.z, contextOf(t)),
        })),
        this.#engine,
      ),
    );
  }

  #kept<T>(known: Map<string, T>, key: string, make: () => T): T {
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = make();
    known.set(key, made);
    return made;
  }
}
