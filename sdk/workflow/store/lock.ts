import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { DymadError } from "../../errors.js";
import { besideName } from "./atomic-write.js";
import { writing } from "./writing.js";

/** A lock is held for one read and one write of a small file; whose owner cannot be seen is given this long. */
const staleMilliseconds = 60_000;
const wordlessMilliseconds = 10_000;
const patienceMilliseconds = 90_000;

/**
 * Runs a piece of work while a lock file exists, which only one process at a time can create. The lock of a process that has ended is
 * taken over.
 *
 * @throws  E_CONFLICT when the lock cannot be had for 90 seconds
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
    writeFileSync(path, JSON.stringify({ host: hostname(), pid: process.pid }), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  removeStale(path);
  return false;
}

/** Removes the lock of an owner that has ended; the next attempt may then take it. */
function removeStale(path: string): void {
  try {
    const text = readFileSync(path, "utf8");
    if (!isStale(text, Date.now() - statSync(path).mtimeMs)) return;
    // of two processes that find the same stale lock, one moves it away; the other must not take away what came after it
    const aside = besideName(path);
    renameSync(path, aside);
    const moved = readFileSync(aside, "utf8");
    if (moved !== text) writeFileSync(path, moved, { flag: "wx" });
    rmSync(aside, { force: true });
  } catch (error) {
    // released, or taken over by another, between the two looks
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EEXIST" && !(error instanceof SyntaxError)) throw error;
  }
}

function isStale(text: string, age: number): boolean {
  if (age > staleMilliseconds) return true;
  // an owner that ended before it could say who it is
  if (text === "") return age > wordlessMilliseconds;
  const owner = JSON.parse(text) as { readonly host: string; readonly pid: number };
  if (owner.host !== hostname()) return false;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
