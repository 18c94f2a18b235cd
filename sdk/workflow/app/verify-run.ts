import { DymadError } from "../../errors.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { RunFolder } from "../executor/run-folder.js";
import { type Files, machineFiles } from "../store/files.js";
import { compileSubmission } from "./compile.js";
import { requestOf } from "./reproduce.js";

/** One thing about a run that can be looked at without running it again. */
export interface Check {
  /** `data.train`, `checkpoint`, `artifact history.json`, `request`, `record run_...` */
  readonly what: string;
  readonly ok: boolean;
  /** what was found instead; null when it is as it should be */
  readonly problem: string | null;
}

export interface Verification {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

/**
 * Compares what a run has recorded with what is there: files against their hashes, the request against the hash it compiles to today,
 * and every record of its store.
 */
export function verifyRun(folder: RunFolder, files: Files = machineFiles): Verification {
  const { data, checkpoint, artifacts, request, request_hash, checkpoint_handle } = folder.manifest();
  const listed = artifacts.filter(({ path }) => path !== checkpoint?.path);
  const expected = [
    ...data.map((one) => ({ what: `data.${one.role}`, ...one })),
    ...(checkpoint === null ? [] : [{ what: "checkpoint", ...checkpoint }]),
    ...listed.map((one) => ({ what: `artifact ${one.path}`, ...one })),
  ];
  const checks = [
    ...expected.map(({ what, path, sha256 }) =>
      check(what, () => {
        const found = sha256Hex(files.read(folder.resolve(path)));
        return found === sha256 ? null : `${path} has sha256 ${found.slice(0, 12)}, recorded is ${sha256.slice(0, 12)}`;
      }),
    ),
    check("request", () => {
      const { compiled } = compileSubmission({ request: requestOf(folder, request), base: folder.root }, files);
      return compiled.hash === request_hash
        ? null
        : `compiles to ${compiled.hash.slice(0, 12)}, recorded is ${request_hash.slice(0, 12)}`;
    }),
    ...folder.facade.store.handles().map((handle) =>
      check(`record ${handle}`, () => {
        folder.facade.describe(handle);
        return null;
      }),
    ),
    ...(checkpoint_handle === null ? [] : [check("checkpoint record", () => recordedCheckpoint(folder, checkpoint_handle))]),
  ];
  return { ok: checks.every(({ ok }) => ok), checks };
}

function recordedCheckpoint(folder: RunFolder, handle: string): string | null {
  const { record } = folder.facade.get("checkpoint", handle);
  const recorded = folder.manifest().checkpoint?.sha256;
  return record.sha256 === recorded ? null : "the record and the manifest name different checkpoints";
}

function check(what: string, problemOf: () => string | null): Check {
  try {
    const problem = problemOf();
    return { what, ok: problem === null, problem };
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    return { what, ok: false, problem: error.message };
  }
}
