import { DymadError } from "../../errors.js";
import { kindOf, kinds, newHandle, type ObjectKind } from "./kinds.js";
import type { ObjectStore, StoredObject } from "./object-store.js";
import { checkNew, checkUpdate, missing, missingPayload } from "./refusals.js";

/** A store that lives as long as the process: for trying out, for tests, and for the browser. */
export class MemoryStore implements ObjectStore {
  readonly #objects = new Map<string, StoredObject>();
  readonly #times = new Map<string, number>();
  readonly #payloads = new Map<string, Uint8Array>();

  create(
    kind: ObjectKind,
    value: Readonly<Record<string, unknown>>,
    payload: Readonly<Record<string, Uint8Array>> = {},
    handle: string = newHandle(kind),
  ): StoredObject {
    checkNew(handle, kind, this.#objects.has(handle));
    for (const [name, bytes] of Object.entries(payload)) this.#payloads.set(`${handle}/${name}`, bytes.slice());
    return this.#put({ handle, kind, schema_version: kinds[kind].schema_version, revision: 1, value });
  }

  read(handle: string): StoredObject {
    const kind = kindOf(handle);
    const found = this.#objects.get(handle);
    if (found === undefined) throw missing(kind, handle);
    return found;
  }

  update(handle: string, revision: number, value: Readonly<Record<string, unknown>>): StoredObject {
    const current = this.read(handle);
    checkUpdate(current, revision, value);
    return this.#put({ ...current, revision: revision + 1, value });
  }

  list(kind?: ObjectKind): StoredObject[] {
    return this.handles(kind).map((handle) => this.read(handle));
  }

  handles(kind?: ObjectKind): string[] {
    const all = [...this.#objects.values()].filter((object) => kind === undefined || object.kind === kind);
    return all.map(({ handle }) => handle).sort();
  }

  changedAt(handle: string): number {
    this.read(handle);
    return this.#times.get(handle) as number;
  }

  remove(handle: string): void {
    this.read(handle);
    this.#objects.delete(handle);
    for (const name of [...this.#payloads.keys()]) if (name.startsWith(`${handle}/`)) this.#payloads.delete(name);
  }

  payload(handle: string, name: string): Uint8Array {
    this.read(handle);
    const bytes = this.#payloads.get(`${handle}/${name}`);
    if (bytes === undefined) throw missingPayload(handle, name);
    return bytes.slice();
  }

  /** Values are kept as JSON, so that a store in memory behaves as one on disk. */
  #put(object: StoredObject): StoredObject {
    try {
      const kept = JSON.parse(JSON.stringify(object)) as StoredObject;
      this.#objects.set(object.handle, kept);
      this.#times.set(object.handle, Date.now());
      return kept;
    } catch (cause) {
      throw new DymadError("E_INTERNAL", `the record of ${object.handle} has no JSON form`, { cause });
    }
  }
}
