import { DymadError, type Issue } from "../../../../sdk/errors.js";
import { compileTraining } from "../../../../sdk/workflow/compiler/compile.js";
import type { CompiledTraining } from "../../../../sdk/workflow/compiler/compiled.js";
import type { DatasetFacts } from "../../../../sdk/workflow/compiler/facts.js";
import type { TrainingRequest } from "../../../../sdk/workflow/registry/request.js";

export const facts: DatasetFacts = {
  sha256: "a".repeat(64),
  size: 1000,
  n_trajectories: 8,
  shortest: 64,
  longest: 64,
  state_dim: 2,
  aux_dim: 0,
  control_dim: 1,
  parameter_dim: 0,
  graph: null,
  dt: 0.1,
};

export const request = (more: Record<string, unknown> = {}): TrainingRequest =>
  ({ model_key: "kbf", data: { train: { path: "lti.npz" } }, ...more }) as TrainingRequest;

export const compileWith = (more: Record<string, unknown>, changed: Partial<DatasetFacts> = {}): CompiledTraining =>
  compileTraining(request(more), { getDataset: () => ({ ...facts, ...changed }) });

/** The issues a request fails with, by dotted path; an empty object when it compiles. */
export function problems(more: Record<string, unknown>, changed: Partial<DatasetFacts> = {}): Record<string, Issue> {
  try {
    compileWith(more, changed);
    return {};
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    return Object.fromEntries(error.issues.map((issue) => [issue.path.join("."), issue]));
  }
}
