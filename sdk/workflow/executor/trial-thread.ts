import { parentPort, workerData } from "node:worker_threads";
import { forecastError } from "../../dynamics/evaluation/forecast-error.js";
import { loadModel } from "../../dynamics/evaluation/trained-model.js";
import type { TrainingResult } from "../../dynamics/training/result.js";
import type { PoolBuffers } from "../../dynamics/training/shared-pool.js";
import { type TrainOptions, train } from "../../dynamics/training/train.js";
import { DymadError, type ErrorCode } from "../../errors.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { windowOf } from "../compiler/dimensions.js";
import { runBackend } from "./backend.js";
import { openDeviceThread } from "./device.js";
import { memoryFailure } from "./memory-failure.js";
import { RunFolder } from "./run-folder.js";
import { sharing } from "./sharing.js";
import { partsOf, wholeData } from "./training-data.js";

/** What a thread is given for all its trials. */
export interface TrialTask {
  readonly root: string;
  readonly handle: string;
  /** samples before the first that counts in the forecast error */
  readonly lead: number;
  /** whether other threads may help with a trial */
  readonly shared: boolean;
  /** becomes 1 when trials shall stop */
  readonly stop: Int32Array;
}

/** How a trial ended. */
export interface TrialOutcome {
  readonly result: TrainingResult;
  readonly values: TrialValues;
}

/** The metrics a search may choose by; null where there is none. */
export interface TrialValues {
  readonly forecast_rmse: number | null;
  readonly rollout_rmse: number | null;
  readonly valid_total: number | null;
}

/** A trial that could not be carried through; nothing is known of its candidate. */
export interface TrialTrouble {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
}

export type TrialAnswer = { readonly outcome: TrialOutcome } | { readonly trouble: TrialTrouble };

/** What the thread tells before it answers: so many threads would help with the trial. */
export interface TrialHelp {
  readonly helpers: { readonly count: number; readonly buffers: PoolBuffers };
}

function carryOut(
  task: TrialTask,
  trial: CompiledTraining,
  where: Pick<TrainOptions, "backend" | "device" | "runner">,
  data: ReturnType<typeof wholeData>,
): TrialOutcome {
  const { train: training, valid } = partsOf(trial, data.train, data.valid);
  const cancelled = (): boolean => Atomics.load(task.stop, 0) === 1;
  const result = train({ config: trial.config, train: training, valid, ...where, cancelled });
  const { best_valid_rmse, best_valid_total } = result.metrics;
  const scored = result.status === "SUCCEEDED";
  const error = scored ? forecastError(loadModel(result.checkpoint, { backend: runBackend }), valid, leadIn(task, trial)) : null;
  return {
    result,
    values: {
      forecast_rmse: finite(error),
      rollout_rmse: scored ? finite(best_valid_rmse) : null,
      valid_total: scored ? finite(best_valid_total) : null,
    },
  };
}

/** A part cut in time begins with the window of its own model, and all that follows counts. */
const leadIn = ({ lead }: TrialTask, { split, config }: CompiledTraining): number =>
  split?.time_frac === undefined ? lead : windowOf(config);

const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

if (parentPort !== null) {
  const port = parentPort;
  const task = workerData as TrialTask;
  /** opened by the first trial, so that what is wrong is its answer */
  let opened: { where: Pick<TrainOptions, "backend" | "device">; data: ReturnType<typeof wholeData> } | null = null;
  const open = (trial: CompiledTraining): NonNullable<typeof opened> => {
    const { device } = trial.run;
    const where =
      device === "auto" || device === "cpu"
        ? { backend: runBackend }
        : ({ backend: "tfjs", device: openDeviceThread(device) } as const);
    return { where, data: wholeData(new RunFolder(task.root), task.handle) };
  };
  port.on("message", (trial: CompiledTraining) => {
    try {
      opened ??= open(trial);
      const help = (count: number, buffers: PoolBuffers): void =>
        port.postMessage({ helpers: { count, buffers } } satisfies TrialHelp);
      const where = task.shared ? { ...opened.where, ...sharing(trial, help) } : opened.where;
      port.postMessage({ outcome: carryOut(task, trial, where, opened.data) } satisfies TrialAnswer);
    } catch (error) {
      const known = memoryFailure(error, trial) ?? (error instanceof DymadError ? error : null);
      const message = error instanceof Error ? error.message : String(error);
      const trouble = { code: known?.code ?? "E_INTERNAL", message: known?.message ?? message, hint: known?.hint ?? null };
      port.postMessage({ trouble } satisfies TrialAnswer);
    }
  });
}
