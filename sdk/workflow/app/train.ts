import { DymadError, type Issue } from "../../errors.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { readEvents } from "../executor/event-log.js";
import { resumeRun } from "../executor/resume-run.js";
import type { RunEvent } from "../executor/run-event.js";
import { names, RunFolder } from "../executor/run-folder.js";
import type { QueueChoice } from "../executor/run-queue.js";
import { type KnownHandles, type RunJob, startRun } from "../executor/start-run.js";
import { cancelRun, describeRun } from "../executor/watch-run.js";
import type { TrainingRunRecord } from "../facade/records.js";
import { lookUpModel } from "../registry/models.js";
import type { TrainingRequest } from "../registry/request.js";
import { type Files, machineFiles } from "../store/files.js";
import { isTerminal } from "../store/run-states.js";
import { type Compilation, compileSubmission, type Submission } from "./compile.js";

export interface TrainingOrder extends Submission {
  /** run directory; default: the run's name beside the request */
  readonly out?: string | null;
  /** the config file the request came from */
  readonly sourceConfig?: string | null;
  /** what was typed, for the manifest */
  readonly command?: string | null;
  /** laid over `run.threads` of the request */
  readonly threads?: "auto" | number | null;
  /** a run that lies in the directory and has ended goes, once the request is found valid */
  readonly replace?: boolean | undefined;
  /** how many runs of a queue go on at once; default: this one begins without waiting */
  readonly queue?: TrainingQueue | undefined;
  /** request hash that must come out */
  readonly expected?: string | undefined;
  readonly known?: KnownHandles | undefined;
  readonly onRecorded?: RunJob["onRecorded"];
}

export interface TrainingQueue {
  readonly limit: number;
  /** directory that the runs of the queue share; default `.dymad-queue` beside the run directory */
  readonly place?: string | undefined;
}

const queueOf = (root: string, queue: TrainingQueue | undefined, files: Files): QueueChoice | undefined =>
  queue && { limit: queue.limit, place: queue.place ?? files.join(files.dirname(root), ".dymad-queue") };

export interface StartedTraining {
  readonly folder: RunFolder;
  readonly handle: string;
  readonly compiled: CompiledTraining;
}

/**
 * Compiles a request and starts its run in a process of its own.
 *
 * @throws  every problem of the request at once; E_CONFLICT when the run directory is taken, or another hash was expected
 */
export async function startTraining(order: TrainingOrder, files: Files = machineFiles): Promise<StartedTraining> {
  const { request, root, name } = place({ ...order, request: withThreads(order) }, files);
  const { compiled, data, earlier } = compileSubmission({ ...order, request }, files);
  if (order.expected !== undefined && order.expected !== compiled.hash) {
    const what = compiled.earlier === undefined ? "the data files" : "the data files, or the earlier checkpoint,";
    throw new DymadError("E_CONFLICT", `${what} are no longer those the request was compiled for`, {
      hint: "register them anew and compile again",
    });
  }
  if (order.replace) {
    requireOutside(root, data, files);
    discardRun(root, files);
  }
  const started = await startRun({
    compiled,
    runRoot: root,
    runName: name,
    data,
    earlier,
    sourceConfig: order.sourceConfig ?? null,
    command: order.command ?? null,
    known: order.known,
    queue: queueOf(root, order.queue, files),
    onRecorded: order.onRecorded,
  });
  return { folder: started.folder, handle: started.handle, compiled };
}

/** Refuses to train on files that would go with the run whose place is taken. */
function requireOutside(root: string, data: Compilation["data"], files: Files): void {
  const issues = Object.entries(data).flatMap(([role, loaded]): Issue[] => {
    if (loaded === null || loaded.path === null || files.relative(root, loaded.path).startsWith("..")) return [];
    const hint = "choose another directory for the new run, or put the file elsewhere";
    const message = `${loaded.path} lies in the run directory that would be replaced`;
    return [{ code: "E_CONFLICT", path: ["data", role], message, hint }];
  });
  if (issues.length > 0) throw DymadError.ofIssues(issues);
}

/**
 * Removes a run directory, so that another can take its place.
 *
 * @throws  E_CONFLICT when the directory holds something else, or the run has not ended
 */
