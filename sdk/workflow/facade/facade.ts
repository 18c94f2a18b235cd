import { DymadError } from "../../errors.js";
import { kindOf, type ObjectKind } from "../store/kinds.js";
import type { ObjectStore, StoredObject } from "../store/object-store.js";
import type { Kept, ObjectSummary, Records, TrainingRunRecord } from "./records.js";
import { lineageOf, summarize } from "./summary.js";

/** Typed operations on stored objects: handles in, records out. Every handle a record names must exist when it is stored. */
export class Facade {
  readonly store: ObjectStore;
  readonly #elsewhere: (handle: string) => boolean;

  /** @param elsewhere  whether another store, which records may refer to, has an object */
  constructor(store: ObjectStore, elsewhere: (handle: string) => boolean = () => false) {
    this.store = store;
    this.#elsewhere = elsewhere;
  }

  /**
   * @param handle  of an object that another store knows already; default a new one
   * @throws        E_NOT_FOUND when something the record refers to does not exist
   */
  register<K extends ObjectKind>(
    kind: K,
    record: Records[K],
    payload: Readonly<Record<string, Uint8Array>> = {},
    handle?: string | undefined,
  ): Kept<K> {
    this.#checkParents(kind, record);
    return kept(this.store.create(kind, toValue(record), payload, handle));
  }

  /** Whether the store has an object of this handle. */
  has(handle: string): boolean {
    try {
      this.store.read(handle);
      return true;
    } catch (error) {
      if (error instanceof DymadError && error.code === "E_NOT_FOUND") return false;
      throw error;
    }
  }

  /** @throws E_SPEC when the handle is of another kind; E_NOT_FOUND when there is no such object */
  get<K extends ObjectKind>(kind: K, handle: string): Kept<K> {
    const found = kindOf(handle);
    if (found !== kind) {
      throw new DymadError("E_SPEC", `${handle} is a ${words(found)}, not a ${words(kind)}`, {
        hint: `give the handle of a ${words(kind)}`,
      });
    }
    return kept(this.store.read(handle));
  }

  /**
   * Changes some fields of a run, whatever others change at the same time: the change is repeated on the newest revision.
   *
   * @throws  E_CONFLICT when the run cannot go to the wanted state
   */
  updateRun(handle: string, changes: Partial<TrainingRunRecord>): Kept<"training_run"> {
    for (;;) {
      const current = this.get("training_run", handle);
      const record: TrainingRunRecord = { ...current.record, ...changes };
      this.#checkParents("training_run", record);
      try {
        return kept(this.store.update(handle, current.revision, toValue(record)));
      } catch (error) {
        const raced =
          error instanceof DymadError &&
          error.code === "E_CONFLICT" &&
          this.get("training_run", handle).revision !== current.revision;
        if (!raced) throw error;
      }
    }
  }

  describe(handle: string): ObjectSummary {
    return summary(this.store.read(handle));
  }

  list(kind?: ObjectKind): ObjectSummary[] {
    return this.store.list(kind).map(summary);
  }

  #checkParents<K extends ObjectKind>(kind: K, record: Records[K]): void {
    for (const handle of lineageOf(kind, record)) if (!this.has(handle) && !this.#elsewhere(handle)) this.store.read(handle);
  }
}

const words = (kind: ObjectKind): string => kind.replaceAll("_", " ");

const toValue = (record: object): Readonly<Record<string, unknown>> => record as Readonly<Record<string, unknown>>;

function kept<K extends ObjectKind>(object: StoredObject): Kept<K> {
  return { handle: object.handle, revision: object.revision, record: object.value as unknown as Records[K] };
}

function summary({ handle, kind, value }: StoredObject): ObjectSummary {
  return summarize(handle, kind, value as unknown as Records[typeof kind]);
}
