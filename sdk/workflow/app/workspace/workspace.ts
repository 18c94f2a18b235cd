import { DymadError } from "../../../errors.js";
import { RunFolder } from "../../executor/run-folder.js";
import type { QueueChoice } from "../../executor/run-queue.js";
import { Facade } from "../../facade/facade.js";
import { confinedFiles } from "../../store/confined-files.js";
import { FileStore } from "../../store/file-store.js";
import { type Files, machineFiles } from "../../store/files.js";
import { kindOf } from "../../store/kinds.js";
import { RunIndex } from "../../store/run-index.js";

export interface WorkspaceOptions {
  /** directory that holds everything a client may name */
  readonly root: string;
  /** directory of the records; default `.dymad` in the root */
  readonly store?: string | undefined;
  /** larger data files are not read; default 1 GB */
  readonly maxFileBytes?: number | undefined;
  /** trainings that go on at once, whoever started them in this store; others wait QUEUED. Default: no limit */
  readonly maxRuns?: number | undefined;
}

/** Where an object is recorded: in the workspace, or in the store of one of its runs. */
export interface FoundObject {
  readonly facade: Facade;
  readonly folder: RunFolder | null;
}

/**
 * What clients work in who know things by handles: a root directory that no path may leave, a store of records, and the runs that were
 * started here. Paths in the records of the workspace are relative to the root; a run keeps its own records in its own directory, so
 * that it can be used and moved without the workspace.
 */
export class Workspace {
  readonly root: string;
  readonly files: Files;
  /** directory of the records, absolute */
  readonly storeRoot: string;
  readonly facade: Facade;
  readonly runs: RunIndex;
  /** where trainings wait for one another; undefined: they do not */
  readonly queue: QueueChoice | undefined;
  /** places of runs that were looked up: a run does not move within a workspace */
  readonly #places = new Map<string, string>();

  /** @throws E_NOT_FOUND when the root is no directory */
  constructor({ root, store, maxFileBytes, maxRuns }: WorkspaceOptions) {
    if (!machineFiles.exists(root)) {
      throw new DymadError("E_NOT_FOUND", `there is no directory ${root}`, { hint: "name an existing directory with --root" });
    }
    this.files = confinedFiles(root, maxFileBytes);
    this.root = this.files.resolve(".");
    this.storeRoot = store === undefined ? machineFiles.join(this.root, ".dymad") : machineFiles.resolve(store);
    this.facade = new Facade(new FileStore(this.storeRoot), (handle) => this.#holder(handle) !== null);
    this.runs = new RunIndex(machineFiles.join(this.storeRoot, "runs"));
    this.queue = maxRuns === undefined ? undefined : { place: machineFiles.join(this.storeRoot, "queue"), limit: maxRuns };
  }

  /** A path as clients write it: relative to the root. */
  relative(path: string): string {
    return this.files.relative(this.root, path) || ".";
  }

  /** @throws E_SPEC when the handle is of another kind; E_NOT_FOUND when there is no such run, or its directory has gone */
  run(handle: string): RunFolder {
    if (kindOf(handle) !== "training_run") {
      throw new DymadError("E_SPEC", `${handle} is not the handle of a training run`, { hint: "its handle begins with run_" });
    }
    return RunFolder.open(this.files.resolve(this.#placeOf(handle)));
  }

  /** @throws E_SPEC when it is no handle; E_NOT_FOUND when nothing here has it */
  find(handle: string): FoundObject {
    if (kindOf(handle) === "training_run") {
      const folder = this.run(handle);
      return { facade: folder.facade, folder };
    }
    if (this.facade.has(handle)) return { facade: this.facade, folder: null };
    const folder = this.#holder(handle);
    if (folder !== null) return { facade: folder.facade, folder };
    this.facade.store.read(handle);
    throw new DymadError("E_INTERNAL", `${handle} appeared while it was looked for`);
  }

  /** The newest run whose own store has an object. */
  #holder(handle: string): RunFolder | null {
    return this.folders().find(({ facade }) => facade.has(handle)) ?? null;
  }

  /** The directories of the runs that are still there, newest first. */
  folders(): RunFolder[] {
    const places = [...new Set(this.runs.handles().map((handle) => this.#placeOf(handle)))];
    return places
      .map((place) => new RunFolder(this.files.resolve(place)))
      .filter((folder) => this.files.exists(folder.path("manifest")));
  }

  #placeOf(handle: string): string {
    const known = this.#places.get(handle);
    if (known !== undefined) return known;
    const { place } = this.runs.find(handle);
    this.#places.set(handle, place);
    return place;
  }
}
