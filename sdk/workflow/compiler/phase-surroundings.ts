import type { ModelSpec } from "../../dynamics/models/spec.js";
import type { DataRole } from "../registry/request.js";
import type { CompiledData } from "./compiled.js";

/** Columns of states, control and parameters. */
export interface DataWidths {
  readonly x: number;
  readonly u: number;
  readonly p: number;
}

/** What phases are checked against. */
export interface PhaseSurroundings {
  readonly data: Readonly<Record<DataRole, CompiledData | null>>;
  /** columns as the model sees them, after the transforms; null while the data or a transform leave them open */
  readonly widths: DataWidths | null;
  /** samples that delays take from each trajectory */
  readonly delay: number;
  /** data.train is cut in time into a training and a validation part */
  readonly inTime: boolean;
}

/** Message, remedy and code where one sampling interval is needed. */
export const unevenSamples = [
  "needs evenly sampled data, and the sampling interval of the training data varies",
  "resample the data, or use the trainer NODE: a discrete model would take every interval for the same",
  "E_DATA",
] as const;

/**
 * Rows that least squares gets of the training data at most: samples, or pairs of a sample and the next one, of every node.
 *
 * @param delay  samples that delays take from each trajectory
 * @param part   part of the trajectories that trains, default all
 */
export function trainingRows(
  train: CompiledData,
  { time_domain, graph_mode }: Pick<ModelSpec, "time_domain" | "graph_mode">,
  delay: number,
  part = 1,
): number {
  const samples = train.longest - delay - (time_domain === "discrete" ? 1 : 0);
  const nodes = graph_mode === "none" ? 1 : (train.graph?.n_nodes ?? 1);
  return Math.max(1, Math.floor(train.n_trajectories * part)) * Math.max(0, samples) * nodes;
}
