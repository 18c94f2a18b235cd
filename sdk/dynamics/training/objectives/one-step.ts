import { DymadError } from "../../../errors.js";
import { concat, type Engine, type Tensor, trace } from "../../../numerics/engine/index.js";
import { schemes } from "../../../numerics/finite-difference.js";
import { stepOf } from "../../data/step.js";
import { lossFormula } from "../../losses/loss.js";
import type { LossSpec } from "../../losses/spec.js";
import { contextOf, contextShapes, contextValues } from "../../models/context.js";
import type { Model } from "../../models/model.js";
import { parameterShapes, pickParameters } from "../../models/parameters.js";
import { evaluationOf, lossNames, type Objective, pointwise, reconstruction, totalled } from "./objective.js";
import { LossPrograms } from "./programs.js";

/** What the one-step objective is told. */
export interface OneStepSpec {
  readonly criterion: Readonly<Record<string, LossSpec>>;
  /** of the finite difference in continuous time */
  readonly order: 1 | 2 | 4;
}

/**
 * The one-step objective: z' as the dynamics give it at every sample against the next z (discrete) or the finite difference of z
 * along time (continuous). Targets are held fixed: no gradient goes through them.
 */
export function oneStepObjective(model: Model, { criterion, order }: OneStepSpec, engine: Engine): Objective {
  const names = lossNames(criterion).filter(pointwise);
  const parameters = model.parameters.map((p) => p.name);
  const programs = new LossPrograms(engine, parameters);
  const discrete = model.spec.time_domain === "discrete";
  return {
    names,
    stretches: (trajectories) => [...trajectories],
    evaluate(batch, weights, withGradient) {
      const { B, T } = batch;
      const needed = discrete ? 2 : order + 1;
      if (T < needed) {
        throw new DymadError("E_DATA", `one-step pairs need ${needed} samples of every trajectory, one has ${T}`, {
          hint: "leave out short trajectories",
        });
      }
      const dt = discrete ? 1 : requireEven(batch.grid);
      const program = programs.get(`${B}x${T}x${dt}`, withGradient, () =>
        trace({ ...parameterShapes(model.parameters), x: [T, B, model.dims.x], ...contextShapes(model, B, [T]) }, (t) => {
          const w = pickParameters(model.parameters, t);
          const around = contextOf(t);
          const z = model.encode(w, t.x, around);
          const rate = model.dynamics(w, z, around);
          const [prediction, target] = discrete
            ? [rate.slice(0, 0, T - 1), z.slice(0, 1, T - 1)]
            : [rate, differences(z, dt, order)];
          const losses: Record<string, Tensor> = { dynamics: lossFormula(criterion.dynamics, prediction, target.stop()) };
          if (names.includes("recon")) losses.recon = reconstruction(criterion.recon, model, w, t.x, around);
          return totalled(criterion, losses);
        }),
      );
      const out = program.run({ ...weights, x: batch.x, ...contextValues(model, batch) });
      return evaluationOf(names, out, withGradient ? parameters : null);
    },
  };
}

function requireEven(grid: Float64Array): number {
  const dt = stepOf(grid);
  if (dt !== null) return dt;
  throw new DymadError("E_DATA", "finite differences need a constant time step, but the sample times are not evenly spaced", {
    hint: "resample the data, or train with NODE",
  });
}

/** The time derivative of z, shape [T, ...], by the stencils of `timeDerivative`. */
function differences(z: Tensor, dt: number, order: 1 | 2 | 4): Tensor {
  const { first, inner, last, divisor } = schemes[order];
  const T = z.shape[0];
  const combination = (weights: readonly number[], start: number, length: number): Tensor =>
    weights
      .flatMap((w, k) => (w === 0 ? [] : [z.slice(0, start + k, length).mul(w / (divisor * dt))]))
      .reduce((a, b) => a.add(b));
  if (order === 1) {
    const forward = combination(first[0], 0, T - 1);
    return concat([forward, forward.slice(0, T - 2, 1)], 0);
  }
  const middle = T - inner.length + 1;
  return concat(
    [
      ...first.map((weights) => combination(weights, 0, 1)),
      combination(inner, 0, middle),
      ...last.map((weights) => combination(weights, T - inner.length, 1)),
    ],
    0,
  );
}
