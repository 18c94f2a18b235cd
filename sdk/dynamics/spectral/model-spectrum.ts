import { DymadError } from "../../errors.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { stackRows } from "../../numerics/linalg/qr.js";
import { splitNodes } from "../data/graphs/nodes.js";
import type { Dataset } from "../data/series.js";
import { requireStep } from "../data/step.js";
import type { TrainedModel } from "../evaluation/trained-model.js";
import { koopmanSpectrum, type Spectrum } from "./spectrum.js";

/**
 * The Koopman spectrum of a trained model with linear dynamics, with the residual of each eigenvalue on data.
 * Snapshot pairs are the encoded rows of every trajectory, on a graph of each of its nodes, which share one matrix; the part of the next row that control explains is taken off first.
 *
 * @param model    a kbf or lti model: z' = A z + control terms, shape of A [k, k]
 * @param data     trajectories in the units of the training data, evenly sampled with one common step
 * @param options  threshold and order as in `koopmanSpectrum`
 * @returns        eigenvalues with growth (1/units of t), frequency (cycles per unit of t) and residual (dimensionless)
 * @throws         E_UNSUPPORTED when the dynamics are a network; E_DATA when the sampling is uneven; E_UNSUPPORTED for continuous models with control
 * @see            Colbrook & Townsend 2024, doi:10.1002/cpa.22125
 */
export function modelSpectrum(
  model: TrainedModel,
  data: Dataset,
  options: { threshold?: number; order?: "residual" | "energy" } = {},
): Spectrum {
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
  const encoded = data.trajectories.flatMap((trajectory) => {
    const { z, features } = model.encode(trajectory);
    const each = splitNodes(features, axis.nodes);
    return splitNodes(z, axis.nodes).map((own, i) => ({ z: own, features: each[i] }));
  });
  const pairs = encoded.map(({ z, features }) => {
    const explained = columnsFrom(features, dims.z).multiply(control);
    const next = new Matrix(z.rows - 1, dims.z, z.data.slice(dims.z));
    for (let i = 0; i < next.data.length; i++) next.data[i] -= explained.data[i];
    return { now: z.slice(0, z.rows - 1), next };
  });
  return koopmanSpectrum({
    A: W.slice(0, dims.z).transpose(),
    P0: stackRows(pairs.map((p) => p.now)),
    P1: stackRows(pairs.map((p) => p.next)),
    dt,
    timeDomain: spec.time_domain,
    ...options,
  });
}

function columnsFrom(a: Matrix, start: number): Matrix {
  const out = new Matrix(a.rows, a.cols - start);
  for (let i = 0; i < a.rows; i++) out.row(i).set(a.row(i).subarray(start));
  return out;
}
