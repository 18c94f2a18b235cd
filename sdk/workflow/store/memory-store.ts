import { DymadError } from "../../errors.js";
import { kindOf, kinds, newHandle, type ObjectKind } from "./kinds.js";
import type { ObjectStore, StoredObject } from "./object-store.js";
import { checkUpdate, missing, missingPayload } from "./refusals.js";

/** A store that lives as long as the process: for trying out, for tests, and for the browser. */
export class MemoryStore implements ObjectStore {
  readonly #objects = new Map<string, StoredObject>();
  readonly #payloads = new Map<string, Uint8Array>();

  create(
    kind: ObjectKind,
    value: Readonly<Record<string, unknown>>,
    payload: Readonly<Record<string, Uint8Array>> = {},
  ): StoredObject {
    const handle = newHandle(kind);
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
    const all = [...this.#objects.values()].filter((object) => kind === undefined || object.kind === kind);
    return all.sort((a, b) => (a.handle < b.handle ? -1 : 1));
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
      return kept;
    } catch (cause) {
      throw new DymadError("E_INTERNAL", `the record of ${object.handle} has no JSON form`, { cause });
    }
  }
}
