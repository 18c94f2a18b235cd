import { latentPairs } from "../../../dynamics/spectral/model-spectrum.js";
import type { SpectrumRequest } from "../../../dynamics/spectral/spectrum.js";
import { DymadError } from "../../../errors.js";
import { readNpz, writeNpz } from "../../../formats/npz.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import type { ObjectSummary, SpectralSnapshotRecord } from "../../facade/records.js";
import { matrixArray } from "../analysis-arrays.js";
import { handledData } from "./analyses.js";
import { openCheckpoint } from "./checkpoints.js";
import type { Workspace } from "./workspace.js";

/**
 * Keeps what a spectral analysis starts from: encoded states, the states one step later without the control's share, and the linear map A
 * between them, as npz beside the record (`encoded_p0`, `encoded_p1` [M, k]; `full_matrix` [k, k], or of a model of rank r
 * `left_factor`, `right_factor` [k, r] with A = left right^T). The same checkpoint on the same data keeps its snapshot.
 *
 * @throws  E_UNSUPPORTED for models without linear dynamics; E_DATA when the data are sampled unevenly, or not at the step of the model
 */
export function registerSnapshot(workspace: Workspace, checkpoint_handle: string, dataset_handle: string): ObjectSummary {
  const { facade } = workspace;
  const same = facade.store.list("spectral_snapshot").find(({ value }) => {
    const { checkpoint_handle: of, metadata } = value as unknown as SpectralSnapshotRecord;
    return of === checkpoint_handle && metadata.dataset_handle === dataset_handle;
  });
  if (same !== undefined) return facade.describe(same.handle);
  const { model } = openCheckpoint(workspace, checkpoint_handle);
  const { dataset } = handledData(workspace, dataset_handle);
  const { A, P0, P1, dt, timeDomain: time_domain } = latentPairs(model, dataset);
  const factors = model.model.linear?.factors(model.weights) ?? null;
  const map = factors === null ? { full_matrix: A } : { left_factor: factors.V, right_factor: factors.U.slice(0, P0.cols) };
  const arrays = Object.entries({ encoded_p0: P0, encoded_p1: P1, ...map });
  const npz = writeNpz(Object.fromEntries(arrays.map(([name, array]) => [name, matrixArray(array)])));
  const snapshot: SpectralSnapshotRecord = {
    checkpoint_handle,
    model_key: model.record.model.family,
    koopman_mode: factors === null ? "full" : "low_rank",
    input_dim: model.record.widths.x,
    sample_count: P0.rows,
    obs_dim: P0.cols,
    metadata: { dataset_handle, dt, time_domain },
  };
  return facade.describe(facade.register("spectral_snapshot", snapshot, { npz }).handle);
}

/**
 * What a snapshot holds, ready for `koopmanSpectrum`: no model and no data are read.
 *
 * @throws  E_NOT_FOUND when there is no such snapshot; E_FORMAT when its arrays are not those of its record
 */
export function openSnapshot(
  workspace: Workspace,
  handle: string,
): Pick<SpectrumRequest, "A" | "P0" | "P1" | "dt" | "timeDomain"> {
  const { facade } = workspace.find(handle);
  const { record } = facade.get("spectral_snapshot", handle);
  const arrays = readNpz(facade.store.payload(handle, "npz"));
  const read = (name: string, rows: number): Matrix => {
    const array = arrays.get(name);
    if (array?.shape.length === 2 && array.shape[0] === rows) {
      return new Matrix(rows, array.shape[1], Float64Array.from(array.data as Float64Array));
    }
    throw new DymadError("E_FORMAT", `the arrays of ${handle} have no ${name} of ${rows} rows`, {
      hint: "register the snapshot anew",
    });
  };
  const { sample_count, obs_dim, koopman_mode = "full", metadata } = record;
  const A =
    koopman_mode === "full"
      ? read("full_matrix", obs_dim)
      : read("left_factor", obs_dim).multiply(read("right_factor", obs_dim).transpose());
  const { dt, time_domain } = metadata as { readonly dt: number; readonly time_domain: SpectrumRequest["timeDomain"] };
  return { A, P0: read("encoded_p0", sample_count), P1: read("encoded_p1", sample_count), dt, timeDomain: time_domain };
}