function discardRun(root: string, files: Files): void {
  if (!files.exists(root) || files.list(root).length === 0) return;
  const refuse = (message: string, hint: string): never => {
    throw new DymadError("E_CONFLICT", message, { hint });
  };
  if (!files.exists(files.join(root, names.manifest)))
    refuse(`${root} holds something that is no run`, "choose another directory with --out");
  const folder = RunFolder.open(root);
  const { status } = describeRun(folder, folder.manifest().training_run_handle).record;
  if (!isTerminal(status)) refuse(`the run in ${root} is ${status}`, "cancel it, or choose another directory with --out");
  files.remove(root);
}

/**
 * Goes on with a run that was cancelled or whose process was lost; see `resumeRun` of the executor.
 *
 * @throws  E_CONFLICT when the run still runs, has succeeded, or has diverged
 */
export async function resumeTraining(
  folder: RunFolder,
  queue?: TrainingQueue | undefined,
): Promise<StartedTraining & { readonly from: number }> {
  // what was told before is not told again
  const from = readEvents(folder, 0).next_offset;
  const { handle } = await resumeRun(folder, queueOf(folder.root, queue, machineFiles));
  const { record } = describeRun(folder, handle);
  const { compiled } = folder.facade.get("compiled_training_request", record.compiled_request_handle).record;
  return { folder, handle, compiled, from };
}

function withThreads({ request, threads }: TrainingOrder): TrainingRequest {
  // what is no mapping is left for the compiler to name
  if (threads === undefined || threads === null || typeof request !== "object" || request === null) return request;
  return { ...request, run: { ...request.run, threads } };
}

/** Name and directory of a run, made before compiling, so that the compiler stays pure. */
export function place(order: TrainingOrder, files: Files): { request: TrainingRequest; root: string; name: string } {
  const given = order.request?.run?.name;
  if (order.out) {
    const root = files.resolve(order.out);
    const name = files.basename(root);
    if (typeof given === "string" && given !== name) {
      throw new DymadError("E_SPEC", `is ${given}, and the run directory is named ${name}`, {
        path: ["run", "name"],
        hint: "leave run.name out, or name the directory like it",
      });
    }
    return { request: withName(order.request, name), root, name };
  }
  const name = typeof given === "string" && given.trim() !== "" ? given.trim() : generatedName(order.request);
  return { request: withName(order.request, name), root: files.resolve(order.base, name), name };
}

function withName(request: TrainingRequest, name: string): TrainingRequest {
  // What is no mapping is left for the compiler to name.
  if (typeof request !== "object" || request === null || Array.isArray(request)) return request;
  if (request.run !== undefined && (typeof request.run !== "object" || request.run === null)) return request;
  return { ...request, run: { ...request.run, name } };
}

/** `<model>_<8 hexadecimal digits>`. */
export function generatedName(request: TrainingRequest): string {
  const found = typeof request?.model_key === "string" ? lookUpModel(request.model_key) : null;
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${found?.found === "model" ? found.model.key : "run"}_${digits}`;
}

/** What an AbortSignal tells; declarations of the package do not name it, because not every compiler knows it. */
export interface StopSignal {
  readonly aborted: boolean;
}

export interface FollowOptions {
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** when it is aborted, the run is cancelled; following goes on until it has ended */
  readonly signal?: StopSignal | undefined;
  /** when it is aborted, following ends and the run goes on */
  readonly leave?: StopSignal | undefined;
  /** place in the event log where the telling begins, bytes; default 0 */
  readonly from?: number;
}

const lookMilliseconds = 60;

/** Waits for the end of a run, telling what happens meanwhile. */
export async function followTraining(folder: RunFolder, handle: string, options: FollowOptions = {}): Promise<TrainingRunRecord> {
  let offset = options.from ?? 0;
  let asked = false;
  for (;;) {
    if (options.signal?.aborted && !asked) {
      asked = true;
      cancelQuietly(folder, handle);
    }
    const { record } = describeRun(folder, handle);
    const events = readEvents(folder, offset);
    offset = events.next_offset;
    for (const line of events.lines) options.onEvent?.(JSON.parse(line) as RunEvent);
    if (isTerminal(record.status) || options.leave?.aborted) return record;
    await new Promise((done) => setTimeout(done, lookMilliseconds));
  }
}

/** Cancels a run unless it has just ended by itself. */
function cancelQuietly(folder: RunFolder, handle: string): void {
  try {
    cancelRun(folder, handle);
  } catch (error) {
    if (!(error instanceof DymadError && error.code === "E_CONFLICT")) throw error;
  }
}
