import { DymadError } from "../../../errors.js";
import type { CompiledTraining } from "../../compiler/compiled.js";
import { isMapping } from "../../compiler/shape.js";
import type { RunFolder } from "../../executor/run-folder.js";
import type { ObjectSummary } from "../../facade/records.js";
import type { DataReference, DataRole, Overrides, RunRequest, TrainingRequest } from "../../registry/request.js";
import { compileSubmission } from "../compile.js";
import { generatedName, resumeTraining, startTraining } from "../train.js";
import { openCheckpoint } from "./checkpoints.js";
import { knownDataset } from "./datasets.js";
import { type DescribedRun, describeRunOf } from "./runs.js";
import type { Workspace } from "./workspace.js";

/** A training request whose data are handles; all other words are those of a config. */
export interface TrainingWords extends Pick<TrainingRequest, "model_key" | "time_domain" | "graph_mode" | "reference_profile"> {
  readonly train_dataset_handle: string;
  readonly valid_dataset_handle?: string | undefined;
  readonly test_dataset_handle?: string | undefined;
  /** of a run with a streaming phase: its pairs of samples count too */
  readonly earlier_checkpoint_handle?: string | undefined;
  /** a mapping, or the same as JSON text */
  readonly overrides?: Overrides | string | null | undefined;
  readonly split?: TrainingRequest["split"];
  readonly evaluation?: TrainingRequest["evaluation"];
  readonly run_name?: string | undefined;
  readonly seed?: number | undefined;
  readonly device?: RunRequest["device"];
  readonly threads?: RunRequest["threads"];
  readonly max_workers?: RunRequest["max_workers"];
}

export interface CompiledHandle {
  readonly summary: ObjectSummary;
  readonly compiled_request: CompiledTraining & { readonly handle: string };
}

/**
 * Compiles a request and records the result.
 *
 * @throws  every problem of the request at once, at the words it was given in
 */
export function compileTrainingRequest(workspace: Workspace, words: TrainingWords): CompiledHandle {
  const handles = handlesOf(words);
  const request = requestOf(workspace, words, handles);
  const { compiled } = inWords(() => compileSubmission({ request, base: workspace.root }, workspace.files));
  const { [earlierWord]: earlier_handle } = words;
  const record = { compiled, dataset_handles: handles, ...defined({ earlier_handle }) };
  const { handle } = workspace.facade.register("compiled_training_request", record);
  return { summary: workspace.facade.describe(handle), compiled_request: { handle, ...compiled } };
}

const earlierWord = "earlier_checkpoint_handle";

const dataWords = { train: "train_dataset_handle", valid: "valid_dataset_handle", test: "test_dataset_handle" } as const;

function handlesOf(words: TrainingWords): Partial<Record<DataRole, string>> {
  const given = Object.entries(dataWords).map(([role, word]) => [role, words[word]] as const);
  return Object.fromEntries(given.filter(([, handle]) => handle !== undefined));
}

function requestOf(workspace: Workspace, words: TrainingWords, handles: Partial<Record<DataRole, string>>): TrainingRequest {
  const { model_key, time_domain, graph_mode, reference_profile, split, evaluation } = words;
  const { run_name: name, seed, device, threads, max_workers } = words;
  const data = Object.fromEntries(
    Object.entries(handles).map(([role, handle]) => [role, referenceTo(workspace, handle, dataWords[role as DataRole])]),
  );
  const request = {
    version: 1,
    model_key,
    time_domain,
    graph_mode,
    reference_profile,
    data: { ...data, ...earlierOf(workspace, words) },
    overrides: readOverrides(words.overrides),
    split,
    run: defined({ name, seed, device, threads, max_workers }),
    evaluation,
  };
  return defined(request) as unknown as TrainingRequest;
}

function earlierOf(workspace: Workspace, { [earlierWord]: handle }: TrainingWords): Pick<TrainingRequest["data"], "earlier"> {
  if (handle === undefined) return {};
  return atWord(earlierWord, () => ({ earlier: { path: workspace.relative(openCheckpoint(workspace, handle).file) } }));
}

/** Problems with a handle are told at the word that gave it. */
function atWord<T>(word: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    throw DymadError.ofIssues(error.issues.map((issue) => ({ ...issue, path: [word] })));
  }
}

function referenceTo(workspace: Workspace, handle: string, word: string): DataReference {
  return atWord(word, () => {
    const { record, file } = knownDataset(workspace, handle);
    const { format, columns, dt, graph, given_kind: kind } = record;
    const reading = { kind, format, columns: columns ?? undefined, dt: dt ?? undefined, graph: graph ?? undefined };
    return defined({ path: workspace.relative(file), ...reading }) as DataReference;
  });
}

const defined = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<T>;

function readOverrides(given: TrainingWords["overrides"]): unknown {
  if (given === null) return undefined;
  if (typeof given !== "string") return given;
  try {
    const value: unknown = JSON.parse(given);
    if (isMapping(value)) return value;
  } catch (error) {
    throw new DymadError("E_SPEC", `is text, but not JSON: ${(error as Error).message}`, {
      path: ["overrides"],
      hint: "give overrides as a mapping",
    });
  }
  throw new DymadError("E_SPEC", "is JSON, but not a mapping", { path: ["overrides"], hint: "give overrides as a mapping" });
}

/** Problems are told at the words of the caller: `data.train` is a handle there, `run.seed` is `seed`. */
function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    const place = (path: readonly (string | number)[]): readonly (string | number)[] => {
      const [first, second, ...rest] = path;
      if (first === "data" && second === "earlier") return [earlierWord];
      if (first === "data" && String(second) in dataWords) return [dataWords[second as DataRole]];
      if (first === "run" && second !== undefined) return [second === "name" ? "run_name" : second, ...rest];
      return path;
    };
    throw DymadError.ofIssues(error.issues.map((issue) => ({ ...issue, path: place(issue.path) })));
  }
}

/**
 * Starts the run of a compiled request in a process of its own.
 *
 * @param runDir  run directory, relative to the root; default `runs/` and the name of the run
 * @throws        E_CONFLICT when the directory is taken, or the data have changed since compiling
 */
export async function startTrainingRun(workspace: Workspace, handle: string, runDir?: string | undefined): Promise<DescribedRun> {
  const { compiled, dataset_handles } = workspace.find(handle).facade.get("compiled_training_request", handle).record;
  const { request } = compiled;
  const out = runDir ?? workspace.files.join("runs", request.run?.name ?? generatedName(request));
  const started = await startTraining(
    {
      request,
      base: workspace.root,
      out: workspace.files.resolve(out),
      expected: compiled.hash,
      known: { request: handle, data: dataset_handles },
      queue: workspace.queue,
      onRecorded: (run, folder) => keepPlace(workspace, run, folder),
    },
    workspace.files,
  );
  return describeRunOf(workspace, started.handle);
}

/**
 * Goes on with a run that was cancelled or whose process was lost, under a new handle.
 *
 * @throws  E_CONFLICT when the run still runs, has succeeded, or has diverged
 */
export async function resumeTrainingRun(workspace: Workspace, handle: string): Promise<DescribedRun> {
  const resumed = await resumeTraining(workspace.run(handle), workspace.queue);
  keepPlace(workspace, resumed.handle, resumed.folder);
  return describeRunOf(workspace, resumed.handle);
}

function keepPlace(workspace: Workspace, handle: string, folder: RunFolder): void {
  const { created_at } = folder.facade.get("training_run", handle).record;
  workspace.runs.add({ handle, place: workspace.relative(folder.root), created_at });
}
