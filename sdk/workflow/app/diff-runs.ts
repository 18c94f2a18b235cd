import { isMapping } from "../compiler/shape.js";
import type { RunFolder } from "../executor/run-folder.js";
import { describeRun } from "../executor/watch-run.js";

/** A value that two runs do not share; undefined where one of them has none. */
export interface Difference {
  /** `config.phases.0.n_epochs`, `data.train.sha256`, `metrics.best_valid_rmse` */
  readonly what: string;
  readonly first: unknown;
  readonly second: unknown;
}

export interface RunComparison {
  /** the compiled requests are the same: so are the weights, on the same build */
  readonly same_request: boolean;
  /** the checkpoints have the same bits */
  readonly same_checkpoint: boolean;
  readonly differences: readonly Difference[];
}

/** What two runs differ in: completed request, data, build, state and metrics. */
export function diffRuns(first: RunFolder, second: RunFolder): RunComparison {
  const [a, b] = [leavesOf(first), leavesOf(second)];
  const keys = [...new Set([...a.keys(), ...b.keys()])];
  const differences = keys
    .map((what) => ({ what, first: a.get(what), second: b.get(what) }))
    .filter((one) => JSON.stringify(one.first) !== JSON.stringify(one.second));
  const [one, two] = [first.manifest(), second.manifest()];
  return {
    same_request: one.request_hash === two.request_hash,
    same_checkpoint: one.checkpoint !== null && one.checkpoint.sha256 === two.checkpoint?.sha256,
    differences,
  };
}

function leavesOf(folder: RunFolder): Map<string, unknown> {
  const { training_run_handle, versions, engine, checkpoint } = folder.manifest();
  const { record } = describeRun(folder, training_run_handle);
  const { compiled } = folder.facade.get("compiled_training_request", record.compiled_request_handle).record;
  const { model_key, profile, config, split, search, evaluation, earlier } = compiled;
  const data = Object.fromEntries(Object.entries(compiled.data).map(([role, one]) => [role, one && { ...one, path: undefined }]));
  const before = earlier && { earlier: { ...earlier, path: undefined } };
  const { seconds: _, ...metrics } = record.metrics;
  const facts = { status: record.status, metrics, versions, engine, checkpoint: { sha256: checkpoint?.sha256 } };
  const leaves = new Map<string, unknown>();
  gather({ model_key, profile, config, split, search, evaluation, data: { ...data, ...before }, ...facts }, "", leaves);
  return leaves;
}

/** Every value of a tree by its dotted path; empty lists and mappings are values. */
function gather(value: unknown, path: string, leaves: Map<string, unknown>): void {
  const inner = Array.isArray(value) || isMapping(value) ? Object.entries(value) : [];
  if (inner.length === 0) {
    if (value !== undefined) leaves.set(path, value);
    return;
  }
  for (const [key, one] of inner) gather(one, path === "" ? key : `${path}.${key}`, leaves);
}
