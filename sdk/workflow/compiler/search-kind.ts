import { z } from "zod";
import { kernelOptions, kernelTypes } from "../registry/kernel-options.js";
import { modelOptions } from "../registry/model-options.js";
import { lookUpModel } from "../registry/models.js";
import { phaseOptions } from "../registry/phase-options.js";
import type { TrainingRequest } from "../registry/request.js";
import { dataloaderOptions, lossOptions } from "../registry/section-options.js";
import { transformSchema } from "../registry/transform-options.js";
import { valueAtPath } from "./search-keys.js";
import { isMapping, type Path } from "./shape.js";

type Json = z.core.JSONSchema.BaseSchema;

/**
 * Which numbers a key of the request takes, by its schema; where both would do (components of an SVD, or a part of its energy) the
 * value the request has now decides. Null when it takes no number.
 */
export function kindOfKey(request: TrainingRequest, path: Path): "int" | "float" | null {
  if (path[0] !== "overrides") return path[0] === "run" ? "int" : null;
  const found = schemaOf(request, path);
  if (found === null) return null;
  const leaf = found.rest.reduce<Json | undefined>(
    (at, part) => at?.properties?.[part] as Json | undefined,
    z.toJSONSchema(found.schema, { io: "input", unrepresentable: "any" }),
  );
  if (leaf === undefined) return null;
  const types = (leaf.anyOf ?? [leaf]).map((one) => (one as Json).type);
  if (types.includes("number")) {
    if (leaf.anyOf === undefined) return "float";
    const now = valueAtPath(request, path);
    return typeof now === "number" && !Number.isInteger(now) ? "float" : types.includes("null") ? "float" : "int";
  }
  return types.includes("integer") ? "int" : null;
}

/** The schema of a part of the request, and the rest of a path within it. */
interface Within {
  readonly schema: z.ZodType;
  readonly rest: Path;
}

/** The part of `overrides` that a path runs through. */
function schemaOf(request: TrainingRequest, path: Path): Within | null {
  const [, section, ...rest] = path;
  const model = lookUpModel(String(request.model_key));
  switch (section) {
    case "model":
      if (model.found !== "model") return null;
      return inKernel(request, path, 2) ?? { schema: modelOptions[model.model.key], rest };
    case "dataloader":
      return { schema: dataloaderOptions, rest };
    case "criterion":
      return { schema: lossOptions, rest: rest.slice(1) };
    case "transform_x":
    case "transform_u":
    case "transform_y":
    case "transform_p":
    case "transform_ew":
    case "transform_ea": {
      const inner = typeof rest[0] === "number" ? 1 : 0;
      const stage = valueAtPath(request, path.slice(0, 2 + inner));
      const found = isMapping(stage) ? transformSchema(stage) : null;
      if (found === null) return null;
      return inKernel(request, path, 2 + inner) ?? { schema: found.schema, rest: rest.slice(inner) };
    }
    case "phases":
      return phaseSchema(request, path.slice(0, 2), rest);
    default:
      return null;
  }
}

/** The kernel that a path runs through, where place `at` of it names one: its type says which keys it has. */
function inKernel(request: TrainingRequest, path: Path, at: number): Within | null {
  if (path[at] !== "kernel") return null;
  let end = at + 1;
  while (typeof path[end] === "number" || path[end] === "kopts") end++;
  const kernel = valueAtPath(request, path.slice(0, end));
  const type = isMapping(kernel) ? kernelTypes.find((one) => one === kernel.type) : undefined;
  return type === undefined ? null : { schema: kernelOptions[type], rest: path.slice(end) };
}

function phaseSchema(request: TrainingRequest, before: Path, [index, ...rest]: Path): Within | null {
  const here = [...before, index];
  const entry = valueAtPath(request, here);
  if (!isMapping(entry)) return null;
  if (rest[0] === "repeat" && rest[1] === "phases") return phaseSchema(request, [...here, "repeat", "phases"], rest.slice(2));
  if (rest[0] === "repeat") return { schema: phaseOptions.repeat, rest: rest.slice(1) };
  if (rest[0] === "criterion") return { schema: lossOptions, rest: rest.slice(2) };
  const name = entry.type === undefined || entry.type === "optimizer" ? entry.trainer : entry.type;
  const known = typeof name === "string" && Object.hasOwn(phaseOptions, name);
  return known ? { schema: phaseOptions[name as keyof typeof phaseOptions], rest } : null;
}
