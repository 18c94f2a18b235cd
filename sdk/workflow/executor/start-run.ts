import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DymadError } from "../../errors.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { dataRoles } from "../compiler/parse.js";
import type { RunManifest } from "../facade/manifest.js";
import type { DatasetRecord } from "../facade/records.js";
import type { DataRole } from "../registry/request.js";
import { lastingWrite } from "../store/atomic-write.js";
import { writing } from "../store/writing.js";
import { runBackend } from "./backend.js";
import type { LoadedData } from "./data-file.js";
import { buildIdentity, builtScript, packageVersion } from "./package-root.js";
import { identityOfProcess } from "./process-identity.js";
import { gitCommit } from "./provenance.js";
import { names, RunFolder } from "./run-folder.js";
import type { QueueChoice } from "./run-queue.js";

/** Data of a run: a file that stays where it is, or bytes that are kept in the run directory. */
export interface RunData extends LoadedData {
  readonly path: string | null;
  readonly bytes: Uint8Array;
}

export interface RunJob {
  readonly compiled: CompiledTraining;
  readonly runRoot: string;
  readonly runName: string;
  readonly data: Readonly<Record<DataRole, RunData | null>>;
  /** checkpoint of the training whose pairs count too; it is kept in the run directory, whatever becomes of that training's */
  readonly earlier: Uint8Array | null;
  readonly sourceConfig: string | null;
  readonly command: string | null;
  /** handles by which the request and its data are known elsewhere: the run's own records keep them */
  readonly known?: KnownHandles | undefined;
  /** where the run waits for others to end; default: it begins at once */
  readonly queue?: QueueChoice | undefined;
  /** told when everything is written down and nothing has started yet */
  readonly onRecorded?: ((handle: string, folder: RunFolder) => void) | undefined;
}

export interface KnownHandles {
  readonly request?: string | undefined;
  readonly data?: Readonly<Partial<Record<DataRole, string>>> | undefined;
}

export interface StartedRun {
  readonly folder: RunFolder;
  readonly handle: string;
  readonly pid: number;
}

/**
 * Starts a training in a process of its own, which outlives this one. Records, manifest and log are there before it starts; when
 * it cannot be started, nothing is left behind.
 *
 * @throws  E_CONFLICT when the run directory exists and is not empty; E_WRITE when it cannot be made
 */
export async function startRun(job: RunJob): Promise<StartedRun> {
  const script = builtScript("worker.js");
  writing(job.runRoot, () => claimDirectory(job.runRoot));
  try {
    const folder = new RunFolder(job.runRoot);
    const token = crypto.randomUUID();
    const { handle, manifest } = persist(job, folder, token);
    folder.writeManifest(manifest);
    job.onRecorded?.(handle, folder);
    const pid = await launch({ script, folder, handle, token, queue: job.queue });
    return { folder, handle, pid };
  } catch (error) {
    rmSync(job.runRoot, { recursive: true, force: true });
    throw error;
  }
}

/** Takes a directory that is new or empty. The store in it can be made by one process only, so that of two starters one wins. */
function claimDirectory(root: string): void {
  try {
    mkdirSync(root, { recursive: true });
    if (readdirSync(root).length > 0) throw occupied(root);
    mkdirSync(join(root, names.store));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw occupied(root);
    throw error;
  }
}

const occupied = (root: string): DymadError =>
  new DymadError("E_CONFLICT", `${root} exists`, {
    hint: "a run never overwrites another: choose another directory (--out, run_dir), or remove this one",
  });

