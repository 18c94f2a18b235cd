import type { ObjectKind } from "../store/kinds.js";
import type { ObjectSummary, Records } from "./records.js";

interface SummaryRules<R> {
  readonly parents: (record: R) => readonly (string | null | undefined)[];
  readonly preview: (record: R) => string;
}

/** What each kind is made from, most telling parent first, and its preview. */
const rules: { readonly [K in ObjectKind]: SummaryRules<Records[K]> } = {
  dataset: {
    parents: () => [],
    preview: (r) => `${r.format} ${r.kind} @ ${r.path}`,
  },
  checkpoint: {
    parents: (r) => [r.training_run],
    preview: (r) => `${r.model_key} @ ${r.checkpoint_path}`,
  },
  training_run: {
    parents: (r) => [r.compiled_request_handle, ...Object.values(r.dataset_handles), r.resumes],
    preview: (r) => `${r.status}: ${r.run_name} (${r.model_key})`,
  },
  compiled_training_request: {
    parents: (r) => [...Object.values(r.dataset_handles), r.earlier_handle],
    preview: ({ compiled }) =>
      `${compiled.model_key}/${compiled.graph_mode === "none" ? "regular" : "graph"} -> ${compiled.profile} (${schedule(compiled.config.phases)})`,
  },
  compiled_analysis_request: {
    parents: (r) => [r.checkpoint_handle, ...Object.values(r.dataset_handles)],
    preview: (r) => r.workflow_key,
  },
  analysis: {
    parents: (r) => [r.compiled_request_handle],
    preview: (r) => r.workflow_key,
  },
  evaluation: {
    parents: (r) => [r.checkpoint_handle, r.test_dataset_handle],
    preview: (r) => `${r.metric} @ ${r.metrics_path}`,
  },
  prediction_request: {
    parents: (r) => [r.checkpoint_handle],
    preview: (r) => `horizon=${r.horizon}, control=${r.has_control}, graph=${r.has_graph}`,
  },
  spectral_snapshot: {
    parents: (r) => [r.checkpoint_handle],
    preview: (r) => `samples=${r.sample_count}, obs_dim=${r.obs_dim}`,
  },
};

/** `weak_form`, `node`, `one_step`, `linear` for one optimisation, `stacked` for several, whatever blocks they were written in. */
function schedule(phases: readonly { readonly type: string; readonly trainer?: string }[]): string {
  const trainers = phases.flatMap((phase) => (phase.type === "optimizer" ? [phase.trainer] : []));
  if (trainers.length !== 1) return trainers.length === 0 ? "linear" : "stacked";
  const words: Readonly<Record<string, string>> = { Weak: "weak_form", NODE: "node", OneStep: "one_step" };
  return words[trainers[0] ?? ""] ?? "linear";
}

/** Handles an object refers to. */
export function lineageOf<K extends ObjectKind>(kind: K, record: Records[K]): string[] {
  const parents = rules[kind].parents(record).filter((handle) => typeof handle === "string");
  return [...new Set(parents)];
}

export function summarize<K extends ObjectKind>(handle: string, kind: K, record: Records[K]): ObjectSummary {
  const lineage = lineageOf(kind, record);
  return { handle, kind, derived_from: lineage[0] ?? null, lineage, preview: rules[kind].preview(record) };
}
