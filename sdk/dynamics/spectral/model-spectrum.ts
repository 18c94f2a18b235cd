import { DymadError } from "../../errors.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { stackRows } from "../../numerics/linalg/qr.js";
import { splitNodes } from "../data/graphs/nodes.js";
import type { Dataset } from "../data/series.js";
import { requireStep } from "../data/step.js";
import type { TrainedModel } from "../evaluation/trained-model.js";
import { koopmanSpectrum, type Spectrum, type SpectrumRequest } from "./spectrum.js";

/** A linear latent model and sample pairs of its latent state. */
export interface LatentPairs extends Pick<SpectrumRequest, "A" | "P0" | "P1" | "dt" | "timeDomain"> {
  /** the states that the rows of P0 belong to, units of `x`, shape [M, n]: the newest sample of each window */
  readonly x0: Matrix;
}

/**
 * Encoded rows of every trajectory and the rows that follow them, on a graph of each of its nodes, which share one matrix; the part of the
 * next row that control explains is taken off. A pair never joins two trajectories.
 *
 * @param model  a kbf or lti model: z' = A z + control terms, A of shape [k, k]
 * @param data   trajectories in the units of the training data, evenly sampled with one common step
 * @returns      A, P0 and P1 [M, k], the step, and the states [M, n] behind P0
 * @throws       E_UNSUPPORTED when the dynamics are a network, and for continuous models with control; E_DATA when the sampling is uneven
 * @see          Colbrook & Townsend 2024, doi:10.1002/cpa.22125
 */
export function latentPairs(model: TrainedModel, data: Dataset): LatentPairs {
  const { linear, node: dims, axis, spec } = model.model;
  if (linear === null) {
    throw new DymadError("E_UNSUPPORTED", `${spec.family} has no linear dynamics, so it has no Koopman matrix`, {
      hint: "train kbf or lti",
    });
  }
  if (dims.u > 0 && spec.time_domain === "continuous") {
    throw new DymadError("E_UNSUPPORTED", "residuals of continuous models with control are not computed yet", {
      hint: "use a discrete model, or data without control",
    });
  }
  const dt = requireStep(data, "a spectrum");
  const W = linear.matrix(model.weights);
  const control = new Matrix(dims.s - dims.z, dims.z, W.data.subarray(dims.z * dims.z));
  const pairs = data.trajectories.flatMap((trajectory) => {
    const { z, features } = model.encode(trajectory);
    const each = splitNodes(features, axis.nodes);
    const states = splitNodes(trajectory.x, axis.nodes);
    return splitNodes(z, axis.nodes).map((own, i) => {
      const explained = columnsFrom(each[i], dims.z).multiply(control);
      const next = new Matrix(own.rows - 1, dims.z, own.data.slice(dims.z));
      for (let k = 0; k < next.data.length; k++) next.data[k] -= explained.data[k];
      const x = states[i];
      return { now: own.slice(0, own.rows - 1), next, x0: x.slice(x.rows - own.rows, x.rows - 1) };
    });
  });
  return {
    A: W.slice(0, dims.z).transpose(),
    P0: stackRows(pairs.map((p) => p.now)),
    P1: stackRows(pairs.map((p) => p.next)),
    dt,
    timeDomain: spec.time_domain,
    x0: stackRows(pairs.map((p) => p.x0)),
  };
}

/**
 * The Koopman spectrum of a trained model with linear dynamics, with the residual of each eigenvalue on data.
 *
 * @param model    a kbf or lti model: z' = A z + control terms, shape of A [k, k]
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

function columnsFrom(a: Matrix, start: number): Matrix {
  const out = new Matrix(a.rows, a.cols - start);
  for (let i = 0; i < a.rows; i++) out.row(i).set(a.row(i).subarray(start));
  return out;
}
