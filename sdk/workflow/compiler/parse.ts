import type { z } from "zod";
import type { GraphMode } from "../../dynamics/models/spec.js";
import type { DataOptions, EvaluationOptions, RunOptions, SplitOptions } from "../registry/options.js";
import type { DataRole } from "../registry/request.js";
import { requestOptions } from "../registry/request-options.js";
import { dataOptions, earlierOptions, evaluationOptions, runOptions, splitOptions } from "../registry/section-options.js";
import { type IssueList, isMapping, readShape, report } from "./shape.js";
import { readOdeArgs, readOdeMethod } from "./solver.js";

const graphModes: readonly GraphMode[] = ["none", "graph", "node"];

/** The data sets a request may name. */
export const dataRoles: readonly DataRole[] = ["train", "valid", "test"];

/** A request whose words are known. What could not be read is null, and its problems are listed. */
export interface ParsedRequest {
  readonly model_key: string | null;
  readonly time_domain: "continuous" | "discrete" | null;
  /** null = what the data are */
  readonly graph_mode: GraphMode | null;
  readonly reference_profile: string | null;
  readonly data: Readonly<Record<DataRole, DataOptions | null>>;
  readonly earlier: { readonly path: string } | null;
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly split: SplitOptions | null;
  readonly run: RunOptions | null;
  readonly evaluation: EvaluationOptions | null;
}

/** First step: the words and their types outside `overrides`; nothing is looked up. */
export function parse(request: unknown, list: IssueList): ParsedRequest {
  readShape(requestOptions, request, "request", [], list);
  const raw = isMapping(request) ? request : {};
  const data = isMapping(raw.data) ? raw.data : {};
  if (isMapping(raw.data) && raw.data.train === undefined) {
    report(list, ["data", "train"], "is missing", "write data: { train: { path: <file.npz or .csv> } }");
  }
  const read = <T>(schema: z.ZodType<T>, section: string): T | null =>
    readShape(schema, raw[section] ?? {}, section, [section], list);
  const evaluation = read(evaluationOptions, "evaluation");
  return {
    model_key: typeof raw.model_key === "string" && raw.model_key.trim() !== "" ? raw.model_key : null,
    time_domain: raw.time_domain === "continuous" || raw.time_domain === "discrete" ? raw.time_domain : null,
    graph_mode: graphModes.find((mode) => mode === raw.graph_mode) ?? null,
    reference_profile: typeof raw.reference_profile === "string" ? raw.reference_profile.trim() : null,
    data: {
      train: readData(data.train, "train", list),
      valid: readData(data.valid, "valid", list),
      test: readData(data.test, "test", list),
    },
    earlier:
      data.earlier === undefined || data.earlier === null
        ? null
        : readShape(earlierOptions, data.earlier, "data.earlier", ["data", "earlier"], list),
    overrides: isMapping(raw.overrides) ? raw.overrides : {},
    split: read(splitOptions, "split"),
    run: read(runOptions, "run"),
    evaluation: evaluation === null ? null : { ...evaluation, predict_kwargs: readPrediction(evaluation, list) },
  };
}

function readData(value: unknown, role: DataRole, list: IssueList): DataOptions | null {
  if (value === undefined || value === null) return null;
  return readShape(dataOptions, value, "data.file", ["data", role], list);
}

function readPrediction(evaluation: EvaluationOptions, list: IssueList): Record<string, unknown> {
  const path = ["evaluation", "predict_kwargs"];
  const { ode_method, ode_args, ...rest } = evaluation.predict_kwargs;
  for (const key of Object.keys(rest)) {
    report(list, [...path, key], "is not a known key", "known keys: ode_method, ode_args");
  }
  const method = ode_method === undefined ? null : readOdeMethod(ode_method, [...path, "ode_method"], list);
  const args = ode_args === undefined ? null : readOdeArgs(ode_args, [...path, "ode_args"], list);
  return { ...(method === null ? {} : { ode_method: method }), ...(args === null ? {} : { ode_args: args }) };
}
