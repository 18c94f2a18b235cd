import { DymadError } from "../../errors.js";
import { progressOf, type RunProgress, searchProgressOf } from "../executor/event-log.js";
import type { TrialEvent } from "../executor/run-event.js";
import { names, RunFolder } from "../executor/run-folder.js";
import { cancelRun, describeRun, type LogChunk, readLog } from "../executor/watch-run.js";
import type { RunManifest } from "../facade/manifest.js";
import type { TrainingRunRecord } from "../facade/records.js";
import { type Files, machineFiles } from "../store/files.js";

const handleShape = /^run_[a-z0-9]{6,}$/;

/**
 * The run that a directory or a handle names. Handles are looked for in the working directory, in its directories, and in `runs/`.
 *
 * @throws  E_NOT_FOUND when there is no such run
 */
export function openRun(where: string, files: Files = machineFiles): RunFolder {
  if (!handleShape.test(where) || files.exists(files.resolve(where))) {
    if (!files.exists(files.resolve(where))) {
      throw new DymadError("E_NOT_FOUND", `there is no run directory ${where}`, {
        hint: "name the directory that dymad train has printed",
      });
    }
    return RunFolder.open(files.resolve(where));
  }
  const candidates = [".", ...files.list("."), ...files.list("runs").map((name) => files.join("runs", name))];
  const found = candidates
    .filter((folder) => files.exists(files.join(folder, names.manifest)))
    .find((folder) => RunFolder.open(folder).holds(where));
  if (found !== undefined) return RunFolder.open(found);
  throw new DymadError("E_NOT_FOUND", `no run here is called ${where}`, {
    hint: "name the run directory, or change to the directory above it",
  });
}

export interface RunStatus {
  readonly run_dir: string;
  readonly training_run_handle: string;
  readonly training_run: TrainingRunRecord;
  readonly manifest: RunManifest;
  /** how far a RUNNING run has come; null before its first epoch, and when it has ended */
  readonly progress: (RunProgress & { readonly elapsed_seconds: number }) | null;
  /** how far a RUNNING search has come; null before its first trial, and when it has ended */
  readonly search_progress: (TrialEvent & { readonly elapsed_seconds: number }) | null;
}

/** State of a run as it is now; a run whose worker has disappeared is found FAILED. */
export function statusOf(folder: RunFolder): RunStatus {
  const { training_run_handle } = folder.manifest();
  const training_run = describeRun(folder, training_run_handle).record;
  const running = training_run.status === "RUNNING";
  const started = Date.parse(training_run.started_at ?? training_run.created_at);
  const elapsed_seconds = (Date.now() - started) / 1000;
  const progress = running ? progressOf(folder) : null;
  const trial = running ? searchProgressOf(folder) : null;
  return {
    run_dir: folder.root,
    training_run_handle,
    training_run,
    manifest: folder.manifest(),
    progress: progress && { ...progress, elapsed_seconds },
    search_progress: trial && { ...trial, elapsed_seconds },
  };
}

/** Data files of a run as they are found from the working directory. */
export function dataPaths({ run_dir, manifest }: RunStatus, files: Files = machineFiles): string[] {
  return manifest.data.map(({ path }) => files.relative(".", files.resolve(run_dir, path)));
}

const logEndBytes = 65536;

/** The last 64 kB of a log; empty before its first line. */
export function logEnd(folder: RunFolder, files: Files = machineFiles): string {
  const path = folder.path("log");
  return files.exists(path) ? logOf(folder, Math.max(0, files.size(path) - logEndBytes)).text : "";
}

/** The end of a text that is read line by line, without what is empty after it. */
export const lastLines = (text: string, lines: number): string => text.trimEnd().split("\n").slice(-lines).join("\n");

export function logOf(folder: RunFolder, offset = 0, maxBytes = 65536): LogChunk {
  return readLog(folder, folder.manifest().training_run_handle, offset, maxBytes);
}

/** @throws E_CONFLICT when the run has already ended */
export function cancel(folder: RunFolder): void {
  cancelRun(folder, folder.manifest().training_run_handle);
}
