import { DymadError } from "../../errors.js";
import { type AnalysisDefinition, analyses, analysisByKey, isAnalysisKey } from "../registry/analysis-options.js";
import { nearest } from "../registry/nearest.js";
import { type IssueList, report } from "./shape.js";

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
  if (missing.length > 0)
    report(list, ["dataset_handles"], `is missing ${missing.join(" and ")}, which ${key} needs`, dataHint(definition));
  const known = [...dataset_input_keys, ...optional_dataset_keys];
  for (const name of given.datasets.filter((one) => !known.includes(one))) {
    const others = analyses.some((one) => one.dataset_input_keys.includes(name));
    const close = others ? null : nearest(name, known);
    const hint = close !== null ? `did you mean ${close}?` : others ? dataHint(definition) : `${key} knows ${known.join(", ")}`;
    report(list, ["dataset_handles", name], others ? `is of no use to ${key}` : "is not a known key", hint);
  }
  if (list.issues.length > 0) throw DymadError.ofIssues(list.issues);
}

/** How an analysis is given its data, in the words of the doors. */
export function dataHint({ key, dataset_input_keys, optional_dataset_keys }: AnalysisDefinition): string {
  const options = [...dataset_input_keys, ...optional_dataset_keys].map(
    (name) => `--${name.replace("_dataset_handle", "")} FILE`,
  );
  return `name the data that ${key} is about: ${options.join(" ")}, or ${options.length === 1 ? "a handle" : "handles"}`;
}
