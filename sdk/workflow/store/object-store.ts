import type { ObjectKind } from "./kinds.js";

/** One stored record: who it is, which layout it has, how often it was changed, and its value (plain JSON). */
export interface StoredObject {
  readonly handle: string;
  readonly kind: ObjectKind;
  readonly schema_version: number;
  /** 1 when created, one more with each update */
  readonly revision: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Keeps records by handle, and bytes beside them. Reading always gives the newest revision, whoever wrote it.
 * Runs follow their state machine: an update that would break it is refused.
 */
export interface ObjectStore {
  /**
   * Stores a new record; `payload` (bytes by name) is written before the record that needs it.
   *
   * @param handle  of an object that another store knows already, so that both mean the same; default a new one
   * @throws        E_CONFLICT when the store has an object of that handle
   */
  create(
    kind: ObjectKind,
    value: Readonly<Record<string, unknown>>,
    payload?: Readonly<Record<string, Uint8Array>>,
    handle?: string,
  ): StoredObject;
  /** @throws E_NOT_FOUND when there is no such record; E_FORMAT when it cannot be read; E_SPEC when the handle is malformed */
  read(handle: string): StoredObject;
  /**
   * Replaces the value of a record.
   *
   * @param revision  the revision the new value was made from
   * @throws          E_CONFLICT when the record has changed since, or a run would leave its state machine
   */
  update(handle: string, revision: number, value: Readonly<Record<string, unknown>>): StoredObject;
  /** Records of one kind, or of all, sorted by handle. */
  list(kind?: ObjectKind): StoredObject[];
  /** Handles of one kind, or of all, sorted; no record is read. */
  handles(kind?: ObjectKind): string[];
  /** When a record was last written, milliseconds since 1970. */
  changedAt(handle: string): number;
  /**
   * Removes a record and its bytes.
   *
   * @throws  E_NOT_FOUND when there is no such record
   */
  remove(handle: string): void;
  /** @throws E_NOT_FOUND when the record has no bytes of this name */
  payload(handle: string, name: string): Uint8Array;
}
