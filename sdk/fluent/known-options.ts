import { DymadError } from "../errors.js";
import { nearest } from "../workflow/registry/nearest.js";

/**
 * Refuses options that a verb does not know; a compiler does it too, but not in JavaScript.
 *
 * @throws  E_SPEC with every unknown key and the nearest known one
 */
export function requireKnown(verb: string, options: object, known: readonly string[]): void {
  const issues = Object.keys(options)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const close = nearest(key, known);
      const all = `the options of ${verb} are ${known.join(", ")}`;
      const hint = close === null ? all : `did you mean ${close}? ${all}`;
      return { code: "E_SPEC", path: [key], message: `${verb} has no option ${key}`, hint } as const;
    });
  if (issues.length > 0) throw DymadError.ofIssues(issues);
}
