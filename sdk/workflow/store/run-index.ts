import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DymadError } from "../../errors.js";
import { lastingWrite } from "./atomic-write.js";
import { missing } from "./refusals.js";
import { writing } from "./writing.js";

/** Where one run lies. */
export interface IndexedRun {
  readonly handle: string;
  /** its directory, relative to whatever the owner of the index says */
  readonly place: string;
  /** ISO 8601 */
  readonly created_at: string;
}

const shape = /^(\d{8}T\d{9}Z)-(run_[a-z0-9]{6,})\.json$/;

/**
 * Which runs belong together, and where each lies: one small file a run, named by time and handle, so that a page of the newest is found
 * by names alone.
 */
export class RunIndex {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  add(run: IndexedRun): void {
    lastingWrite(join(this.root, `${compact(run.created_at)}-${run.handle}.json`), `${JSON.stringify(run)}\n`);
  }

  /** @throws E_NOT_FOUND when no run of that handle was ever added */
  find(handle: string): IndexedRun {
    const name = this.#names().find((one) => one.endsWith(`-${handle}.json`));
    if (name === undefined) throw missing("training_run", handle);
    return this.#read(name);
  }

  /** Handles, newest first. */
  handles(): string[] {
    return this.#names().map((name) => shape.exec(name)?.[2] as string);
  }

  /**
   * Runs, newest first.
   *
   * @param after  the last handle of the page before; default begins with the newest
   * @throws       E_SPEC when `after` is no run of the index
   */
  page(limit: number, after: string | null = null): { readonly runs: readonly IndexedRun[]; readonly next: string | null } {
    const names = this.#names();
    const start = after === null ? 0 : names.findIndex((name) => name.endsWith(`-${after}.json`)) + 1;
    if (after !== null && start === 0) {
      throw new DymadError("E_SPEC", `${after} is not where a page ended`, { path: ["cursor"], hint: "begin without a cursor" });
    }
    const runs = names.slice(start, start + limit).map((name) => this.#read(name));
    return { runs, next: start + limit < names.length ? (runs.at(-1)?.handle ?? null) : null };
  }

  remove(handle: string): void {
    for (const name of this.#names().filter((one) => one.endsWith(`-${handle}.json`))) {
      const path = join(this.root, name);
      writing(path, () => rmSync(path, { force: true }));
    }
  }

  #names(): string[] {
    if (!existsSync(this.root)) return [];
    return readdirSync(this.root)
      .filter((name) => shape.test(name))
      .sort()
      .reverse();
  }

  #read(name: string): IndexedRun {
    const path = join(this.root, name);
    try {
      return JSON.parse(readFileSync(path, "utf8")) as IndexedRun;
    } catch (cause) {
      throw new DymadError("E_FORMAT", `${path} is not an entry of the index of runs`, { hint: "restore or remove it", cause });
    }
  }
}

/** `20261126T101530123Z`: sorts as time does. */
const compact = (time: string): string => new Date(time).toISOString().replace(/[-:.]/g, "");
