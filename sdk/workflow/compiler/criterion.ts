import type { LossSpec } from "../../dynamics/losses/spec.js";
import { lossOptions } from "../registry/section-options.js";
import { type IssueList, isMapping, overlay, type Path, quoted, readShape, report } from "./shape.js";

export type Criterion = Readonly<Record<string, LossSpec>>;

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
      if (loss.type !== "wmse" && loss.params.alpha !== undefined) {
        report(
          list,
          [...path, name, "params", "alpha"],
          `belongs to wmse, not to ${loss.type}`,
          "write type: wmse, or leave alpha out",
        );
      }
    }
  }
  return complete ? out : null;
}
