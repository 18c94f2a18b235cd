import { DymadError } from "../../errors.js";
import { canonicalJson } from "../../formats/canonical.js";
import { sha256Hex } from "../../formats/sha256.js";
import { analyses, analysisByKey } from "../registry/analysis-options.js";
import type { SpectralOptions } from "../registry/analysis-request.js";
import { nearest } from "../registry/nearest.js";
import { deepFreeze } from "./freeze.js";
import { type IssueList, readShape } from "./shape.js";

/** An analysis as it is asked for. */
export interface AnalysisRequest {
  /** default "spectral_koopman" */
  readonly workflow_key?: string | undefined;
  /** see the registry; what is left out has its default */
  readonly parameters?: object | undefined;
}

/** What decides the result of an analysis, and its hash. */
export interface CompiledAnalysis {
  readonly workflow_key: string;
  readonly parameters: SpectralOptions;
  readonly checkpoint_sha256: string;
  readonly data_sha256: string;
  /** SHA-256 of the canonical JSON of the fields above */
  readonly hash: string;
}

/**
 * An analysis with all defaults filled in; equal requests on equal files have equal hashes.
 *
 * @param request  workflow and parameters
 * @param files    hashes of the checkpoint and of the data it is judged on
 * @throws         E_SPEC with every problem: unknown workflow, unknown or unfit parameters
 */
export function compileAnalysis(
  { workflow_key = "spectral_koopman", parameters = {} }: AnalysisRequest,
  files: { readonly checkpoint_sha256: string; readonly data_sha256: string },
): CompiledAnalysis {
  const definition = analysisByKey(workflow_key);
  if (definition === undefined) {
    const known = analyses.map(({ key }) => key);
    const close = nearest(workflow_key, known);
    throw new DymadError("E_SPEC", `${JSON.stringify(workflow_key)} is not an analysis`, {
      path: ["workflow_key"],
      hint: close === null ? `the analyses are ${known.join(", ")}` : `did you mean ${close}?`,
    });
  }
  const list: IssueList = { issues: [] };
  const read = readShape(definition.parameters, parameters, "parameters", ["parameters"], list);
  if (read === null) throw DymadError.ofIssues(list.issues);
  const identity = JSON.parse(JSON.stringify({ workflow_key, parameters: read, ...files })) as Omit<CompiledAnalysis, "hash">;
  return deepFreeze({ ...identity, hash: sha256Hex(canonicalJson(identity)) });
}
