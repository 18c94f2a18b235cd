import { DymadError } from "../../errors.js";
import type { Shape } from "./graph.js";

/** The place of a frame of a stack trace, as V8, SpiderMonkey and JavaScriptCore print it: path, line. */
function placeOf(frame: string): { readonly path: string; readonly line: string } | undefined {
  const [, path, line] = frame.match(/((?:[a-z-]+:|\/|[A-Z]:\\)[^()@]*?):(\d+):\d+\)?$/) ?? [];
  return path === undefined || line === undefined ? undefined : { path, line };
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

/**
 * The line outside the engine that asked for what is going on: path and line. Undefined where the stack does not tell, as in a
 * page that has everything in one file.
 */
export function askedAt(stack: string | undefined = new Error().stack): string | undefined {
  const places = (stack ?? "").split("\n").flatMap((frame) => placeOf(frame.trim()) ?? []);
  // this file's own frame comes first: the engine is its folder
  const engine = folderOf(places[0]?.path ?? "");
  const user = places.find(({ path }) => !path.startsWith(engine));
  return user === undefined ? undefined : `${user.path.replace(/^file:\/\//, "")}:${user.line}`;
}

/** E_SHAPE for an operation: what does not fit, the shapes of its operands, and the line that asked for it. */
export function misfit(op: string, operands: readonly Shape[], what: string): DymadError {
  const shapes = operands.map((shape) => `[${shape.join(", ")}]`);
  const at = askedAt();
  return new DymadError("E_SHAPE", `${op} of ${shapes.join(" and ") || "nothing"}: ${what}`, {
    ...(at === undefined ? {} : { hint: `written at ${at}` }),
    data: { op, operands: operands.map((shape) => [...shape]), at },
  });
}
