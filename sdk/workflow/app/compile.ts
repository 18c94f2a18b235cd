import { datasetToNpz } from "../../dynamics/data/archive.js";
import { isNumbered } from "../../dynamics/data/dataset.js";
import type { Dataset } from "../../dynamics/data/series.js";
import type { ModelRecord } from "../../dynamics/evaluation/trained-model.js";
import type { PhysicsFunction } from "../../dynamics/models/physics.js";
import { DymadError, type Issue } from "../../errors.js";
import { writeNpz } from "../../formats/npz.js";
import { compileTraining } from "../compiler/compile.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { formatOf } from "../compiler/resolve.js";
import { loadData } from "../executor/data-file.js";
import { loadEarlier } from "../executor/earlier-file.js";
import type { RunData } from "../executor/start-run.js";
import type { DataReference, DataRole, TrainingRequest } from "../registry/request.js";
import { type Files, machineFiles } from "../store/files.js";

/** A request with the place its paths are relative to, and the data it brings along instead of files. */
export interface Submission {
  readonly request: TrainingRequest;
  readonly base: string;
  readonly memory?: Readonly<Partial<Record<DataRole, Dataset>>>;
  /** the function that `overrides.model.physics` names */
  readonly physics?: PhysicsFunction | undefined;
}

export interface Compilation {
  readonly compiled: CompiledTraining;
  readonly data: Readonly<Record<DataRole, RunData | null>>;
  /** bytes of the checkpoint that `data.earlier` names */
  readonly earlier: Uint8Array | null;
}

/**
 * Compiles a request with the data it names.
 *
 * @throws  every problem of the request and of its data files at once
 */
export function compileSubmission(submission: Submission, files: Files = machineFiles): Compilation {
  const data: Record<DataRole, RunData | null> = { train: null, valid: null, test: null };
  let earlier: Uint8Array | null = null;
  const { physics } = submission;
  const compiled = compileTraining(submission.request, {
    getPhysics: physics === undefined ? undefined : () => physics,
    getDataset: (role) => {
      const loaded = load(submission, role, files);
      data[role] = loaded;
      return loaded.facts;
    },
    getEarlier: () => {
      const { path } = submission.request.data.earlier as { readonly path: string };
      earlier = files.read(files.resolve(submission.base, path));
      const { facts, record } = loadEarlier(earlier, path);
      return { ...facts, unlike: renamed(data.train, record.names) };
    },
  });
  return { compiled, data, earlier };
}

/** Columns that have changed places would be taken for others without a word. */
function renamed(train: RunData | null, before: ModelRecord["names"]): Issue[] {
  return (["x", "u"] as const).flatMap((field) => {
    const [now, then] = [train?.dataset.names[field] ?? [], before[field]];
    if (now.length !== then.length || sameColumns(field, now, then)) return [];
    const message = `the columns of ${field} are ${now.join(", ")}, those of the earlier run ${then.join(", ")}`;
    return [{ code: "E_DATA", path: ["data", "train"], message, hint: "give the same columns in the same order" }];
  });
}

/** Values without names of their own, in the same places, may be any columns. */
function sameColumns(letter: string, now: readonly string[], then: readonly string[]): boolean {
  if (now.every((name, j) => name === then[j])) return true;
  return [now, then].some((names) => isNumbered(letter, names)) && !now.some((name) => then.includes(name));
}

/** The place data of a request have in a run directory when they come from memory. */
export const memoryPath = (role: DataRole): string => `data/${role}.npz`;

function load({ request, base, memory = {} }: Submission, role: DataRole, files: Files): RunData {
  const reference = request.data[role] as DataReference;
  const format = formatOf(reference) ?? "npz";
  const reading = {
    format,
    columns: (reference.columns ?? null) as Readonly<Record<string, string | readonly string[]>> | null,
    dt: reference.dt ?? null,
    n_samples: reference.n_samples ?? null,
    n_steps: reference.n_steps ?? null,
    graph: reference.graph ?? null,
    names: memory[role]?.names ?? null,
  };
  const given = memory[role];
  const path = given === undefined ? files.resolve(base, reference.path) : null;
  const bytes = given === undefined ? files.read(path as string) : writeNpz(datasetToNpz(given));
  return { ...named(role, () => loadData(bytes, reading, reference.path)), path, bytes };
}

/** Issues about how a file is read are about the words of the request; all others are about the file it names. */
function named<T>(role: DataRole, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    const words = ["n_samples", "n_steps", "columns", "dt", "graph"];
    const issues = error.issues.map((issue) => ({
      ...issue,
      path: ["data", role, ...(words.includes(String(issue.path[0])) ? issue.path : ["path"])],
    }));
    throw DymadError.ofIssues(issues);
  }
}
