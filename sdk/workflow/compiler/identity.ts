import { canonicalJson } from "../../formats/canonical.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { CompiledDraft } from "./compiled.js";

/**
 * What the identity of a training is made of: everything that decides its weights, and nothing that does not (paths, handles,
 * names of runs, versions, the device that was found).
 */
export function identityOf(compiled: CompiledDraft): unknown {
  const { config, data, run } = compiled;
  return {
    model: config.model,
    graph_mode: compiled.graph_mode,
    phases: config.phases,
    criterion: config.criterion,
    dataloader: config.dataloader,
    transform_x: config.transform_x,
    transform_u: config.transform_u,
    transform_y: config.transform_y,
    transform_p: config.transform_p,
    transform_ew: config.transform_ew,
    transform_ea: config.transform_ea,
    selection: config.selection,
    split: compiled.split,
    seed: config.seed,
    dtype: config.dtype,
    device: run.device,
    threads: run.threads,
    ...(compiled.search === null ? {} : { search: compiled.search }),
    ...(compiled.earlier === undefined ? {} : { earlier: compiled.earlier.sha256 }),
    data: Object.fromEntries(
      Object.entries(data).map(([role, entry]) => [
        role,
        entry && {
          sha256: entry.sha256,
          columns: entry.columns,
          dt: entry.given_dt,
          ...(entry.given_graph ? { graph: entry.given_graph } : {}),
          n_samples: entry.n_samples,
          n_steps: entry.n_steps,
        },
      ]),
    ),
  };
}

/** SHA-256 of the canonical JSON of {@link identityOf}, lower-case hexadecimal. */
export function requestHash(compiled: CompiledDraft): string {
  return sha256Hex(canonicalJson(identityOf(compiled)));
}
