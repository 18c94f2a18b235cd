import { readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import type { WorkerIdentity } from "../facade/records.js";

/** Who a process is: its number alone would not do, because numbers are given out again. */
export function identityOfProcess(pid: number, token: string): WorkerIdentity {
  return { token, pid, host: hostname(), process_start: startOf(pid)?.start ?? null };
}

/**
 * Whether a process still runs. On another machine this cannot be seen: null.
 * A process that has ended but was not yet collected by its parent (a zombie) does not run.
 */
export function isRunning(identity: WorkerIdentity): boolean | null {
  if (identity.host !== hostname()) return null;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to someone else, so it is not ours unless its start says so.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = startOf(identity.pid);
  if (now === null) return true;
  if (now.zombie) return false;
  return identity.process_start === null || identity.process_start === now.start;
}

/** A process of another machine counts as gone when it has been silent for this long. */
const silentMilliseconds = 60_000;

/** Whether a process lives as far as can be seen: here by its number and start, elsewhere by a file that it touches every few seconds. */
export function livesStill(identity: WorkerIdentity, touched: string): boolean {
  const running = isRunning(identity);
  if (running !== null) return running;
  const found = statSync(touched, { throwIfNoEntry: false });
  return found === undefined || Date.now() - found.mtimeMs <= silentMilliseconds;
}

/** Start of a process in clock ticks since the machine started, and whether it is a zombie; null where /proc is not there. */
function startOf(pid: number): { start: string; zombie: boolean } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the name in parentheses, which may hold spaces: count from behind it. State is field 3, start field 22.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return { start: `${boot}/${fields[19]}`, zombie: fields[0] === "Z" || fields[0] === "X" };
  } catch {
    return null;
  }
}
