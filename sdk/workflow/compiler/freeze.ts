import type { CompiledDraft, CompiledTraining } from "./compiled.js";
import { requestHash } from "./identity.js";

/** Last step: a copy that shares nothing with the caller, its hash, and no way to change either. */
export function freeze(draft: CompiledDraft): CompiledTraining {
  const copy = JSON.parse(JSON.stringify(draft)) as CompiledDraft;
  return deepFreeze({ ...copy, hash: requestHash(copy) });
}

/** Makes a value and everything in it unchangeable. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
