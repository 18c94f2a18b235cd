import { compile, type Engine, gradient, type Tensor, type Tensors, trace } from "../../../numerics/engine/index.js";
import type { Batch, Stretch } from "../../data/batch.js";
import { lossFormula } from "../../losses/loss.js";
import { type AdaptiveRollout, adaptiveRollout } from "../../models/adaptive-rollout.js";
import { contextOf, contextShapes, contextValues } from "../../models/context.js";
import type { Model } from "../../models/model.js";
import { parameterShapes, pickParameters, type Weights } from "../../models/parameters.js";
import { loopPlan, planKey, rolloutFormula, rolloutInputs, rolloutValues } from "../../models/rollout.js";
import { isAdaptive } from "../../models/solver.js";
import type { OptimizerPhase } from "../config.js";
import { type Evaluation, evaluationOf, lossNames, type Objective, reconstruction, totalled } from "./objective.js";
import { Cache, LossPrograms } from "./programs.js";

/** What the rollout objective is told. */
export type RolloutSpec = Pick<OptimizerPhase, "criterion" | "ode_method" | "ode_args" | "chop_mode" | "chop_step">;

/**
 * The rollout objective (NODE, "neural ODE"): predictions over a horizon against the data.
 *
 * @param names  losses of the criterion it weighs; default all
 * @see Chen et al. 2018, "Neural ordinary differential equations", arXiv:1806.07366
 */
export function nodeObjective(
  model: Model,
  phase: RolloutSpec,
  engine: Engine,
  names: readonly string[] = lossNames(phase.criterion),
): Objective {
  const { spec } = model;
  const adaptive = spec.time_domain === "continuous" && spec.predictor_type !== "exp" && isAdaptive(phase.ode_method);
  const evaluate = adaptive ? adaptiveEvaluation(model, phase, engine, names) : loopEvaluation(model, phase, engine, names);
  return { names, evaluate, stretches: (trajectories, length) => chop(trajectories, length, phase) };
}

/** `initial`: the first samples of each trajectory; `unfold`: windows with a stride. A trajectory that is too short is left out of windows. */
function chop(trajectories: readonly Stretch[], length: number | null, phase: RolloutSpec): Stretch[] {
  if (length === null) return [...trajectories];
  if (phase.chop_mode === "initial") return trajectories.map((s) => ({ ...s, length: Math.min(length, s.length) }));
  const { chop_step } = phase;
  const stride =
    Number.isInteger(chop_step) && chop_step > 1 ? chop_step : Math.min(length, Math.max(1, Math.floor(length * chop_step)));
  return trajectories.flatMap((s) => {
    const windows: Stretch[] = [];
    for (let start = 0; start + length <= s.length; start += stride) windows.push({ ...s, start: s.start + start, length });
    return windows;
  });
}

/** The losses of a rollout: reconstructions of the data, and for every other name the prediction against them. */
function rolloutLosses(
  model: Model,
  { criterion }: RolloutSpec,
  names: readonly string[],
  weights: Tensors,
  inputs: Tensors,
  prediction: Tensor,
): Tensors {
  const losses = names.map((name) => [
    name,
    name === "recon"
      ? reconstruction(criterion[name], model, weights, inputs.x, contextOf(inputs))
      : lossFormula(criterion[name], prediction, inputs.x),
  ]);
  return totalled(criterion, Object.fromEntries(losses));
}

function loopEvaluation(model: Model, phase: RolloutSpec, engine: Engine, names: readonly string[]): Objective["evaluate"] {
  const parameters = model.parameters.map((p) => p.name);
  const programs = new LossPrograms(engine, parameters);
  const ode = { method: phase.ode_method, args: phase.ode_args };
  return (batch, weights, withGradient) => {
    const plan = loopPlan(model, batch.grid, ode);
    const key = `${batch.B}x${batch.T}x${planKey(plan)}`;
    const program = programs.get(key, withGradient, () =>
      trace({ ...parameterShapes(model.parameters), ...rolloutInputs(model, batch, plan) }, (t) => {
        const w = pickParameters(model.parameters, t);
        const prediction = rolloutFormula(model, w, t, plan);
        return rolloutLosses(model, phase, names, w, t, prediction);
      }),
    );
    const out = program.run({ ...weights, ...rolloutValues(model, batch, plan) });
    return evaluationOf(names, out, withGradient ? parameters : null);
  };
}

function adaptiveEvaluation(model: Model, phase: RolloutSpec, engine: Engine, names: readonly string[]): Objective["evaluate"] {
  const parameters = model.parameters.map((p) => p.name);
  const rollouts = new Cache<AdaptiveRollout>();
  const heads = new Cache<ReturnType<typeof compile>>();
  const { dims } = model;
  /** losses from latent states: the decoder and everything after it */
  const head = ({ B, T }: Batch) =>
    trace(
      {
        ...parameterShapes(model.parameters),
        z: [T, B, dims.z],
        x: [T, B, dims.x],
        ...contextShapes(model, B, [T]),
      },
      (t) => {
        const w = pickParameters(model.parameters, t);
        const prediction = model.decode(w, t.z, contextOf(t));
        return rolloutLosses(model, phase, names, w, t, prediction);
      },
    );
  return (batch: Batch, weights: Weights, withGradient: boolean): Evaluation => {
    const rollout = rollouts.get(String(batch.B), () =>
      adaptiveRollout(model, batch.B, { method: phase.ode_method, args: phase.ode_args }, engine),
    );
    const { z, solution } = rollout.forward(weights, batch, withGradient);
    if (solution.status !== "ok") {
      const losses = Object.fromEntries(names.map((name) => [name, Number.NaN]));
      return { losses, total: Number.NaN, gradient: null, trouble: solution.message };
    }
    const program = heads.get(`${batch.B}x${batch.T}:${withGradient}`, () => {
      const graph = head(batch);
      return compile(withGradient ? gradient(graph, "total", [...parameters, "z"]) : graph, engine);
    });
    const out = program.run({ ...weights, z, x: batch.x, ...contextValues(model, batch) });
    const evaluation = evaluationOf(names, out, withGradient ? parameters : null);
    if (evaluation.gradient !== null) {
      rollout.backward(weights, batch, solution, Float64Array.from(out["grad:z"]), { ...evaluation.gradient });
    }
    return evaluation;
  };
}
