import type { LossSpec } from "../../dynamics/losses/spec.js";
import { lossOptions } from "../registry/section-options.js";
import { type IssueList, isMapping, overlay, type Path, quoted, readShape, report } from "./shape.js";

export type Criterion = Readonly<Record<string, LossSpec>>;

/** Parameters of a loss that belong to one type. */
const owners = { alpha: "wmse", gamma: "vpt", scl: "vpt" } as const;

/**
 * Losses by name: the request's laid over the given ones. `null` takes a loss away; `dynamics` is always there; the order is
 * dynamics, recon, then the others as written, so that the same losses have one spelling.
 */
export function readCriterion(base: unknown, over: unknown, path: Path, list: IssueList): Criterion | null {
  if (over !== undefined && !isMapping(over)) {
    report(list, path, `must be a mapping of loss names to { type, weight }, got ${quoted(over)}`);
    return null;
  }
  const merged = overlay(base, over ?? {}) as Record<string, unknown>;
  const names = ["dynamics", "recon", ...Object.keys(merged).filter((name) => name !== "dynamics" && name !== "recon")];
  const out: Record<string, LossSpec> = {};
  let complete = true;
  for (const name of names) {
    const value = merged[name] ?? (name === "dynamics" ? {} : null);
    if (value === null) continue;
    const loss = readShape(lossOptions, value, "criterion", [...path, name], list);
    if (loss === null) complete = false;
    else {
      out[name] = loss;
      for (const [key, owner] of Object.entries(owners)) {
        if (loss.type === owner || loss.params[key as keyof typeof owners] === undefined) continue;
        const hint = `write type: ${owner}, or leave ${key} out`;
        report(list, [...path, name, "params", key], `belongs to ${owner}, not to ${loss.type}`, hint);
      }
    }
  }
  return complete ? out : null;
}
