import { DymadError } from "../../errors.js";
import { kindOf, type ObjectKind } from "./kinds.js";
import type { StoredObject } from "./object-store.js";
import { checkTransition, type RunState } from "./run-states.js";

/** @throws E_CONFLICT when an object that shall be stored is there already; E_INTERNAL when its handle is of another kind */
export function checkNew(handle: string, kind: ObjectKind, exists: boolean): void {
  if (kindOf(handle) !== kind) throw new DymadError("E_INTERNAL", `${handle} cannot name a ${kind}`);
  if (exists)
    throw new DymadError("E_CONFLICT", `${handle} is in the store already`, { hint: "read it, or leave the handle out" });
}

/** @throws E_CONFLICT when an update was made from another revision, or breaks the state machine of a run */
export function checkUpdate(current: StoredObject, revision: number, value: Readonly<Record<string, unknown>>): void {
  if (current.revision !== revision) {
    throw new DymadError(
      "E_CONFLICT",
      `${current.handle} is at revision ${current.revision}, the update was made from ${revision}`,
      {
        hint: "read the record again and repeat the change",
        data: { revision: current.revision },
      },
    );
  }
  if (current.kind === "training_run") {
    checkTransition(current.handle, current.value.status as RunState, value.status as RunState);
  }
}

export const missing = (kind: ObjectKind, handle: string): DymadError =>
  new DymadError("E_NOT_FOUND", `there is no ${kind.replaceAll("_", " ")} ${handle}`, {
    hint: "handles belong to the store that made them: list its objects",
  });

export const missingPayload = (handle: string, name: string): DymadError =>
  new DymadError("E_NOT_FOUND", `${handle} has no ${name}`, { hint: "its bytes were removed: make the object again" });
