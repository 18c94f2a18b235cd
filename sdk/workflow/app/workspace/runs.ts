import { DymadError } from "../../../errors.js";
import { progressOf, type RunProgress, searchProgressOf } from "../../executor/event-log.js";
import type { TrialEvent } from "../../executor/run-event.js";
import { cancelRun, describeRun, type LogChunk, readLog } from "../../executor/watch-run.js";
import type { ObjectSummary, TrainingRunRecord } from "../../facade/records.js";
import { summarize } from "../../facade/summary.js";
import { isTerminal, type RunState } from "../../store/run-states.js";
import type { Workspace } from "./workspace.js";

export interface DescribedRun {
  readonly summary: ObjectSummary;
  readonly training_run: TrainingRunRecord & { readonly handle: string };
  /** relative to the root */
  readonly run_dir: string;
  /** how far a RUNNING run has come; null before its first epoch, and when it has ended */
  readonly progress: RunProgress | null;
  readonly search_progress: TrialEvent | null;
}

/** A run as it is now; one whose worker has disappeared is found FAILED. */
export function describeRunOf(workspace: Workspace, handle: string): DescribedRun {
  const folder = workspace.run(handle);
  const { record } = describeRun(folder, handle);
  const running = record.status === "RUNNING";
  return {
    summary: summarize(handle, "training_run", record),
    training_run: { handle, ...record },
    run_dir: workspace.relative(folder.root),
    progress: running ? progressOf(folder) : null,
    search_progress: running ? searchProgressOf(folder) : null,
  };
}

/** How far a run has come, between 0 and 1, and in words. */
export interface Advance {
  readonly part: number;
  readonly text: string;
}

const lookMilliseconds = 100;

/**
 * Waits for the end of a run.
 *
 * @param waitMs     most milliseconds to wait; 0 looks once
 * @param onAdvance  told when the run has come further
 */
export async function awaitRun(
  workspace: Workspace,
  handle: string,
  waitMs: number,
  {
    onAdvance,
    signal,
  }: { onAdvance?: ((advance: Advance) => void) | undefined; signal?: { readonly aborted: boolean } | undefined } = {},
): Promise<DescribedRun> {
  const end = Date.now() + waitMs;
  let told = 0;
  for (;;) {
    const run = describeRunOf(workspace, handle);
    const advance = advanceOf(run);
    if (advance !== null && advance.part > told) {
      told = advance.part;
      onAdvance?.(advance);
    }
    if (isTerminal(run.training_run.status) || Date.now() >= end || signal?.aborted) return run;
    await new Promise((done) => setTimeout(done, Math.min(lookMilliseconds, Math.max(1, end - Date.now()))));
  }
}

function advanceOf({ training_run, progress, search_progress: trial }: DescribedRun): Advance | null {
  if (isTerminal(training_run.status)) return { part: 1, text: training_run.status };
  if (trial !== null) return trial.of === null ? null : { part: trial.done / trial.of, text: `trial ${trial.done}/${trial.of}` };
  if (progress === null) return null;
  const { phase, phases, epoch, epochs, trainer } = progress;
  return { part: (phase - 1 + epoch / epochs) / phases, text: `phase ${phase}/${phases} ${trainer}, epoch ${epoch}/${epochs}` };
}

export const readRunLog = (
  workspace: Workspace,
  handle: string,
  offset: number,
  maxBytes: number,
): LogChunk & { readonly eof: boolean } => {
  const chunk = readLog(workspace.run(handle), handle, offset, maxBytes);
  return { ...chunk, eof: chunk.caught_up };
};

/** @throws E_CONFLICT when the run has already ended */
export function cancelRunOf(workspace: Workspace, handle: string): DescribedRun {
  cancelRun(workspace.run(handle), handle);
  return describeRunOf(workspace, handle);
}

/** One run in a list. */
export interface RunLine {
  readonly handle: string;
  readonly run_dir: string;
  readonly name: string | null;
  readonly model_key: string | null;
  /** null: the run's directory has gone, or cannot be read */
  readonly status: RunState | null;
  readonly created_at: string;
  readonly checkpoint_handle: string | null;
  /** mean RMSE of free rollouts over the validation trajectories, units of x */
  readonly rmse: number | null;
}

/**
 * The runs of a workspace, newest first.
 *
 * @param cursor  what the page before has answered as `next_cursor`
 */
export function listRunsOf(
  workspace: Workspace,
  limit: number,
  cursor: string | null,
): { readonly runs: readonly RunLine[]; readonly next_cursor: string | null } {
  const { runs, next } = workspace.runs.page(limit, cursor);
  return { runs: runs.map(({ handle, place, created_at }) => lineOf(workspace, handle, place, created_at)), next_cursor: next };
}

function lineOf(workspace: Workspace, handle: string, place: string, created_at: string): RunLine {
  const nothing = { name: null, model_key: null, status: null, checkpoint_handle: null, rmse: null };
  try {
    const { record } = describeRun(workspace.run(handle), handle);
    const { run_name: name, model_key, status, checkpoint_handle, metrics } = record;
    return {
      handle,
      run_dir: place,
      name,
      model_key,
      status,
      created_at,
      checkpoint_handle,
      rmse: metrics.best_valid_rmse ?? null,
    };
  } catch (error) {
    // a damaged run must not hide the others
    if (!(error instanceof DymadError)) throw error;
    return { handle, run_dir: place, created_at, ...nothing };
  }
}
