import { DymadError } from "../../errors.js";
import { names, RunFolder } from "../executor/run-folder.js";
import { describeRun } from "../executor/watch-run.js";
import { type Files, machineFiles } from "../store/files.js";
import type { RunState } from "../store/run-states.js";

/** One run in a list. */
export interface ListedRun {
  /** as it is found from the working directory */
  readonly run_dir: string;
  readonly name: string;
  readonly model_key: string | null;
  /** null: the manifest or the store cannot be read */
  readonly status: RunState | null;
  /** mean RMSE of free rollouts over the validation trajectories, units of x */
  readonly rmse: number | null;
  readonly started_at: string | null;
}

/** Directories between the one that is named and a run, at most. */
const depth = 4;

/**
 * The runs in a directory and below it, oldest first. Hidden directories and `node_modules` are not entered, nor are runs.
 *
 * @throws  E_NOT_FOUND when there is no such directory
 */
export function listRuns(directory: string, files: Files = machineFiles): ListedRun[] {
  if (!files.exists(directory)) {
    throw new DymadError("E_NOT_FOUND", `there is no directory ${directory}`, { hint: "name a directory that holds runs" });
  }
  const found = runsBelow(directory, depth, files).map((path) => listed(path, files));
  const rank = ({ started_at, run_dir }: ListedRun): string => `${started_at ?? ""} ${run_dir}`;
  return found.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function runsBelow(path: string, levels: number, files: Files): string[] {
  if (files.exists(files.join(path, names.manifest))) return [path];
  if (levels === 0) return [];
  return files
    .list(path)
    .filter((name) => !name.startsWith(".") && name !== "node_modules")
    .flatMap((name) => runsBelow(files.join(path, name), levels - 1, files));
}

function listed(path: string, files: Files): ListedRun {
  const run_dir = files.relative(".", path) || ".";
  try {
    const folder = RunFolder.open(path);
    const { record } = describeRun(folder, folder.manifest().training_run_handle);
    return {
      run_dir,
      name: record.run_name,
      model_key: record.model_key,
      status: record.status,
      rmse: record.metrics.best_valid_rmse ?? null,
      started_at: record.started_at ?? record.created_at,
    };
  } catch (error) {
    // A damaged run must not hide the others.
    if (!(error instanceof DymadError)) throw error;
    return { run_dir, name: files.basename(path), model_key: null, status: null, rmse: null, started_at: null };
  }
}
