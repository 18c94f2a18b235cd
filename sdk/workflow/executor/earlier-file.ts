import { type Earlier, readEarlier } from "../../dynamics/training/earlier.js";
import { restoreFields } from "../../dynamics/transforms/fields.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { EarlierFacts } from "../compiler/facts.js";

export interface LoadedEarlier extends Earlier {
  readonly facts: Omit<EarlierFacts, "unlike">;
}

/**
 * The training in the bytes of its checkpoint, for one that goes on with it.
 *
 * @param where  name of the file, for messages
 * @throws       E_FORMAT when the bytes are no checkpoint of a training; E_UNSUPPORTED when it has kept no sums of pairs
 */
export function loadEarlier(bytes: Uint8Array, where: string): LoadedEarlier {
  const earlier = readEarlier(bytes, where);
  const { record, config, sums } = earlier;
  const { x, u } = restoreFields(record.transforms, record.graph?.nodes ?? null);
  const nodes = config.model.graph_mode === "none" ? 1 : (record.graph?.nodes ?? 1);
  const widths = { x: nodes * x.inputDim, u: nodes * (u?.inputDim ?? 0) };
  const { pairs } = sums;
  return {
    ...earlier,
    facts: { sha256: sha256Hex(bytes), size: bytes.length, pairs, config, widths, dt: record.dt ?? null },
  };
}
