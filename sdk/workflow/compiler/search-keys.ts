import { nearest } from "../registry/nearest.js";
import type { TrainingRequest } from "../registry/request.js";
import { type IssueList, isMapping, type Path, report } from "./shape.js";

/** A key of a search: what was written, and the place in the request it stands for. */
export interface SearchKey {
  readonly key: string;
  readonly path: Path;
  /** where it was written, for problems with its values */
  readonly place: Path;
}

const sections = [
  "model",
  "phases",
  "criterion",
  "dataloader",
  "transform_x",
  "transform_u",
  "transform_y",
  "transform_p",
  "transform_ew",
  "transform_ea",
  "selection",
  "data",
] as const;
const outside = ["model_key", "time_domain", "reference_profile"] as const;
const seedKey = "run.seed";

/** The place in a request that a dotted key stands for. */
export function pathOf(key: string): Path {
  const path: Path = key.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return key === seedKey || outside.some((word) => word === key) ? path : ["overrides", ...path];
}

/** The place a dotted key leads to; null, with the problem listed, when it leads nowhere. */
export function readSearchKey(key: string, request: TrainingRequest, place: Path, list: IssueList): SearchKey | null {
  const segments = key.split(".");
  const [first] = segments;
  const refuse = (message: string, hint: string): null => {
    report(list, place, message, hint);
    return null;
  };
  if (segments.some((segment) => segment.trim() === ""))
    return refuse("has an empty part", "write names with a dot between them");
  const path = pathOf(key);
  if (path[0] !== "overrides") return { key, path, place };
  if (first === "training") return refuse("is a word of older configurations", `write phases.0.${segments.slice(1).join(".")}`);
  if (!sections.some((section) => section === first)) {
    const known = [...sections, ...outside, seedKey];
    const close = nearest(first, known);
    return refuse(
      "does not begin with a part of the request that can be searched",
      close === null ? `one of ${known.join(", ")}` : `did you mean ${close}?`,
    );
  }
  const trouble = dead(request, path);
  return trouble === null ? { key, path, place } : refuse(...trouble);
}

/** Why a path leads nowhere: message and remedy; null when it leads somewhere. Missing mappings are no trouble, missing entries of lists are. */
function dead(request: TrainingRequest, path: Path): [message: string, hint: string] | null {
  let at: unknown = request;
  for (const [i, part] of path.entries()) {
    const name = path.slice(1, i).join(".");
    if (Array.isArray(at)) {
      if (typeof part !== "number") return [`${name} is a list`, `write ${name}.<number>.${part}`];
      if (part >= at.length)
        return [`${name} has ${at.length} entries, so there is no ${part}`, `count from 0 to ${at.length - 1}`];
    } else if (at === undefined || at === null) {
      // a kernel that is not written has no type, and so no keys
      const inKernel = i <= 3 && path[1] === "model" && path[2] === "kernel" && path.length > 3;
      if (inKernel || typeof part === "number" || name === "phases" || name.startsWith("transform_")) {
        const lacking = inKernel ? "model.kernel" : name;
        return [`the request writes no ${lacking}`, `write overrides.${lacking} to search within it`];
      }
      return null;
    } else if (!isMapping(at)) return [`${name} is a single value and has no ${part}`, "leave the rest of the key out"];
    at = (at as Record<string | number, unknown>)[part];
  }
  return null;
}

/** A request with another value at a path; what the path runs through is copied. */
export function withValue<T>(container: T, [part, ...rest]: Path, value: unknown): T {
  if (part === undefined) return value as T;
  if (Array.isArray(container)) return container.map((item, i) => (i === part ? withValue(item, rest, value) : item)) as T;
  const mapping = (isMapping(container) ? container : {}) as Record<string, unknown>;
  return { ...mapping, [part]: withValue(mapping[part], rest, value) } as T;
}

/** The value at a path; undefined where it leads nowhere. */
export const valueAtPath = (container: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (at, part) => (typeof at === "object" && at !== null ? (at as Record<string | number, unknown>)[part] : undefined),
    container,
  );
