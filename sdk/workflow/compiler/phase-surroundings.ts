import type { DataRole } from "../registry/request.js";
import type { CompiledData } from "./compiled.js";

/** What phases are checked against. */
export interface PhaseSurroundings {
  readonly data: Readonly<Record<DataRole, CompiledData | null>>;
  /** samples that delays take from each trajectory */
  readonly delay: number;
  /** data.train is cut in time into a training and a validation part */
  readonly inTime: boolean;
}

/** Message, remedy and code where one sampling interval is needed. */
export const unevenSamples = [
  "needs evenly sampled data, and the sampling interval of the training data varies",
  "resample the data, use time_domain: discrete, or the trainer NODE",
  "E_DATA",
] as const;
