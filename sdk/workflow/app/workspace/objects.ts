import { DymadError } from "../../../errors.js";
import { sha256Hex } from "../../../formats/sha256.js";
import type { Facade } from "../../facade/facade.js";
import type { ObjectSummary } from "../../facade/records.js";
import { kindOf, type ObjectKind } from "../../store/kinds.js";
import type { Workspace } from "./workspace.js";

/** An object of the workspace or of one of its runs. */
export interface DescribedObject {
  readonly summary: ObjectSummary;
  readonly record: Readonly<Record<string, unknown>>;
  /** the run whose store holds it, which the paths in the record are relative to; null: the root */
  readonly run_dir: string | null;
}

export function describeObject(workspace: Workspace, handle: string): DescribedObject {
  const { facade, folder } = workspace.find(handle);
  const run_dir = folder === null ? null : workspace.relative(folder.root);
  return { summary: facade.describe(handle), record: facade.store.read(handle).value, run_dir };
}

/**
 * Objects of one kind, or of all, by handle; runs are the newest first (`listRunsOf`).
 *
 * @param cursor  the last handle of the page before
 */
export function listObjects(
  workspace: Workspace,
  kind: ObjectKind | undefined,
  limit: number,
  cursor: string | null,
): { readonly objects: readonly ObjectSummary[]; readonly next_cursor: string | null } {
  const holders = [workspace.facade, ...workspace.folders().map(({ facade }) => facade)];
  const holder = new Map<string, Facade>();
  for (const facade of holders) {
    for (const handle of facade.store.handles(kind)) if (!holder.has(handle)) holder.set(handle, facade);
  }
  const after = [...holder.keys()].sort().filter((handle) => cursor === null || handle > cursor);
  const page = after.slice(0, limit);
  const objects = page.map((handle) => (holder.get(handle) as Facade).describe(handle));
  return { objects, next_cursor: after.length > limit ? (page.at(-1) ?? null) : null };
}

/** One object in a lineage. */
export interface LineageNode extends ObjectSummary {
  /** whether its file has the bytes it was recorded with; null for objects without a file */
  readonly intact: boolean | null;
}

/** An object and everything it was made from that is still known, the object first; files are compared with their records. */
export function traceLineage(workspace: Workspace, handle: string): readonly LineageNode[] {
  const seen = new Map<string, LineageNode>();
  const pending = [handle];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    if (seen.has(next) || (next !== handle && isGone(workspace, next))) continue;
    const summary = workspace.find(next).facade.describe(next);
    seen.set(next, { ...summary, intact: isIntact(workspace, next) });
    pending.push(...summary.lineage);
  }
  return [...seen.values()];
}

/** Checkpoints of runs go with the directory of their run, which those that went on with them do not need. */
function isGone(workspace: Workspace, handle: string): boolean {
  try {
    workspace.find(handle);
    return false;
  } catch (error) {
    if (error instanceof DymadError && error.code === "E_NOT_FOUND") return true;
    throw error;
  }
}

/** Which field of a record names its file. */
const fileFields: Partial<Record<ObjectKind, string>> = {
  dataset: "path",
  checkpoint: "checkpoint_path",
  evaluation: "metrics_path",
};

function isIntact(workspace: Workspace, handle: string): boolean | null {
  const field = fileFields[kindOf(handle)];
  if (field === undefined) return null;
  const { facade, folder } = workspace.find(handle);
  const { value } = facade.store.read(handle);
  try {
    const path = String(value[field]);
    return sha256Hex(workspace.files.read(folder === null ? path : folder.resolve(path))) === value.sha256;
  } catch (error) {
    if (error instanceof DymadError) return false;
    throw error;
  }
}
