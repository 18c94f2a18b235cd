import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { kinds, objectKinds } from "./kinds.js";
import { writing } from "./writing.js";

/**
 * Files that a process left in a store when it was killed while it wrote: temporary files, locks, and bytes whose record was never
 * written or is gone.
 *
 * @param olderThanMs  younger files may belong to a process that still writes
 * @returns            paths relative to the root of the store, sorted
 */
export function leftoversBelow(root: string, olderThanMs: number): string[] {
  const now = Date.now();
  return [...objectKinds.map((kind) => kinds[kind].folder), "runs", "queue"]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => {
      const files = readdirSync(join(root, folder));
      const known = new Set(files);
      return files.filter((file) => isLeftover(file, known)).map((file) => join(folder, file));
    })
    .filter((path) => now - (statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? now) > olderThanMs)
    .sort();
}

function isLeftover(file: string, known: ReadonlySet<string>): boolean {
  if (file.endsWith(".tmp") || file.endsWith(".lock")) return true;
  const handle = /^([a-z]+_[a-z0-9]{6,})\./.exec(file)?.[1];
  return handle !== undefined && !known.has(`${handle}.json`);
}

export function removeLeftover(root: string, path: string): void {
  writing(join(root, path), () => rmSync(join(root, path), { force: true }));
}
