import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DymadError } from "../../errors.js";
import { lastingWrite } from "./atomic-write.js";
import { kindOf, kinds, newHandle, type ObjectKind, objectKinds } from "./kinds.js";
import { withLock } from "./lock.js";
import type { ObjectStore, StoredObject } from "./object-store.js";
import { checkNew, checkUpdate, missing, missingPayload } from "./refusals.js";
import { makeDirectory, writing } from "./writing.js";

/**
 * A store in a directory that several processes may use at once: `<root>/<folder>/<handle>.json`, indented, keys sorted, with
 * bytes beside it as `<handle>.<name>`. Every write goes to a temporary file that is renamed into place; updates compare the
 * revision under a lock.
 */
export class FileStore implements ObjectStore {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  create(
    kind: ObjectKind,
    value: Readonly<Record<string, unknown>>,
    payload: Readonly<Record<string, Uint8Array>> = {},
    handle: string = newHandle(kind),
  ): StoredObject {
    checkNew(handle, kind, existsSync(this.#path(handle, kind)));
    makeDirectory(join(this.root, kinds[kind].folder));
    for (const [name, bytes] of Object.entries(payload)) lastingWrite(this.#payloadPath(handle, kind, name), bytes);
    return this.#write({ handle, kind, schema_version: kinds[kind].schema_version, revision: 1, value });
  }

  read(handle: string): StoredObject {
    const kind = kindOf(handle);
    const path = this.#path(handle, kind);
    if (!existsSync(path)) throw missing(kind, handle);
    return parseRecord(readFileSync(path, "utf8"), handle, kind, path);
  }

  update(handle: string, revision: number, value: Readonly<Record<string, unknown>>): StoredObject {
    const path = this.#path(handle, kindOf(handle));
    if (!existsSync(path)) throw missing(kindOf(handle), handle);
    return withLock(`${path}.lock`, () => {
      const current = this.read(handle);
      checkUpdate(current, revision, value);
      return this.#write({ ...current, revision: revision + 1, value });
    });
  }

  list(kind?: ObjectKind): StoredObject[] {
    return this.handles(kind).map((handle) => this.read(handle));
  }

  handles(kind?: ObjectKind): string[] {
    const found = (kind === undefined ? objectKinds : [kind]).flatMap((name) =>
      this.#filesOf(name).flatMap((file) => /^([a-z]+_[a-z0-9]{6,})\.json$/.exec(file)?.[1] ?? []),
    );
    return found.sort();
  }

  changedAt(handle: string): number {
    const path = this.#path(handle, kindOf(handle));
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) throw missing(kindOf(handle), handle);
    return found.mtimeMs;
  }

  /** The record goes first: what is left when the work is interrupted is bytes that nothing names. */
  remove(handle: string): void {
    const { kind } = this.read(handle);
    const folder = join(this.root, kinds[kind].folder);
    const belonging = this.#filesOf(kind).filter((file) => file.startsWith(`${handle}.`));
    for (const path of [this.#path(handle, kind), ...belonging.map((file) => join(folder, file))]) {
      writing(path, () => rmSync(path, { force: true }));
    }
  }

  payload(handle: string, name: string): Uint8Array {
    const { kind } = this.read(handle);
    const path = this.#payloadPath(handle, kind, name);
    if (!existsSync(path)) throw missingPayload(handle, name);
    return new Uint8Array(readFileSync(path));
  }

  #filesOf(kind: ObjectKind): string[] {
    const folder = join(this.root, kinds[kind].folder);
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  #path(handle: string, kind: ObjectKind): string {
    return join(this.root, kinds[kind].folder, `${handle}.json`);
  }

  #payloadPath(handle: string, kind: ObjectKind, name: string): string {
    if (!/^[a-z0-9][a-z0-9.-]*$/.test(name) || name === "json") {
      throw new DymadError("E_INTERNAL", `${JSON.stringify(name)} cannot name bytes of an object`);
    }
    return join(this.root, kinds[kind].folder, `${handle}.${name}`);
  }

  #write(object: StoredObject): StoredObject {
    const text = `${JSON.stringify(object, sorted, 2)}\n`;
    lastingWrite(this.#path(object.handle, object.kind), text);
    return JSON.parse(text) as StoredObject;
  }
}

/** Sorts the keys of every object that is written. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function parseRecord(text: string, handle: string, kind: ObjectKind, path: string): StoredObject {
  const unreadable = (why: string): DymadError =>
    new DymadError("E_FORMAT", `${path} ${why}`, {
      hint: "the file was damaged from outside: restore it, or remove it and make the object again",
    });
  let object: StoredObject;
  try {
    object = JSON.parse(text) as StoredObject;
  } catch {
    throw unreadable("is not complete JSON");
  }
  const whole =
    typeof object === "object" && object !== null && typeof object.revision === "number" && typeof object.value === "object";
  if (!whole || object.handle !== handle || object.kind !== kind) throw unreadable(`is not the record of ${handle}`);
  if (object.schema_version !== kinds[kind].schema_version) {
    throw unreadable(`has layout version ${object.schema_version}; this dymad reads version ${kinds[kind].schema_version}`);
  }
  return object;
}
