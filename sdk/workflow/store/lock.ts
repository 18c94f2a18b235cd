import { closeSync, openSync, rmSync, statSync } from "node:fs";
import { DymadError } from "../../errors.js";
import { writing } from "./writing.js";

/** A lock is held for one read and one write of a small file; one this old belongs to a process that died. */
const staleMilliseconds = 10_000;
const patienceMilliseconds = 15_000;

/**
 * Runs a piece of work while a lock file exists, which only one process at a time can create.
 *
 * @throws  E_CONFLICT when the lock cannot be had for 15 seconds
 */
export function withLock<T>(path: string, work: () => T): T {
  const start = Date.now();
  while (!writing(path, () => take(path))) {
    if (Date.now() - start > patienceMilliseconds) {
      throw new DymadError("E_CONFLICT", `${path} is held by another process`, {
        hint: "remove the file when no dymad is running",
      });
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    closeSync(openSync(path, "wx"));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  try {
    if (Date.now() - statSync(path).mtimeMs > staleMilliseconds) rmSync(path, { force: true });
  } catch (error) {
    // Released between the two looks: the next attempt may take it.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return false;
}
