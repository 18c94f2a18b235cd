import { DymadError } from "../../errors.js";
import { columns } from "../../numerics/linalg/lstsq.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { stackRows } from "../../numerics/linalg/qr.js";
import { splitNodes } from "../data/graphs/nodes.js";
import type { Dataset } from "../data/series.js";
import { requireStep, stepAgreement } from "../data/step.js";
import type { TrainedModel } from "../evaluation/trained-model.js";
import { controlShare } from "./control-share.js";
import { linearLatent } from "./linear-latent.js";
import { koopmanSpectrum, type Spectrum, type SpectrumRequest } from "./spectrum.js";

/** A linear latent model and sample pairs of its latent state. */
export interface LatentPairs extends Pick<SpectrumRequest, "A" | "P0" | "P1" | "dt" | "timeDomain"> {
  /** the states that the rows of P0 belong to, units of `x`, shape [M, n]: the newest sample of each window */
  readonly x0: Matrix;
  /** how control enters z' beside A z: rows for z_i u_j (latent-major) and u_j, as the model has them, shape [s - k, k]; no rows without control */
  readonly control: Matrix;
  /** the point of rest that latent states are counted from, shape [k]; null = the origin, where the dynamics have no constant */
  readonly rest: Float64Array | null;
  /** the latent states of whole trajectories, on a graph of each node; shape [T, k] each */
  readonly series: readonly Matrix[];
}

/**
 * Encoded rows of every trajectory and the rows that follow them, on a graph of each of its nodes, which share one matrix; the part of the
 * next row that control explains is taken off, so that the spectrum is that of the drift, at zero control. A pair never joins two trajectories.
 *
 * @param model  a kbf, lti or dmd model, z' = A z + control terms, A of shape [k, k]; or an ldm without activations, whose latent states are
 *               counted from their point of rest
 * @param data   trajectories in the units of the training data, evenly sampled with one common step
 * @returns      A, P0 and P1 [M, k], the step, and the states [M, n] behind P0
 * @throws       E_UNSUPPORTED when the dynamics are a network; E_DATA when the sampling is uneven, or not at the step of a discrete model
 * @see          Colbrook & Townsend 2024, doi:10.1002/cpa.22125
 */
export function latentPairs(model: TrainedModel, data: Dataset): LatentPairs {
  const { node: dims, axis, spec } = model.model;
  const { W, rest } = linearLatent(model);
  const dt = requireStep(data, "a spectrum");
  if (spec.time_domain === "discrete") requireOwnStep(model, dt);
  const control = W.slice(dims.z, dims.s);
  const continuous = spec.time_domain === "continuous";
  const pairs = data.trajectories.flatMap((trajectory) => {
    const { z, features } = model.encode(trajectory);
    const prepared = continuous && control.rows > 0 ? model.transforms.prepare(trajectory, spec.input_order) : null;
    const each = splitNodes(features, axis.nodes);
    const states = splitNodes(trajectory.x, axis.nodes);
    return splitNodes(z, axis.nodes).map((encoded, i) => {
      const own = rest === null ? encoded : around(encoded, rest);
      const explained =
        prepared === null ? columns(each[i], dims.z, dims.s).multiply(control) : controlShare(model.model, W, prepared, own, i);
      const next = new Matrix(own.rows - 1, dims.z, own.data.slice(dims.z));
      for (let k = 0; k < next.data.length; k++) next.data[k] -= explained.data[k];
      const x = states[i];
      return { own, now: own.slice(0, own.rows - 1), next, x0: x.slice(x.rows - own.rows, x.rows - 1) };
    });
  });
  return {
    A: W.slice(0, dims.z).transpose(),
    P0: stackRows(pairs.map((p) => p.now)),
    P1: stackRows(pairs.map((p) => p.next)),
    dt,
    timeDomain: spec.time_domain,
    x0: stackRows(pairs.map((p) => p.x0)),
    control,
    rest,
    series: pairs.map(({ own }) => own),
  };
}

/**
 * The Koopman spectrum of a trained model with linear dynamics, with the residual of each eigenvalue on data.
 *
 * @param model    as in latentPairs, shape of A [k, k]
 * @param data     trajectories in the units of the training data, evenly sampled with one common step
 * @param options  threshold and order as in `koopmanSpectrum`
 * @returns        eigenvalues with growth (1/units of t), frequency (cycles per unit of t) and residual (dimensionless)
 * @throws         as latentPairs
 * @see            Colbrook & Townsend 2024, doi:10.1002/cpa.22125
 */
export function modelSpectrum(
  model: TrainedModel,
  data: Dataset,
  options: { threshold?: number; order?: "residual" | "energy" } = {},
): Spectrum {
  return koopmanSpectrum({ ...latentPairs(model, data), ...options });
}

const around = ({ rows, cols, data }: Matrix, rest: Float64Array): Matrix =>
  new Matrix(
    rows,
    cols,
    data.map((value, i) => value - rest[i % cols]),
  );

/** A discrete model is asked on its own step only: its multipliers belong to that. */
function requireOwnStep({ record }: TrainedModel, dt: number): void {
  const own = record.dt;
  if (own === null) {
    throw new DymadError(
      "E_DATA",
      "this discrete model was trained on unevenly sampled data, so its eigenvalues belong to no step",
      {
        path: ["t"],
        hint: "train on resampled data, or a continuous model; multipliers alone need no step: eigen(A) of model.linear",
      },
    );
  }
  // older checkpoints do not tell
  if (own === undefined || Math.abs(dt - own) <= stepAgreement * own) return;
  throw new DymadError("E_DATA", `the data are sampled at step ${dt}, this discrete model was trained at step ${own}`, {
    path: ["t"],
    hint: `resample the data to step ${own}; eigenvalues alone need no data: eigen(A) of model.linear`,
  });
}
