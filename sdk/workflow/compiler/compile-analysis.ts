import type { TransformStage } from "../../dynamics/transforms/spec.js";
import { DymadError } from "../../errors.js";
import { canonicalJson } from "../../formats/canonical.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { AnalysisKey, AnalysisParameters } from "../registry/analysis-request.js";
import { definitionOf } from "./analysis-definition.js";
import { deepFreeze } from "./freeze.js";
import { readTransform } from "./read-transform.js";
import { type IssueList, readShape } from "./shape.js";

/** An analysis as it is asked for. */
export interface AnalysisRequest {
  /** default "spectral_koopman" */
  readonly workflow_key?: string | undefined;
  /** see the registry; what is left out has its default */
  readonly parameters?: object | undefined;
}

/** What decides the result of one analysis, and its hash. */
export interface CompiledFor<K extends AnalysisKey> {
  readonly workflow_key: K;
  readonly parameters: AnalysisParameters[K];
  /** SHA-256 of the checkpoint and of each data set, by the words they are given by */
  readonly inputs: Readonly<Record<string, string>>;
  /** SHA-256 of the canonical JSON of the fields above */
  readonly hash: string;
}

export type CompiledAnalysis = { readonly [K in AnalysisKey]: CompiledFor<K> }[AnalysisKey];

/**
 * An analysis with all defaults filled in; equal requests on equal files have equal hashes.
 *
 * @param request  workflow and parameters
 * @param inputs   hashes of the checkpoint and of the data
 * @throws         E_SPEC with every problem: unknown workflow, unknown or unfit parameters
 */
export function compileAnalysis(
  { workflow_key, parameters = {} }: AnalysisRequest,
  inputs: Readonly<Record<string, string>>,
): CompiledAnalysis {
  const { key, parameters: schema } = definitionOf(workflow_key);
  const list: IssueList = { issues: [] };
  const read = readShape(schema, parameters, "parameters", ["parameters"], list);
  const complete = read === null ? null : withStages(read, list);
  if (complete === null) throw DymadError.ofIssues(list.issues);
  const identity = JSON.parse(JSON.stringify({ workflow_key: key, parameters: complete, inputs }));
  return deepFreeze({ ...identity, hash: sha256Hex(canonicalJson(identity)) }) as CompiledAnalysis;
}

/** Stages of a chain among the parameters, each with its own defaults; null when they have problems. */
function withStages<P extends object>(parameters: P & { readonly transform_x?: unknown }, list: IssueList): P | null {
  if (parameters.transform_x === undefined) return parameters;
  const transform_x: readonly TransformStage[] | null | undefined = readTransform(
    parameters.transform_x,
    ["parameters", "transform_x"],
    list,
  );
  return transform_x === null ? null : { ...parameters, transform_x };
}
