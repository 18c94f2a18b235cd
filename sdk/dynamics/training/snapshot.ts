import { DymadError } from "../../errors.js";
import { canonicalJson } from "../../formats/canonical.js";
import { readCheckpoint, writeCheckpoint } from "../../formats/checkpoint.js";
import type { ShapedArray } from "../../formats/npy.js";
import type { TrainingConfig } from "./config.js";
import { type SumsRecord, sumsFrom, sumsParts } from "./earlier.js";
import type { Problem } from "./problem.js";
import type { PhaseProgress, PhaseRecord } from "./progress.js";
import { arraysOf, TrainingState } from "./state.js";

/** The part of a snapshot that is no array. Numbers that may be infinite or NaN stand as texts: JSON has none. */
interface SnapshotRecord {
  readonly config: TrainingConfig;
  readonly epoch: number;
  readonly phase: number;
  readonly progress: PhaseProgress;
  readonly best: { readonly epoch: number; readonly value: string; readonly rmse: number | null };
  readonly losses: { readonly train: string | null; readonly valid: string | null; readonly best: number | null };
  readonly moments: {
    readonly steps: number;
    readonly powers: Readonly<Record<string, readonly [number, number]>>;
    readonly owner: string | null;
    readonly pairs: number;
  };
  readonly history: readonly { readonly name: string; readonly trainer: string; readonly columns: readonly string[] }[];
  readonly records: readonly PhaseRecord[];
  readonly warnings: readonly string[];
  readonly sums?: SumsRecord;
}

const text = (value: number | null): string | null => (value === null ? null : String(value));
const number = (value: string | null): number | null => (value === null ? null : Number(value));

/**
 * The whole state of a training as bytes. A training that begins from them ends with the same bits as one that was never
 * interrupted: random numbers come from keys and the number of the epoch, so there is no generator to be stored.
 */
export function writeSnapshot(state: TrainingState, problem: Problem): Uint8Array {
  const sums = sumsParts(state.sums);
  const arrays: Record<string, ShapedArray> = {
    ...sums.arrays,
    ...arraysOf("weights", state.weights, problem),
    ...arraysOf("kept", state.best.weights, problem),
    ...arraysOf("m", state.moments.m, problem),
    ...arraysOf("v", state.moments.v, problem),
  };
  state.moments.pairs.forEach(({ s, y }, i) => {
    Object.assign(arrays, arraysOf(`pairs/${i}/s`, s, problem), arraysOf(`pairs/${i}/y`, y, problem));
  });
  state.history.forEach(({ columns }, i) => {
    for (const [name, values] of Object.entries(columns)) {
      arrays[`history/${i}/${name}`] = { shape: [values.length], data: Float64Array.from(values) };
    }
  });
  arrays.evaluations = { shape: [state.evaluations.length, 2], data: Float64Array.from(state.evaluations.flat()) };
  const snapshot: SnapshotRecord = {
    config: problem.config,
    epoch: state.epoch,
    phase: state.phase,
    progress: state.progress,
    best: { epoch: state.best.epoch, value: String(state.best.value), rmse: state.best.rmse },
    losses: { train: text(state.lastTrain), valid: text(state.lastValid), best: state.bestTotal },
    moments: {
      steps: state.moments.steps,
      powers: state.moments.powers,
      owner: state.momentsOwner,
      pairs: state.moments.pairs.length,
    },
    history: state.history.map(({ name, trainer, columns }) => ({ name, trainer, columns: Object.keys(columns) })),
    records: state.records,
    warnings: state.warnings,
    ...sums.json,
  };
  return writeCheckpoint({ json: { snapshot }, arrays });
}

/**
 * The state that {@link writeSnapshot} wrote.
 *
 * @param where  name of the file, for messages
 * @throws       E_FORMAT when the bytes are no snapshot; E_CONFLICT when they belong to another configuration
 */
export function readSnapshot(bytes: Uint8Array, problem: Problem, where = "the snapshot"): TrainingState {
  const { json, arrays } = readCheckpoint(bytes, where);
  const snapshot = (json as { snapshot?: SnapshotRecord }).snapshot;
  if (snapshot === undefined) {
    throw new DymadError("E_FORMAT", `${where} is no snapshot of a training`, {
      hint: "a checkpoint makes a model; a training goes on from the snapshot in its run directory",
    });
  }
  if (canonicalJson(snapshot.config) !== canonicalJson(problem.config)) {
    throw new DymadError("E_CONFLICT", `${where} belongs to another configuration`, {
      hint: "resume with the configuration of the run, or train anew",
    });
  }
  const state = new TrainingState(problem);
  const named = (prefix: string): Record<string, Float64Array> => {
    const given = Object.entries(arrays).filter(([name]) => name.startsWith(`${prefix}/`));
    const found = Object.fromEntries(given.map(([name, { data }]) => [name.slice(prefix.length + 1), data]));
    // sums run over the weights in the order of the model
    return Object.fromEntries(problem.modelOf(found).parameters.map(({ name }) => [name, found[name]]));
  };
  state.weights = named("weights");
  const { steps, powers, owner } = snapshot.moments;
  const pairs = Array.from({ length: snapshot.moments.pairs }, (_, i) => ({
    s: named(`pairs/${i}/s`),
    y: named(`pairs/${i}/y`),
  }));
  state.moments = { steps, powers, m: named("m"), v: named("v"), pairs };
  state.momentsOwner = owner;
  state.epoch = snapshot.epoch;
  state.phase = snapshot.phase;
  state.progress = snapshot.progress;
  const { epoch, value, rmse } = snapshot.best;
  state.best = { weights: named("kept"), epoch, value: Number(value), rmse };
  state.lastTrain = number(snapshot.losses.train);
  state.lastValid = number(snapshot.losses.valid);
  state.bestTotal = snapshot.losses.best;
  snapshot.history.forEach(({ name, trainer, columns }, i) => {
    const values = columns.map((column) => [column, Array.from(arrays[`history/${i}/${column}`].data)]);
    state.history.push({ name, trainer, columns: Object.fromEntries(values) });
  });
  const measured = arrays.evaluations.data;
  for (let k = 0; k < measured.length; k += 2) state.evaluations.push([measured[k], measured[k + 1]]);
  state.records.push(...snapshot.records);
  state.warnings.push(...snapshot.warnings);
  state.sums = sumsFrom(snapshot.sums, arrays);
  return state;
}