function persist(job: RunJob, folder: RunFolder, token: string): { handle: string; manifest: RunManifest } {
  const { compiled, runName } = job;
  const { facade } = folder;
  const created_at = new Date().toISOString();
  const dataset_handles: Partial<Record<DataRole, string>> = {};
  const data: RunManifest["data"][number][] = [];
  for (const role of dataRoles) {
    const loaded = job.data[role];
    const entry = compiled.data[role];
    if (loaded === null || entry === null) continue;
    const path = loaded.path ?? join(folder.root, "data", `${role}.${entry.format}`);
    if (loaded.path === null) lastingWrite(path, loaded.bytes);
    const { sha256, size, format, columns, given_dt } = entry;
    const place = folder.relative(path);
    const record: DatasetRecord = {
      path: place,
      format,
      kind: loaded.inspection.kind,
      sha256,
      size,
      columns,
      dt: given_dt,
      names: loaded.path === null ? loaded.dataset.names : null,
      inspection: loaded.inspection,
    };
    const known = job.known?.data?.[role];
    // one data set may play two roles
    const handle = known !== undefined && facade.has(known) ? known : facade.register("dataset", record, {}, known).handle;
    dataset_handles[role] = handle;
    data.push({ role, path: place, size, sha256 });
  }
  if (job.earlier !== null && compiled.earlier !== undefined) {
    const { size, sha256 } = compiled.earlier;
    const path = folder.path("earlier");
    lastingWrite(path, job.earlier);
    data.push({ role: "earlier", path: folder.relative(path), size, sha256 });
  }
  const request = facade.register("compiled_training_request", { compiled, dataset_handles }, {}, job.known?.request);
  const run = facade.register("training_run", {
    compiled_request_handle: request.handle,
    request_hash: compiled.hash,
    status: "QUEUED",
    created_at,
    started_at: null,
    finished_at: null,
    launcher: identityOfProcess(process.pid, token),
    worker: null,
    run_root: ".",
    run_name: runName,
    model_key: compiled.model_key,
    reference_profile: compiled.profile,
    dataset_handles,
    checkpoint_handle: null,
    metrics: {},
    failure: null,
  });
  const manifest: RunManifest = {
    schema_version: 1,
    run_name: runName,
    status: "QUEUED",
    model_key: compiled.model_key,
    reference_profile: compiled.profile,
    request_hash: compiled.hash,
    request: compiled.request,
    source_config_path: job.sourceConfig === null ? null : folder.relative(job.sourceConfig),
    store_root: ".dymad-store",
    compiled_request_handle: request.handle,
    training_run_handle: run.handle,
    checkpoint_handle: null,
    evaluation_handles: [],
    dataset_handles,
    data,
    checkpoint: null,
    artifacts: [],
    metrics: {},
    seeds: { run: compiled.config.seed, split: compiled.split?.seed ?? null },
    versions: { dymad: packageVersion(), node: process.versions.node },
    engine: {
      backend: runBackend,
      dtype: compiled.config.dtype,
      threads: 1,
      device: "cpu",
      build: buildIdentity(),
      bitwise: true,
    },
    git: gitCommit(process.cwd()),
    command: job.command,
    started_at: created_at,
    finished_at: null,
    failure: null,
  };
  return { handle: run.handle, manifest };
}

export interface Launch {
  readonly script: string;
  readonly folder: RunFolder;
  readonly handle: string;
  readonly token: string;
  readonly queue?: QueueChoice | undefined;
}

/** Starts the worker of a run, which outlives this process; its number. */
export async function launch(order: Launch): Promise<number> {
  const child = spawnWorker(order);
  await new Promise<void>((done, fail) => child.once("spawn", done).once("error", fail));
  const pid = child.pid as number;
  order.folder.facade.updateRun(order.handle, { worker: identityOfProcess(pid, order.token) });
  child.unref();
  return pid;
}

function spawnWorker({ script, folder, handle, token, queue }: Launch): ChildProcess {
  const log = openSync(folder.path("log"), "a");
  const waiting = queue === undefined ? [] : [queue.place, String(queue.limit)];
  try {
    return spawn(process.execPath, [script, folder.root, handle, token, ...waiting], {
      detached: true,
      stdio: ["ignore", log, log],
      windowsHide: true,
    });
  } finally {
    closeSync(log);
  }
}
