import fc from "fast-check";
import type { Handles } from "./from-schema.js";

/** A working request of which one handle names an object of another kind, one that is not ready, or one that is not there. */
export function misplaced(args: Readonly<Record<string, unknown>>, handles: Handles): fc.Arbitrary<Record<string, unknown>> {
  const named = Object.keys(args).filter((key) => /^[a-z]+_[a-z0-9]{6,}$/.test(String(args[key])));
  if (named.length === 0) return fc.constant({ ...args });
  const own = (key: string): string => String(args[key]).split("_")[0] ?? "";
  return fc
    .constantFrom(...named)
    .chain((key) =>
      fc.constantFrom(...Object.values(handles).flat(), `${own(key)}_000000`).map((handle) => ({ ...args, [key]: handle })),
    );
}
