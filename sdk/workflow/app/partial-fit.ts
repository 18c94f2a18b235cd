import type { Dataset } from "../../dynamics/data/series.js";
import { readEarlier } from "../../dynamics/training/earlier.js";
import { DymadError } from "../../errors.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { formatOf } from "../compiler/resolve.js";
import type { RunFolder } from "../executor/run-folder.js";
import { trainedRequest } from "../executor/search-results.js";
import type { DataReference } from "../registry/request.js";
import { type Files, machineFiles } from "../store/files.js";
import { compileSubmission, type Submission } from "./compile.js";
import { modelOf } from "./evaluate.js";
import { requestOf } from "./reproduce.js";
import { statusOf } from "./runs.js";
import { place, type StartedTraining, startTraining, type TrainingOrder } from "./train.js";

/** Data that a run has not seen: a file, or values in memory under the place they get in the new run directory. */
export interface FurtherData {
  readonly reference: DataReference;
  readonly dataset: Dataset | null;
}

/**
 * Starts a training that goes on with the pairs of samples of a run and takes in further data: the request of the run, in its transforms,
 * on other training data. The first run stays as it is; its data are not needed.
 *
 * @param data   a file is read like the training data of the run where its format is theirs; relative to the working directory
 * @param order  default `out`: beside the run
 * @throws       E_CONFLICT when the run has not ended, or its checkpoint is no longer the file it has written; E_NOT_FOUND when it has left
 *               none; E_UNSUPPORTED when it has kept no sums of pairs; what is wrong with the data
 */
export async function startPartialFit(
  earlier: RunFolder,
  data: FurtherData,
  order: Pick<TrainingOrder, "out" | "command" | "threads" | "queue" | "replace">,
  files: Files = machineFiles,
): Promise<StartedTraining> {
  const submission = submissionOf(earlier, data, files);
  return startTraining({ ...order, ...submission }, files).catch((error: unknown) => {
    throw withRemedy(error);
  });
}

/** The request that {@link startPartialFit} would train, compiled with its data. */
export function compilePartialFit(
  earlier: RunFolder,
  data: FurtherData,
  out: string | null,
  files: Files = machineFiles,
): CompiledTraining {
  const submission = submissionOf(earlier, data, files);
  const { request } = place({ ...submission, out }, files);
  try {
    return compileSubmission({ ...submission, request }, files).compiled;
  } catch (error) {
    throw withRemedy(error);
  }
}

function submissionOf(earlier: RunFolder, { reference, dataset }: FurtherData, files: Files): Submission {
  const { training_run } = statusOf(earlier);
  // nobody knows what pairs are in a file that is not the recorded one
  modelOf(earlier, training_run, files);
  const path = earlier.path("checkpoint");
  readEarlier(files.read(path), files.relative(".", path));
  const { request: own, config, data: compiled } = trainedRequest(earlier, training_run);
  const { data, overrides, ...rest } = requestOf(earlier, own);
  const { transform_x, transform_y, transform_p, transform_ew, transform_ea } = config;
  const transform_u = compiled.train?.control_dim === 0 ? undefined : config.transform_u;
  // profiles may choose other stages for other data
  const stages = { transform_x, transform_u, transform_y, transform_p, transform_ew, transform_ea };
  const given = Object.fromEntries(Object.entries(stages).filter(([, stage]) => stage !== undefined));
  const request = {
    ...rest,
    data: { ...data, train: asRead(reference, data.train, dataset, files), earlier: { path } },
    overrides: { ...overrides, ...given },
  };
  return { request, memory: dataset === null ? {} : { train: dataset }, base: files.dirname(earlier.root) };
}

/** A piece may be too small for the split of the run, and whoever gives a piece has no config to write another. */
function withRemedy(error: unknown): unknown {
  if (!(error instanceof DymadError)) return error;
  const hint =
    "pieces are split like the data of the run: give more trajectories at once, or write a config (dymad export begins one from the run) with data.earlier and data.valid or another split";
  return DymadError.ofIssues(error.issues.map((issue) => (issue.path[0] === "split" ? { ...issue, hint } : issue)));
}

/** A file is read as it is said, else like the training data unless its ending says that it has another format. */
function asRead(reference: DataReference, like: DataReference, dataset: Dataset | null, files: Files): DataReference {
  if (dataset !== null) return reference;
  const { columns, dt, graph, kind } = like;
  const same = formatOf(reference) === formatOf(like) ? { columns, dt } : {};
  const read = { kind, graph, ...same, ...reference, path: files.resolve(reference.path) };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as unknown as DataReference;
}
