import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { TrainingExport } from "../../dynamics/training/export-phase.js";
import { DymadError } from "../../errors.js";
import { sha256Hex } from "../../formats/sha256.js";
import { Facade } from "../facade/facade.js";
import type { Artifact, RunManifest } from "../facade/manifest.js";
import { lastingWrite } from "../store/atomic-write.js";
import { FileStore } from "../store/file-store.js";

/** Names in a run directory. */
export const names = {
  manifest: "dymad-run.json",
  store: ".dymad-store",
  checkpoint: "checkpoint.dymad",
  snapshot: "snapshot.dymad",
  earlier: "data/earlier.dymad",
  history: "history.json",
  search: "search.json",
  leaderboard: "leaderboard.csv",
  chart: "leaderboard.svg",
  trials: "trials",
  log: "training.log",
  events: "events.jsonl",
  exports: "exports",
  evaluations: "evaluations",
  analyses: "analyses",
  report: "report.html",
} as const;

/** One run directory: where its parts lie, and its own store. */
export class RunFolder {
  readonly root: string;
  readonly facade: Facade;

  constructor(root: string) {
    this.root = resolve(root);
    this.facade = new Facade(new FileStore(join(this.root, names.store)));
  }

  /**
   * Opens the run in a directory.
   *
   * @throws  E_NOT_FOUND when the directory holds no run
   */
  static open(root: string): RunFolder {
    const folder = new RunFolder(root);
    if (existsSync(folder.path("manifest"))) return folder;
    throw new DymadError("E_NOT_FOUND", `${root} is not a run directory: it has no ${names.manifest}`, {
      hint: "name the directory that dymad train has printed",
    });
  }

  path(name: keyof typeof names): string {
    return join(this.root, names[name]);
  }

  /** A path as the manifest writes it: relative to the run directory. */
  relative(path: string): string {
    return relative(this.root, path).replaceAll("\\", "/");
  }

  resolve(path: string): string {
    return resolve(this.root, path);
  }

  /** @throws E_FORMAT when the manifest is damaged */
  manifest(): RunManifest {
    const path = this.path("manifest");
    try {
      const manifest = JSON.parse(readFileSync(path, "utf8")) as RunManifest;
      if (manifest.schema_version === 1 && typeof manifest.training_run_handle === "string") return manifest;
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
    }
    throw new DymadError("E_FORMAT", `${path} is not a run manifest of version 1`, { hint: "restore the file, or train again" });
  }

  writeManifest(manifest: RunManifest): void {
    lastingWrite(this.path("manifest"), `${JSON.stringify(manifest, null, 2)}\n`);
  }

  /** Whether a run of this handle was made here: the run itself, or one that it went on with. */
  holds(handle: string): boolean {
    return this.facade.store.list("training_run").some((one) => one.handle === handle);
  }

  /** Changes some fields of the manifest. */
  amend(changes: Partial<RunManifest>): void {
    this.writeManifest({ ...this.manifest(), ...changes });
  }

  /** Where what an export phase has handed out lies: its place in the schedule, from 1, and its kind. */
  exported({ phase, kind }: Pick<TrainingExport, "phase" | "kind">): string {
    return join(this.path("exports"), `${phase + 1}-${kind}.${kind === "summary" ? "json" : "dymad"}`);
  }

  artifact(path: string): Artifact {
    const bytes = readFileSync(path);
    return { path: this.relative(path), size: statSync(path).size, sha256: sha256Hex(bytes) };
  }

  /** What a finished run has left, besides the manifest and the store. */
  artifacts(): Artifact[] {
    const fixed = (
      ["checkpoint", "snapshot", "history", "search", "leaderboard", "chart", "log", "events", "report"] as const
    ).map((name) => this.path(name));
    const gathered = (["exports", "evaluations", "analyses"] as const)
      .map((name) => this.path(name))
      .flatMap((place) => (existsSync(place) ? readdirSync(place).sort() : []).map((name) => join(place, name)));
    return [...fixed, ...gathered].filter((path) => existsSync(path)).map((path) => this.artifact(path));
  }

  /** Files through which the processes around a run talk. */
  signal(name: "cancel" | "heartbeat"): string {
    return join(this.root, names.store, name);
  }
}
