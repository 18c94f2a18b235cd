import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TrainingResult } from "../../dynamics/training/result.js";
import { canonicalJson } from "../../formats/canonical.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { lastingWrite } from "../store/atomic-write.js";
import type { RunFolder } from "./run-folder.js";
import type { TrialOutcome } from "./trial-thread.js";

/** What a finished trial has left, apart from the bytes of its checkpoint. */
export type TrialRecord = Omit<TrainingResult, "checkpoint" | "snapshot"> & {
  readonly schema_version: 1;
  /** identity of the trial; the name of its file */
  readonly key: string;
  readonly request_hash: string;
  readonly values: TrialOutcome["values"];
  readonly checkpoint: { readonly sha256: string; readonly size: number };
};

/**
 * The finished trials of a search: one file each, named by the hash of the compiled trial and of how it is scored. The record is
 * written after the checkpoint, both as a whole or not at all, so a trial with a record is finished.
 */
export class TrialShelf {
  readonly #place: string;
  readonly #lead: number;

  constructor(folder: RunFolder, lead: number) {
    this.#place = folder.path("trials");
    this.#lead = lead;
  }

  keyOf(trial: CompiledTraining): string {
    return sha256Hex(canonicalJson({ request: trial.hash, lead: this.#lead }));
  }

  /** The record of a trial; null when it is not finished, or its files are not what was written. */
  find(key: string): TrialRecord | null {
    const path = this.#path(key, "json");
    if (!existsSync(path)) return null;
    try {
      const record = JSON.parse(readFileSync(path, "utf8")) as TrialRecord;
      const whole = record.schema_version === 1 && record.key === key;
      return whole && sha256Hex(this.checkpoint(key)) === record.checkpoint.sha256 ? record : null;
    } catch {
      // a damaged file is a trial that was not made
      return null;
    }
  }

  checkpoint(key: string): Uint8Array {
    return new Uint8Array(readFileSync(this.#path(key, "dymad")));
  }

  put(trial: CompiledTraining, { result, values }: TrialOutcome): TrialRecord {
    const { checkpoint: bytes, snapshot: _, ...rest } = result;
    const key = this.keyOf(trial);
    lastingWrite(this.#path(key, "dymad"), bytes);
    const checkpoint = { sha256: sha256Hex(bytes), size: bytes.length };
    const record: TrialRecord = { schema_version: 1, key, request_hash: trial.hash, values, ...rest, checkpoint };
    lastingWrite(this.#path(key, "json"), `${JSON.stringify(record)}\n`);
    return record;
  }

  #path(key: string, ending: "json" | "dymad"): string {
    return join(this.#place, `${key}.${ending}`);
  }
}
