import { existsSync, readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { TrainingEvent } from "../../dynamics/training/events.js";
import type { TrainingExport } from "../../dynamics/training/export-phase.js";
import type { TrainingResult } from "../../dynamics/training/result.js";
import type { PoolBuffers } from "../../dynamics/training/shared-pool.js";
import { type TrainOptions, train } from "../../dynamics/training/train.js";
import { DymadError, type ErrorCode } from "../../errors.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { runBackend } from "./backend.js";
import { CheckpointRelay, SnapshotRelay } from "./checkpoint-relay.js";
import { openDeviceThread } from "./device.js";
import { EventSieve } from "./event-sieve.js";
import { memoryFailure } from "./memory-failure.js";
import { RunFolder } from "./run-folder.js";
import { sharing } from "./sharing.js";
import { earlierOf, trainingData } from "./training-data.js";

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
  | { readonly kind: "snapshot"; readonly bytes: Uint8Array }
  | { readonly kind: "export"; readonly made: TrainingExport }
  /** the training computes on a device */
  | { readonly kind: "device"; readonly description: string }
  /** the training is worth sharing: start so many threads that help */
  | { readonly kind: "helpers"; readonly count: number; readonly buffers: PoolBuffers }
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
  const { compiled, train: training, valid } = trainingData(folder, task.handle);
  const sieve = new EventSieve();
  const relay = new CheckpointRelay((bytes) => send({ kind: "checkpoint", bytes: bytes.slice() }));
  const snapshots = new SnapshotRelay((bytes) => send({ kind: "snapshot", bytes: bytes.slice() }));
  const path = folder.path("snapshot");
  const result = withinMemory(compiled, () =>
    train({
      config: compiled.config,
      train: training,
      valid,
      earlier: earlierOf(folder, compiled),
      ...computing(compiled, send),
      onEvent: (event) => sieve.admits(event) && send({ kind: "event", event }),
      onCheckpoint: (bytes) => relay.offer(bytes),
      onSnapshot: (make) => snapshots.offer(make),
      onExport: (made) => send({ kind: "export", made: { ...made, bytes: made.bytes.slice() } }),
      resume: existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined,
      cancelled: () => {
        relay.look();
        return Atomics.load(task.stop, 0) === 1;
      },
    }),
  );
  send({ kind: "result", result });
}

/** Memory that is not given is a matter of the request and the machine, not of the program. */
function withinMemory<T>(compiled: CompiledTraining, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw memoryFailure(error, compiled) ?? error;
  }
}

/** Where a training computes: shared by the threads of the CPU, or on a device, whose work cannot be shared. */
function computing(
  compiled: CompiledTraining,
  send: (message: ThreadMessage) => void,
): Pick<TrainOptions, "backend" | "device" | "runner"> {
  const { device } = compiled.run;
  if (device === "auto" || device === "cpu") {
    return { backend: runBackend, ...sharing(compiled, (count, buffers) => send({ kind: "helpers", count, buffers })) };
  }
  const opened = openDeviceThread(device);
  send({ kind: "device", description: opened.description });
  return { backend: "tfjs", device: opened };
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
