import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import type { TrainingEvent } from "../../dynamics/training/events.js";
import type { RunEvent, TrialEvent } from "./run-event.js";
import type { RunFolder } from "./run-folder.js";

type EpochEvent = Extract<TrainingEvent, { kind: "epoch" }>;

/** How far a run had come when it last told of an epoch. */
export interface RunProgress {
  /** from 1 */
  readonly phase: number;
  readonly phases: number;
  readonly name: string;
  readonly trainer: string;
  /** within the phase, from 1 */
  readonly epoch: number;
  readonly epochs: number;
  /** training loss of that epoch; null when it is not finite */
  readonly loss: number | null;
  /** value of the selection metric at the weights kept so far; null before there is a finite one */
  readonly best: number | null;
}

const tailBytes = 65536;

/** Where a run is, from the end of its event log; null before its first epoch. */
export function progressOf(folder: RunFolder): RunProgress | null {
  const event = lastEvent<EpochEvent>(folder, "epoch");
  if (event === null) return null;
  const { phase, phases, name, trainer, epoch, epochs, train_total, best } = event;
  return { phase: phase + 1, phases, name, trainer, epoch, epochs, loss: train_total, best };
}

/** How far a search is: the last it told of a trial; null before its first. */
export const searchProgressOf = (folder: RunFolder): TrialEvent | null => lastEvent<TrialEvent>(folder, "trial");

/** The last event of a kind near the end of the log. */
function lastEvent<E extends RunEvent>(folder: RunFolder, kind: E["kind"]): E | null {
  const path = folder.path("events");
  if (!existsSync(path)) return null;
  const size = statSync(path).size;
  const bytes = Buffer.alloc(Math.min(size, tailBytes));
  const file = openSync(path, "r");
  try {
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
  } finally {
    closeSync(file);
  }
  // The first line may have lost its beginning, the last its end.
  const lines = bytes
    .toString("utf8")
    .split("\n")
    .slice(size > tailBytes ? 1 : 0, -1);
  const line = lines.findLast((text) => text.startsWith(`{"kind":"${kind}"`));
  return line === undefined ? null : (JSON.parse(line) as E);
}

/** Epochs of all phases that the event log has seen. It may have missed the last of a fast training. */
export function epochsSeen(folder: RunFolder): number {
  const last = new Map<number, number>();
  for (const line of readEvents(folder, 0).lines) {
    const event = JSON.parse(line) as TrainingEvent;
    if (event.kind === "epoch") last.set(event.phase, event.epoch);
  }
  return [...last.values()].reduce((sum, epoch) => sum + epoch, 0);
}

/** Training events from a byte offset on, whole lines only. */
export function readEvents(
  folder: RunFolder,
  offset: number,
): { readonly lines: readonly string[]; readonly next_offset: number } {
  const path = folder.path("events");
  if (!existsSync(path) || statSync(path).size <= offset) return { lines: [], next_offset: offset };
  const bytes = readFileSync(path).subarray(offset);
  const end = bytes.lastIndexOf(0x0a) + 1;
  const text = bytes.subarray(0, end).toString("utf8");
  return { lines: text.split("\n").filter((line) => line !== ""), next_offset: offset + end };
}
