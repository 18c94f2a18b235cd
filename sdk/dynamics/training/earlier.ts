import { DymadError } from "../../errors.js";
import { readCheckpoint } from "../../formats/checkpoint.js";
import type { ShapedArray } from "../../formats/npy.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { isNumbered } from "../data/dataset.js";
import type { ModelRecord } from "../evaluation/trained-model.js";
import type { PairSums } from "../spectral/dmd/pair-sums.js";
import type { TrainingConfig } from "./config.js";

/** What a training takes over from the checkpoint of another, to go on with its pairs and further data. */
export interface Earlier {
  readonly sums: PairSums;
  readonly record: ModelRecord;
  readonly config: TrainingConfig;
  /** what fitting its transforms has noticed: it holds as long as they are used */
  readonly notes: readonly string[];
}

/** The part of sums that is no array. */
export type SumsRecord = Pick<PairSums, "columns" | "pairs">;

const array = "sums/triangle";

interface CheckpointContent extends Partial<Pick<Earlier, "record" | "config" | "notes">> {
  readonly sums?: SumsRecord;
}

/** Sums in the forms a checkpoint and a snapshot keep; nothing where there are none. */
export function sumsParts(sums: PairSums | null): {
  readonly json: { readonly sums?: SumsRecord };
  readonly arrays: Readonly<Record<string, ShapedArray>>;
} {
  if (sums === null) return { json: {}, arrays: {} };
  const { triangle, columns, pairs } = sums;
  return {
    json: { sums: { columns, pairs } },
    arrays: { [array]: { shape: [triangle.rows, triangle.cols], data: triangle.data } },
  };
}

/** The sums that {@link sumsParts} put away; null where there were none. */
export function sumsFrom(record: SumsRecord | undefined, arrays: Readonly<Record<string, ShapedArray>>): PairSums | null {
  if (record === undefined) return null;
  const { shape, data } = arrays[array];
  return { ...record, triangle: new Matrix(shape[0], shape[1], Float64Array.from(data)) };
}

/**
 * What the checkpoint of a training has for one that goes on.
 *
 * @param where  name of the file, for messages
 * @throws       E_FORMAT when the bytes are no checkpoint of a training; E_UNSUPPORTED when it was not `streaming`
 */
export function readEarlier(bytes: Uint8Array, where: string): Earlier {
  const { json, arrays } = readCheckpoint(bytes, where);
  const { record, config, notes = [], sums: kept } = Object(json) as CheckpointContent;
  if (record === undefined || config === undefined) {
    throw new DymadError("E_FORMAT", `${where} is not the checkpoint of a training`, {
      hint: "give checkpoint.dymad of a run directory",
    });
  }
  const sums = sumsFrom(kept, arrays);
  if (sums !== null) return { record, config, notes, sums };
  throw new DymadError("E_UNSUPPORTED", `${where} has kept no sums of its pairs, so that no other training can go on with them`, {
    hint: "train the first data with reference_profile: dmd-streaming, or another profile of dmd and kwargs: { streaming: true }",
  });
}

type Names = ModelRecord["names"];

/** Names of columns over several pieces: those of the first piece that had names of its own. */
export function namesTogether(before: Names | undefined, now: Names): Names {
  if (before === undefined) return now;
  return { x: isNumbered("x", before.x) ? now.x : before.x, u: isNumbered("u", before.u) ? now.u : before.u };
}
