import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { Dataset } from "../../dynamics/data/series.js";
import { split } from "../../dynamics/data/split.js";
import type { TrainingEvent } from "../../dynamics/training/events.js";
import type { TrainingResult } from "../../dynamics/training/result.js";
import { train } from "../../dynamics/training/train.js";
import { DymadError, type ErrorCode } from "../../errors.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import type { DataRole } from "../registry/request.js";
import { runBackend } from "./backend.js";
import { CheckpointRelay } from "./checkpoint-relay.js";
import { loadData } from "./data-file.js";
import { EventSieve } from "./event-sieve.js";
import { RunFolder } from "./run-folder.js";

/** What the thread is given: where the run is, and a flag that becomes 1 when it shall stop. */
export interface ThreadTask {
  readonly root: string;
  readonly handle: string;
  readonly stop: Int32Array;
}

/** What the thread tells the process around it. */
export type ThreadMessage =
  | { readonly kind: "event"; readonly event: TrainingEvent }
  | { readonly kind: "checkpoint"; readonly bytes: Uint8Array }
  | { readonly kind: "result"; readonly result: TrainingResult }
  | {
      readonly kind: "error";
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string | null;
      readonly stack: string;
    };

/** A training keeps its thread busy from beginning to end, so that signals and heartbeats need the process's other thread. */
function work(task: ThreadTask, send: (message: ThreadMessage) => void): void {
  const folder = new RunFolder(task.root);
  const run = folder.facade.get("training_run", task.handle).record;
  const { compiled } = folder.facade.get("compiled_training_request", run.compiled_request_handle).record;
  const first = readVerified(folder, compiled, "train", run.dataset_handles.train);
  if (first === null) throw new DymadError("E_INTERNAL", "the compiled request has no training data");
  const given = readVerified(folder, compiled, "valid", run.dataset_handles.valid);
  const parts = given === null ? split(first, compiled.split ?? {}) : { train: first, valid: given };
  const sieve = new EventSieve();
  const relay = new CheckpointRelay((bytes) => send({ kind: "checkpoint", bytes: bytes.slice() }));
  const result = train({
    config: compiled.config,
    train: parts.train,
    valid: parts.valid,
    backend: runBackend,
    onEvent: (event) => sieve.admits(event) && send({ kind: "event", event }),
    onCheckpoint: (bytes) => relay.offer(bytes),
    cancelled: () => {
      relay.look();
      return Atomics.load(task.stop, 0) === 1;
    },
  });
  send({ kind: "result", result });
}

function readVerified(folder: RunFolder, compiled: CompiledTraining, role: DataRole, handle: string | undefined): Dataset | null {
  const entry = compiled.data[role];
  if (entry === null || handle === undefined) return null;
  const { path } = folder.facade.get("dataset", handle).record;
  const bytes = new Uint8Array(readFileSync(folder.resolve(path)));
  if (sha256Hex(bytes) !== entry.sha256) {
    throw new DymadError("E_CONFLICT", `${path} is no longer the file the request was compiled for`, {
      hint: "start the training again",
    });
  }
  return loadData(bytes, { ...entry, dt: entry.given_dt }, path).dataset;
}

if (parentPort !== null) {
  const port = parentPort;
  try {
    work(workerData as ThreadTask, (message) => port.postMessage(message));
  } catch (error) {
    const known = error instanceof DymadError ? error : null;
    const message = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error ? (error.stack ?? message) : message;
    port.postMessage({
      kind: "error",
      code: known?.code ?? "E_INTERNAL",
      message,
      hint: known?.hint ?? null,
      stack,
    } satisfies ThreadMessage);
  }
}
