import { DymadError } from "../../../errors.js";
import { constant, type Engine, matmul, type Tensor, trace } from "../../../numerics/engine/index.js";
import type { Matrix } from "../../../numerics/linalg/matrix.js";
import { discreteWeakWeights, weakWeights } from "../../../numerics/weak-form.js";
import type { Batch } from "../../data/batch.js";
import { stepOf } from "../../data/step.js";
import { lossFormula } from "../../losses/loss.js";
import { contextOf, contextShapes, contextValues } from "../../models/context.js";
import type { Model } from "../../models/model.js";
import { parameterShapes, pickParameters } from "../../models/parameters.js";
import type { OptimizerPhase } from "../config.js";
import { evaluationOf, lossNames, type Objective, pointwise, reconstruction, totalled } from "./objective.js";
import { LossPrograms } from "./programs.js";

/**
 * The weak-form objective: instead of integrating the model, both sides of z' = f(z) are integrated against test functions over
 * sliding windows. Continuous: C z against D f(z). Discrete: D f(z_k) against D z_{k+1}, the target held fixed.
 *
 * @see Messenger & Bortz 2021, "Weak SINDy", doi:10.1137/20M1343166
 */
export function weakObjective(model: Model, phase: OptimizerPhase, engine: Engine): Objective {
  const names = lossNames(phase.criterion).filter(pointwise);
  const { weak_form_params: windows } = phase;
  if (windows === null) throw new DymadError("E_SPEC", "a Weak phase needs weak_form_params", { path: ["weak_form_params"] });
  const parameters = model.parameters.map((p) => p.name);
  const programs = new LossPrograms(engine, parameters);
  const discrete = model.spec.time_domain === "discrete";

  const graph = ({ B, T }: Batch, dt: number) => {
    const samples = discrete ? T - 1 : T;
    const starts = windowStarts(samples, windows.N, windows.dN);
    const { discrete_weight_normalization: rows } = windows;
    const weights = discrete
      ? { C: null, D: discreteWeakWeights(dt, windows.N, windows.ordpol, windows.ordint, rows) }
      : weakWeights(dt, windows.N, windows.ordpol, windows.ordint);
    return trace(
      {
        ...parameterShapes(model.parameters),
        x: [T, B, model.dims.x],
        ...contextShapes(model, B, [T]),
      },
      (t) => {
        const w = pickParameters(model.parameters, t);
        const around = contextOf(t);
        const z = model.encode(w, t.x, around);
        const rate = model.dynamics(w, z, around);
        const [prediction, target] =
          weights.C === null
            ? [
                projected(rate.slice(0, 0, samples), weights.D, starts),
                projected(z.slice(0, 1, samples), weights.D, starts).stop(),
              ]
            : [projected(rate, weights.D, starts), projected(z, weights.C, starts)];
        const losses: Record<string, Tensor> = { dynamics: lossFormula(phase.criterion.dynamics, prediction, target) };
        if (names.includes("recon")) losses.recon = reconstruction(phase.criterion.recon, model, w, t.x, around);
        return totalled(phase.criterion, losses);
      },
    );
  };

  return {
    names,
    stretches: (trajectories) => [...trajectories],
    evaluate(batch, weights, withGradient) {
      requireWindow(discrete ? batch.T - 1 : batch.T, windows.N);
      // rows of weights that are divided by their norm do not depend on the step
      const dt = discrete && windows.discrete_weight_normalization !== "none" ? 1 : stepOf(batch.grid);
      if (dt === null) {
        throw new DymadError("E_DATA", "the weak form needs a constant time step, but the sample times are not evenly spaced", {
          hint: "resample the data, or train with NODE",
        });
      }
      const program = programs.get(`${batch.B}x${batch.T}x${dt}`, withGradient, () => graph(batch, dt));
      const out = program.run({ ...weights, x: batch.x, ...contextValues(model, batch) });
      return evaluationOf(names, out, withGradient ? parameters : null);
    },
  };
}

function requireWindow(samples: number, N: number): void {
  if (samples >= N) return;
  throw new DymadError("E_DATA", `a trajectory offers ${samples} samples to weak-form windows of ${N}`, {
    path: ["weak_form_params", "N"],
    hint: samples < 3 ? "leave out short trajectories" : `use N of at most ${samples}, or longer trajectories`,
  });
}

function windowStarts(samples: number, N: number, dN: number): number[] {
  return Array.from({ length: Math.floor((samples - N) / dN) + 1 }, (_, w) => w * dN);
}

/**
 * Windows along time times a weight matrix.
 *
 * @param z       shape [T, B, d]
 * @param matrix  shape [P, N]
 * @param starts  first samples of the windows, [W]
 * @returns       shape [W, P, B d]
 */
function projected(z: Tensor, matrix: Matrix, starts: readonly number[]): Tensor {
  const [, B, d] = z.shape;
  const N = matrix.cols;
  const indices = starts.flatMap((start) => Array.from({ length: N }, (_, k) => start + k));
  const windows = z.gather(0, indices).reshape([starts.length, N, B * d]);
  const out = matmul(constant(z, [matrix.rows, N], matrix.data), windows);
  return out.reshape([starts.length, matrix.rows * B, d]);
}
