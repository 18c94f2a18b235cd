import type { TransformStage } from "../../dynamics/transforms/spec.js";
import { DymadError } from "../../errors.js";
import { canonicalJson } from "../../formats/canonical.js";
import { sha256Hex } from "../../formats/sha256.js";
import { type AnalysisDefinition, analyses, analysisByKey, isAnalysisKey } from "../registry/analysis-options.js";
import type { AnalysisKey, AnalysisParameters } from "../registry/analysis-request.js";
import { nearest } from "../registry/nearest.js";
import { deepFreeze } from "./freeze.js";
import { readTransform } from "./read-transform.js";
import { type IssueList, readShape, report } from "./shape.js";

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

/**
 * What the registry says of an analysis.
 *
 * @param key  default "spectral_koopman"
 * @throws     E_SPEC with the nearest word
 */
export function definitionOf(key = "spectral_koopman"): AnalysisDefinition {
  const word = key.trim().toLowerCase();
  if (isAnalysisKey(word)) return analysisByKey(word);
  const known = analyses.map((one) => one.key);
  const close = nearest(word, known);
  throw new DymadError("E_SPEC", `${JSON.stringify(key)} is not an analysis`, {
    path: ["workflow_key"],
    hint: close === null ? `the analyses are ${known.join(", ")}` : `did you mean ${close}?`,
  });
}

/**
 * Compares what an analysis is given with what it needs.
 *
 * @throws  E_SPEC with every problem: a checkpoint or data sets that are missing, or that it has no use for
 */
export function requireInputs(
  definition: AnalysisDefinition,
  given: { readonly checkpoint: boolean; readonly datasets: readonly string[] },
): void {
  const list: IssueList = { issues: [] };
  const { key, requires_checkpoint, dataset_input_keys, optional_dataset_keys } = definition;
  if (requires_checkpoint !== given.checkpoint) {
    const message = given.checkpoint
      ? `is of no use to ${key}, which is about data`
      : `is missing: ${key} is about a trained model`;
    report(list, ["checkpoint_handle"], message, given.checkpoint ? "leave it out" : "name the checkpoint of a run");
  }
  const missing = dataset_input_keys.filter((name) => !given.datasets.includes(name)).sort();
  if (missing.length > 0) report(list, ["dataset_handles"], `is missing ${missing.join(" and ")}, which ${key} needs`);
  const known = [...dataset_input_keys, ...optional_dataset_keys];
  for (const name of given.datasets.filter((one) => !known.includes(one))) {
    const close = nearest(name, known);
    const hint = close === null ? `${key} knows ${known.join(", ")}` : `did you mean ${close}?`;
    report(list, ["dataset_handles", name], "is not a known key", hint);
  }
  if (list.issues.length > 0) throw DymadError.ofIssues(list.issues);
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
