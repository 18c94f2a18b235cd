import { lineageOf } from "../../facade/summary.js";
import { kindOf } from "../../store/kinds.js";
import { leftoversBelow, removeLeftover } from "../../store/leftovers.js";
import type { Workspace } from "./workspace.js";

/** Kinds that something else may be made from, and that are of no use by themselves. */
const collected = ["compiled_training_request", "compiled_analysis_request", "prediction_request", "dataset"] as const;

export type CollectedKind = (typeof collected)[number];

export const collectedKinds: readonly CollectedKind[] = collected;

export interface Garbage {
  /** records that nothing was made from */
  readonly records: readonly string[];
  /** runs whose directory has gone */
  readonly runs: readonly string[];
  /** files that a process left when it was killed while it wrote, relative to the root of the store */
  readonly files: readonly string[];
  readonly removed: boolean;
}

/**
 * What a workspace no longer needs: records of the given kinds that nothing was made from, entries of runs whose directory has gone, and
 * what killed processes have left. Run directories and data files are never touched.
 *
 * @param olderThanMs  younger records and files stay: someone may be about to use them
 * @param remove       false only tells
 */
export function collectGarbage(
  workspace: Workspace,
  { only, olderThanMs, remove }: { only: readonly CollectedKind[]; olderThanMs: number; remove: boolean },
): Garbage {
  const { facade, runs: index } = workspace;
  const { store } = facade;
  const now = Date.now();
  const used = new Set(usedHandles(workspace));
  const records = only
    .flatMap((kind) => store.handles(kind))
    .filter((handle) => !used.has(handle) && now - store.changedAt(handle) > olderThanMs);
  const runs = index.handles().filter((handle) => !workspace.files.exists(index.find(handle).place));
  const files = leftoversBelow(workspace.storeRoot, olderThanMs);
  if (remove) {
    for (const handle of records) store.remove(handle);
    for (const handle of runs) index.remove(handle);
    for (const file of files) removeLeftover(workspace.storeRoot, file);
  }
  return { records, runs, files, removed: remove };
}

/** Handles that a record of the workspace, or of a run, refers to. */
function usedHandles(workspace: Workspace): string[] {
  const stores = [workspace.facade, ...workspace.folders().map(({ facade }) => facade)];
  return stores.flatMap(({ store }) => store.list().flatMap(({ handle, value }) => lineageOf(kindOf(handle), value as never)));
}
