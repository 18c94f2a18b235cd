import { existsSync, rmSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { CompiledTraining } from "../compiler/compiled.js";
import type { RunManifest } from "../facade/manifest.js";
import type { RunFailure, WorkerIdentity } from "../facade/records.js";
import { lastingWrite } from "../store/atomic-write.js";
import { isTerminal } from "../store/run-states.js";
import type { Ending } from "./ending.js";
import { HelperThreads } from "./helper-threads.js";
import { keptCheckpoint } from "./kept-checkpoint.js";
import { memoryFailure } from "./memory-failure.js";
import { builtScript } from "./package-root.js";
import { identityOfProcess } from "./process-identity.js";
import { RunFolder } from "./run-folder.js";
import { RunLog } from "./run-log.js";
import { type QueueChoice, QueuePlace } from "./run-queue.js";
import { StopFlag } from "./stop-flag.js";
import type { ThreadMessage, ThreadTask } from "./training-thread.js";

const heartbeatMilliseconds = 2000;
const cancelLookMilliseconds = 200;

/**
 * The process of one run: it waits for its turn where there is a queue, takes the run, lets a thread train, and writes down what the
 * thread tells. It listens for the cancel file and for SIGTERM; a second SIGTERM does not wait for the end of an epoch.
 *
 * @returns  exit status: 0 when the run has ended as it should (cancelled too), 1 when it failed
 */
async function runWorker(root: string, handle: string, token: string, queue: QueueChoice | null): Promise<number> {
  const folder = new RunFolder(root);
  const { facade } = folder;
  const stop = new StopFlag();
  process.on("SIGTERM", () => stop.signal());
  process.on("SIGINT", () => stop.signal());
  const { record: run } = facade.get("training_run", handle);
  if (isTerminal(run.status)) return 0;
  const identity = identityOfProcess(process.pid, token);
  const { compiled } = facade.get("compiled_training_request", run.compiled_request_handle).record;
  const log = new RunLog(folder, compiled.config.phases);
  const turn = queue === null ? null : new QueuePlace(queue, { handle, ...run }, identity);
  let missed = 0;
  const beat = (): void => {
    // a directory that was moved or removed takes its run along: there is no place for results
    missed = existsSync(folder.path("manifest")) ? 0 : missed + 1;
    if (missed > 1) {
      turn?.leave();
      process.exit(1);
    }
    lastingWrite(folder.signal("heartbeat"), JSON.stringify({ ...identity, at: new Date().toISOString() }));
    turn?.touch();
  };
  beat();
  const heart = setInterval(beat, heartbeatMilliseconds);
  try {
    const cancelled: Ending = { status: "CANCELLED", result: null, failure: null, threads: 1, device: null };
    const come = turn === null || (await waited(turn, folder, log, stop));
    const ending = come ? await carryOut(folder, handle, compiled, log, stop, identity) : cancelled;
    finish(folder, handle, ending, log);
    return ending.status === "FAILED" ? 1 : 0;
  } finally {
    clearInterval(heart);
    turn?.leave();
  }
}

/** Waits for the turn of a run; false when it was cancelled before. */
async function waited(turn: QueuePlace, folder: RunFolder, log: RunLog, stop: StopFlag): Promise<boolean> {
  for (let told = false; !turn.start(); told = true) {
    const { running } = turn;
    if (!told) log.line(`waiting for its turn: ${running} other run${running === 1 ? " goes" : "s go"} on`);
    if (stop.asked || existsSync(folder.signal("cancel"))) return false;
    await new Promise((done) => setTimeout(done, cancelLookMilliseconds));
  }
  return true;
}

async function carryOut(
  folder: RunFolder,
  handle: string,
  compiled: CompiledTraining,
  log: RunLog,
  stop: StopFlag,
  worker: WorkerIdentity,
): Promise<Ending> {
  const started_at = new Date().toISOString();
  const run = folder.facade.updateRun(handle, { status: "RUNNING", started_at, worker }).record;
  folder.amend({ status: "RUNNING", started_at });
  log.line(`run ${run.run_name}: ${compiled.model_key}, request ${compiled.hash.slice(0, 12)}`);
  const { device } = compiled.run;
  if (device === "auto" || device === "cpu")
    log.line(`computing on the processor (device: ${device}): wasm, ${compiled.config.dtype}`);
  for (const warning of compiled.warnings) log.line(`warning: ${warning.path.join(".")}: ${warning.message}`);
  const work = compiled.search === null ? trainInThread : searchInThreads;
  return work(folder, handle, compiled, log, stop).catch((error): Ending => {
    return { status: "FAILED", result: null, failure: unforeseen(error, compiled, log), threads: 1, device: null };
  });
}

/** What nobody foresaw: told to the log, and a failure like any other. Memory that is not given has words of its own. */
function unforeseen(error: unknown, compiled: CompiledTraining, log: RunLog): RunFailure {
  const message = error instanceof Error ? error.message : String(error);
  log.line(error instanceof Error ? (error.stack ?? message) : message);
  const memory = memoryFailure(error, compiled);
  if (memory !== null) return { code: memory.code, message: memory.message, hint: memory.hint ?? null };
  return { code: "E_INTERNAL", message, hint: "the log tells where it happened" };
}

async function trainInThread(
  folder: RunFolder,
  handle: string,
  compiled: CompiledTraining,
  log: RunLog,
  stop: StopFlag,
): Promise<Ending> {
  const task: ThreadTask = { root: folder.root, handle, stop: stop.shared };
  const thread = new Worker(builtScript("training-thread.js"), { workerData: task });
  stop.onImpatience = () => void thread.terminate();
  stop.onAsk = () => log.line("cancelling after this epoch");
  const helpers = new HelperThreads();
  let device: string | null = null;
  const look = setInterval(() => existsSync(folder.signal("cancel")) && stop.ask(), cancelLookMilliseconds);
  try {
    return await new Promise<Ending>((done) => {
      const end = (ending: Omit<Ending, "threads" | "device">): void => done({ ...ending, threads: helpers.count + 1, device });
      const fail = (failure: RunFailure): void => end({ status: "FAILED", result: null, failure });
      let ended = false;
      thread.on("message", (message: ThreadMessage) => {
        switch (message.kind) {
          case "event":
            return log.event(message.event);
          case "checkpoint":
            return lastingWrite(folder.path("checkpoint"), message.bytes);
          case "snapshot":
            return lastingWrite(folder.path("snapshot"), message.bytes);
          case "export":
            return lastingWrite(folder.exported(message.made), message.made.bytes);
          case "device":
            device = message.description;
            return log.line(`computing on ${message.description}`);
          case "helpers":
            helpers.start({ root: folder.root, handle, buffers: message.buffers }, message.count, (text) => log.line(text));
            return log.line(`${message.count + 1} threads share each step`);
          case "result":
            ended = true;
            return end({ status: message.result.status, result: message.result, failure: message.result.failure });
          case "error":
            ended = true;
            log.line(message.stack);
            return fail({ code: message.code, message: message.message, hint: message.hint });
          default:
            return message satisfies never;
        }
      });
      thread.on("error", (error) => {
        ended = true;
        fail(unforeseen(error, compiled, log));
      });
      thread.on("exit", () => {
        if (!ended && stop.asked) end({ status: "CANCELLED", result: null, failure: null });
        else if (!ended)
          fail({ code: "E_WORKER", message: "the training ended without a result", hint: "start the training again" });
      });
    });
  } finally {
    clearInterval(look);
    await helpers.end();
  }
}

async function searchInThreads(
  folder: RunFolder,
  handle: string,
  compiled: CompiledTraining,
  log: RunLog,
  stop: StopFlag,
): Promise<Ending> {
  stop.onAsk = () => log.line("cancelling after the present epochs");
  // it compiles its trials: a single training starts without a compiler
  const { SearchRun } = await import("./search-run.js");
  return new SearchRun({ folder, handle, compiled, log, stop }).run();
}

/** Writes results, then the manifest, then the record: whoever sees the record finished finds the files. */
function finish(folder: RunFolder, handle: string, ending: Ending, log: RunLog): void {
  const { status, result, failure, threads, device } = ending;
  const { facade } = folder;
  const run = facade.get("training_run", handle).record;
  const seconds = (run.earlier_seconds ?? 0) + (result?.seconds ?? 0);
  if (result !== null) {
    if (result.checkpoint.length > 0) lastingWrite(folder.path("checkpoint"), result.checkpoint);
    // what a run that has ended by itself would go on from is of no use any more
    if (result.snapshot !== null) lastingWrite(folder.path("snapshot"), result.snapshot);
    else rmSync(folder.path("snapshot"), { force: true });
    const history = {
      schema_version: 1,
      ...result.summary,
      metrics: result.metrics,
      seconds,
    };
    lastingWrite(folder.path("history"), `${JSON.stringify(history)}\n`);
  }
  const { checkpoint, checkpoint_handle } = keptCheckpoint(folder, handle, run);
  const metrics = { ...(result === null ? {} : { ...result.metrics, seconds }), ...ending.metrics };
  const finished_at = new Date().toISOString();
  const reason = failure && { code: failure.code, message: failure.message, hint: failure.hint };
  log.line(`${status}${reason === null ? "" : `: ${reason.code} ${reason.message}`}`);
  const warnings = result?.summary.warnings ?? [];
  const said = warnings.length === 0 ? {} : { warnings };
  const changes: Partial<RunManifest> = { status, finished_at, checkpoint_handle, checkpoint, metrics, failure: reason, ...said };
  const recorded = { ...folder.manifest().engine, threads };
  const engine = device === null ? recorded : { ...recorded, backend: "tfjs", device, bitwise: false };
  folder.amend({ ...changes, engine, artifacts: folder.artifacts() });
  facade.updateRun(handle, { status, finished_at, checkpoint_handle, metrics, failure: reason, ...said });
}

const [root, handle, token, queue, limit] = process.argv.slice(2);
runWorker(root, handle, token, queue === undefined ? null : { place: queue, limit: Number(limit) }).then(
  (status) => process.exit(status),
  (error: unknown) => {
    // What cannot be recorded goes to the log, which is this process's stderr; readers of the run then find its worker gone.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
