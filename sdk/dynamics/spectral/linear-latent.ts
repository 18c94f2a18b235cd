import { DymadError } from "../../errors.js";
import { constant, trace } from "../../numerics/engine/index.js";
import { leastSquares } from "../../numerics/linalg/lstsq.js";
import { Matrix, sumOfSquares } from "../../numerics/linalg/matrix.js";
import { autoencoderTransform } from "../evaluation/autoencoder-transform.js";
import type { TrainedModel } from "../evaluation/trained-model.js";
import { alone } from "../models/context.js";
import { pickParameters } from "../models/parameters.js";
import type { ModelSpec } from "../models/spec.js";
import { rowFunction } from "../transforms/row-function.js";
import { scaler } from "../transforms/scaler.js";
import type { Transform } from "../transforms/transform.js";

/** Linear dynamics of a latent state, around its point of rest: z' = (z - rest) W, and in discrete time the next z = rest + (z - rest) W. */
export interface LinearLatent {
  /** with rows for control below those of z where the model has them, shape [s, k] */
  readonly W: Matrix;
  /** shape [k]; null = the origin */
  readonly rest: Float64Array | null;
}

/**
 * The linear dynamics of a trained model: those of kbf, lti and dmd, and those of an ldm whose networks have no activation, z' = z W + b,
 * which are linear around the point where nothing moves.
 *
 * @returns  W [s, k] and the point of rest
 * @throws   E_UNSUPPORTED when the dynamics are not linear, or have no point of rest: a constant drift
 * @see      docs/spectral.md, "Of a run"
 */
export function linearLatent(trained: TrainedModel): LinearLatent {
  const { model, weights } = trained;
  const { spec, linear, dims, layout } = model;
  if (linear !== null) return { W: linear.matrix(weights), rest: null };
  if (!isAffine(spec) || layout !== null) {
    throw new DymadError("E_UNSUPPORTED", `${spec.family} has no linear dynamics, so it has no Koopman matrix`, {
      hint: "train kbf, lti or dmd, or ldm with activation: none",
    });
  }
  const k = dims.z;
  const rates = rowFunction(
    trace({ row: [k] }, ({ row }) => {
      const all = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, constant(row, shape, weights[name])]));
      const out = model.dynamics(pickParameters(model.parameters, all), row.reshape([1, k]), alone);
      return { out: out.reshape([k]) };
    }),
  );
  const b = rates.apply(new Matrix(1, k));
  const slope = rates.jacobian(new Float64Array(k));
  return { W: slope.transpose(), rest: restOf(slope, b.data, spec.time_domain === "discrete") };
}

/** One layer without an activation after it, or any number without any. */
const isAffine = ({ family, processor_layers, activation, end_activation }: ModelSpec): boolean =>
  family === "ldm" && (activation === "none" || (processor_layers === 1 && !end_activation));

/** z with slope z + b = z (discrete) or 0 (continuous). */
function restOf(slope: Matrix, b: Float64Array, discrete: boolean): Float64Array {
  const k = b.length;
  const moved = slope.clone();
  if (discrete) for (let i = 0; i < k; i++) moved.set(i, i, moved.get(i, i) - 1);
  const { x, residual } = leastSquares(
    moved,
    new Matrix(
      k,
      1,
      b.map((value) => -value),
    ),
  );
  if (residual[0] <= 1e-8 * Math.sqrt(sumOfSquares(b))) return x.column(0);
  throw new DymadError("E_UNSUPPORTED", "the latent state drifts and has no point of rest to be linear around", {
    hint: "train kbf, lti or dmd with a constant among the observables: transform_x add_one",
  });
}

/** From transformed states to the latent coordinates that W acts on: the encoder, and the point of rest moved to the origin. */
export function latentStages(trained: TrainedModel): Transform[] {
  const { rest } = linearLatent(trained);
  const coder = autoencoderTransform(trained);
  return rest === null ? [coder] : [coder, scaler("none", Array.from(rest), new Array<number>(rest.length).fill(1))];
}
