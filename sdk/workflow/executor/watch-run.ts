import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { DymadError } from "../../errors.js";
import type { Kept, RunFailure, TrainingRunRecord } from "../facade/records.js";
import { lastingWrite } from "../store/atomic-write.js";
import { isTerminal } from "../store/run-states.js";
import { epochsSeen } from "./event-log.js";
import { keptCheckpoint } from "./kept-checkpoint.js";
import { livesStill } from "./process-identity.js";
import type { RunFolder } from "./run-folder.js";

/**
 * The record of a run as it is now. A run whose worker has disappeared is FAILED, and is recorded so (where the store can be
 * written); its last checkpoint is the model it has left, and its log stays.
 */
export function describeRun(folder: RunFolder, handle: string): Kept<"training_run"> {
  const run = folder.facade.get("training_run", handle);
  if (isTerminal(run.record.status) || !isGone(folder, run.record)) return run;
  // The worker may have finished between the two looks.
  const again = folder.facade.get("training_run", handle);
  if (isTerminal(again.record.status)) return again;
  const epochs = epochsSeen(folder);
  const after = epochs > 0 ? ` after ${epochs} epochs` : "";
  const kept = existsSync(folder.path("checkpoint"));
  const failure: RunFailure = {
    code: "E_WORKER",
    message: `the worker ended while the run was ${again.record.status}${after}, without recording why`,
    hint: kept
      ? "the log may tell; dymad eval and dymad report use the last checkpoint, dymad train --resume goes on from it"
      : "the log may tell; dymad train --resume begins again",
  };
  const seconds = secondsTrained(folder, again.record);
  const metrics = { ...again.record.metrics, epochs, ...(seconds === null ? {} : { seconds }) };
  const changes = { status: "FAILED", finished_at: new Date().toISOString(), metrics, failure } as const;
  try {
    const { checkpoint, checkpoint_handle } = keptCheckpoint(folder, handle, again.record);
    const failed = folder.facade.updateRun(handle, { ...changes, checkpoint_handle });
    folder.amend({ ...changes, checkpoint, checkpoint_handle, artifacts: folder.artifacts() });
    return failed;
  } catch (error) {
    if (error instanceof DymadError && error.code === "E_CONFLICT") return folder.facade.get("training_run", handle);
    if (error instanceof DymadError && error.code === "E_WRITE") {
      return { ...again, record: { ...again.record, ...changes } };
    }
    throw error;
  }
}

/** Seconds that a run whose worker is gone has trained, as far as its heartbeat tells; null when it never beat. */
function secondsTrained(folder: RunFolder, { started_at, earlier_seconds = 0 }: TrainingRunRecord): number | null {
  const path = folder.signal("heartbeat");
  if (started_at === null || !existsSync(path)) return null;
  return earlier_seconds + Math.max(0, (statSync(path).mtimeMs - Date.parse(started_at)) / 1000);
}

const isGone = (folder: RunFolder, { worker, launcher }: TrainingRunRecord): boolean =>
  !livesStill(worker ?? launcher, folder.signal("heartbeat"));

/**
 * Asks a run to stop: it ends CANCELLED after its present epoch, with the best model so far.
 *
 * @throws  E_CONFLICT when the run has already ended
 */
export function cancelRun(folder: RunFolder, handle: string): void {
  const { status } = describeRun(folder, handle).record;
  if (isTerminal(status)) {
    throw new DymadError("E_CONFLICT", `the run is ${status}; there is nothing to cancel`, { hint: "start a new run" });
  }
  lastingWrite(folder.signal("cancel"), `${new Date().toISOString()}\n`);
}

export interface LogChunk {
  readonly text: string;
  /** where to read on */
  readonly next_offset: number;
  /** nothing more was there when it was read */
  readonly caught_up: boolean;
  /** the run has ended: once caught up, nothing more will come */
  readonly run_terminal: boolean;
}

/**
 * A part of a run's log, cut between characters.
 *
 * @param offset    first byte, integer >= 0
 * @param maxBytes  most bytes to read, integer >= 4 (a character has up to four)
 * @throws          E_SPEC when a number is not in its range
 */
export function readLog(folder: RunFolder, handle: string, offset = 0, maxBytes = 65536): LogChunk {
  if (!Number.isInteger(offset) || offset < 0)
    throw new DymadError("E_SPEC", `offset must be an integer of at least 0, got ${offset}`, { path: ["offset"] });
  if (!Number.isInteger(maxBytes) || maxBytes < 4)
    throw new DymadError("E_SPEC", `max_bytes must be an integer of at least 4, got ${maxBytes}`, { path: ["max_bytes"] });
  // The state is read first: a run that ended before this has written all its lines.
  const run_terminal = isTerminal(describeRun(folder, handle).record.status);
  const path = folder.path("log");
  if (!existsSync(path)) return { text: "", next_offset: offset, caught_up: true, run_terminal };
  const size = statSync(path).size;
  const start = Math.min(offset, size);
  const bytes = new Uint8Array(Math.min(maxBytes, size - start));
  const file = openSync(path, "r");
  const read = readSync(file, bytes, 0, bytes.length, start);
  closeSync(file);
  const end = wholeCharacters(bytes.subarray(0, read));
  const next_offset = start + end;
  return { text: new TextDecoder().decode(bytes.subarray(0, end)), next_offset, caught_up: next_offset >= size, run_terminal };
}

/** Length of the longest prefix that does not end within a UTF-8 character. */
export function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
