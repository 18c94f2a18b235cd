import { DymadError } from "../errors.js";
import { canonicalJson } from "./canonical.js";
import { type NpyArray, readNpy, type ShapedArray, writeNpy } from "./npy.js";
import { readZip, writeZip } from "./zip.js";

const SCHEMA = "dymad.checkpoint.v1";
const JSON_ENTRY = "checkpoint.json";

/** What a checkpoint holds: a JSON description, and the arrays it speaks of by name. */
export interface Checkpoint {
  readonly json: unknown;
  readonly arrays: Readonly<Record<string, ShapedArray>>;
}

/**
 * A checkpoint as bytes: a zip file, stored, with `checkpoint.json` and one `.npy` entry per array (NumPy can load it).
 * Equal contents give equal bytes: keys and names are sorted, and no time, host or version goes in.
 *
 * @throws  E_SPEC when `json` cannot be written as JSON; E_SHAPE when an array's values do not fill its shape
 */
export function writeCheckpoint(content: Checkpoint): Uint8Array {
  const text = canonicalJson({ schema: SCHEMA, content: content.json });
  const entries: Record<string, Uint8Array> = { [JSON_ENTRY]: new TextEncoder().encode(text) };
  for (const [name, array] of Object.entries(content.arrays)) entries[`${name}.npy`] = writeNpy(array, `array ${name}`);
  return writeZip(entries, false);
}

/**
 * Reads what {@link writeCheckpoint} wrote.
 *
 * @param where  name of the file, for messages
 * @throws       E_FORMAT when the file is damaged, is no checkpoint, or has a schema this version does not know
 */
export function readCheckpoint(bytes: Uint8Array, where = "the checkpoint"): { json: unknown; arrays: Record<string, NpyArray> } {
  const entries = readZip(bytes, where);
  const json = entries.get(JSON_ENTRY);
  if (json === undefined) {
    throw new DymadError("E_FORMAT", `${where} has no entry ${JSON_ENTRY}`, { hint: "give a file that a dymad training wrote" });
  }
  const record = parse(new TextDecoder().decode(json), where);
  if (record.schema !== SCHEMA) {
    throw new DymadError("E_FORMAT", `${where} has schema ${JSON.stringify(record.schema)}, this version reads "${SCHEMA}"`, {
      hint: "read it with the version of dymad that wrote it, or train again",
    });
  }
  const arrays: Record<string, NpyArray> = {};
  for (const [entry, content] of entries) {
    if (entry.endsWith(".npy")) arrays[entry.slice(0, -4)] = readNpy(content, `entry ${entry} of ${where}`);
  }
  return { json: record.content, arrays };
}

function parse(text: string, where: string): { schema?: unknown; content?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch (cause) {
    throw new DymadError("E_FORMAT", `${JSON_ENTRY} of ${where} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
