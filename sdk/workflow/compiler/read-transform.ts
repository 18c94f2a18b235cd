import type { TransformStage } from "../../dynamics/transforms/spec.js";
import { nearest } from "../registry/nearest.js";
import { transformSchema, transformTypes } from "../registry/transform-options.js";
import { readScalarKernel } from "./read-kernels.js";
import { type IssueList, isMapping, type Path, quoted, readShape, report } from "./shape.js";

/** The stages of a chain; undefined when none was written, null when it has problems. */
export function readTransform(value: unknown, path: Path, list: IssueList): readonly TransformStage[] | null | undefined {
  if (value === undefined || value === null) return undefined;
  const stages = Array.isArray(value) ? value : [value];
  const read = stages.map((stage, i) => readStage(stage, Array.isArray(value) ? [...path, i] : path, list));
  return read.every((stage) => stage !== null) ? read : null;
}

function readStage(value: unknown, path: Path, list: IssueList): TransformStage | null {
  if (!isMapping(value)) {
    report(list, path, `must be a mapping such as { type: scaler, mode: std }, got ${quoted(value)}`);
    return null;
  }
  const found = transformSchema(value);
  if (found !== null) {
    const stage = readShape(found.schema, { ...value, type: found.type }, "transform", path, list);
    if (stage?.type !== "kernel") return stage;
    const kernel = readScalarKernel(stage.kernel, [...path, "kernel"], list);
    return kernel === null ? null : { ...stage, kernel };
  }
  const known = transformTypes.join(", ");
  if (value.type === undefined) report(list, [...path, "type"], `is missing: must be one of ${known}`);
  else {
    const close = typeof value.type === "string" ? nearest(value.type, transformTypes) : null;
    report(
      list,
      [...path, "type"],
      `must be one of ${known}, got ${quoted(value.type)}`,
      close === null ? undefined : `did you mean ${close}?`,
    );
  }
  return null;
}
