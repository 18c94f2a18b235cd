import { DymadError } from "../../errors.js";
import type { BackendName } from "../../numerics/engine/program.js";
import type { Dataset } from "../data/series.js";
import type { TrainingConfig } from "./config.js";
import type { TrainingEvent } from "./events.js";
import type { TrainingResult } from "./result.js";

export interface TrainOptions {
  readonly config: TrainingConfig;
  readonly train: Dataset;
  readonly valid: Dataset;
  readonly backend: BackendName;
  readonly onEvent?: (event: TrainingEvent) => void;
  /** called with the bytes of a checkpoint whenever the best model changed, at most once per `save_interval` */
  readonly onCheckpoint?: (checkpoint: Uint8Array) => void;
  /** asked after each epoch; true stops the training as CANCELLED with the best model so far */
  readonly cancelled?: () => boolean;
}

/** Trains a model: runs the phases in order and keeps the best weights. */
export function train(options: TrainOptions): TrainingResult {
  throw new DymadError("E_INTERNAL", `training of ${options.config.model.family} is not there yet`);
}
