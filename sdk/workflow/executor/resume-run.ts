import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DymadError } from "../../errors.js";
import type { TrainingRunRecord } from "../facade/records.js";
import { writing } from "../store/writing.js";
import { buildIdentity, builtScript, packageVersion } from "./package-root.js";
import { identityOfProcess } from "./process-identity.js";
import { names, type RunFolder } from "./run-folder.js";
import { RunLog } from "./run-log.js";
import type { QueueChoice } from "./run-queue.js";
import { launch, type StartedRun } from "./start-run.js";
import { describeRun } from "./watch-run.js";

/**
 * Goes on with a run that was cancelled or whose process was lost, in its directory, from its last snapshot; from the beginning when
 * there is none. The end has the bits of a run that was never interrupted. The record of the interrupted run stays as it is: the
 * run that goes on is another one, which names it.
 *
 * @param queue  where it waits for others to end; default: it begins at once
 * @throws       E_CONFLICT when the run is not one that can go on, or another process has just resumed it
 */
export async function resumeRun(folder: RunFolder, queue?: QueueChoice | undefined): Promise<StartedRun> {
  const handle = folder.manifest().training_run_handle;
  const { record } = describeRun(folder, handle);
  requireResumable(folder, record);
  const script = builtScript("worker.js");
  const token = crypto.randomUUID();
  claim(folder, handle);
  for (const signal of ["cancel", "heartbeat"] as const) rmSync(folder.signal(signal), { force: true });
  const run = folder.facade.register("training_run", {
    ...record,
    status: "QUEUED",
    created_at: new Date().toISOString(),
    started_at: null,
    finished_at: null,
    launcher: identityOfProcess(process.pid, token),
    worker: null,
    checkpoint_handle: null,
    metrics: {},
    failure: null,
    resumes: handle,
    earlier_seconds: record.metrics.seconds ?? 0,
  });
  const { engine, versions } = folder.manifest();
  if (engine.build !== buildIdentity()) {
    new RunLog(folder, []).line("warning: the run goes on with another build of dymad: its bits may be others");
  }
  folder.amend({
    status: "QUEUED",
    training_run_handle: run.handle,
    checkpoint_handle: null,
    evaluation_handles: [],
    metrics: {},
    finished_at: null,
    failure: null,
    versions: { ...versions, dymad: packageVersion() },
    engine: { ...engine, build: buildIdentity() },
  });
  const pid = await launch({ script, folder, handle: run.handle, token, queue });
  return { folder, handle: run.handle, pid };
}

function requireResumable(folder: RunFolder, { status, failure }: TrainingRunRecord): void {
  const refuse = (message: string, hint: string): never => {
    throw new DymadError("E_CONFLICT", message, { hint });
  };
  if (status === "SUCCEEDED") refuse("the run has SUCCEEDED: nothing is left to do", "train anew for more epochs");
  if (status === "QUEUED" || status === "RUNNING")
    refuse(`the run is ${status}: there is nothing to resume`, `follow it: dymad log ${folder.root} --follow`);
  if (failure?.code === "E_DIVERGED")
    refuse(
      "the run diverged, and would do so again",
      `change the request as the failure says: ${failure.hint ?? failure.message}`,
    );
}

/** Of two processes that resume the same run at once, one wins. */
function claim(folder: RunFolder, handle: string): void {
  try {
    writing(folder.root, () => mkdirSync(join(folder.root, names.store, `resumed-${handle}`)));
  } catch (error) {
    const cause = error instanceof DymadError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
    if (cause?.code !== "EEXIST") throw error;
    throw new DymadError("E_CONFLICT", "the run is being resumed by another process", { hint: "follow that one" });
  }
}
