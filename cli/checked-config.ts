import { pathText } from "../sdk/errors.js";
import { compileSubmission } from "../sdk/workflow/app/compile.js";
import { readConfigFile } from "../sdk/workflow/app/config-file.js";
import { configPhysics } from "../sdk/workflow/app/config-physics.js";
import { openRun } from "../sdk/workflow/app/runs.js";
import { place } from "../sdk/workflow/app/train.js";
import type { CompiledTraining } from "../sdk/workflow/compiler/compiled.js";
import type { TrainingRequest } from "../sdk/workflow/registry/request.js";
import { machineFiles } from "../sdk/workflow/store/files.js";
import type { Answer } from "./terminal.js";

/**
 * What is said of a config that is compiled and not trained.
 *
 * @throws  every problem of the config and its data, with their lines
 */
export async function checkConfig(path: string, out: string | null): Promise<Answer> {
  const file = readConfigFile(path, machineFiles);
  const { compiled } = await file.run(async (value) => {
    const base = machineFiles.dirname(path);
    const physics = await configPhysics(value, base);
    const { request } = place({ request: value as TrainingRequest, base, out }, machineFiles);
    return compileSubmission({ request, base, physics });
  });
  return { text: textOf(compiled), data: { valid: true, source_config_path: path, compiled_request: compiled } };
}

/**
 * What is said of further data for a run that are compiled and not taken in.
 *
 * @throws  every problem of the data and of the run they are for
 */
export async function checkPartialFit(run: string, data: string, out: string | null): Promise<Answer> {
  const { compilePartialFit } = await import("../sdk/workflow/app/partial-fit.js");
  const compiled = compilePartialFit(openRun(run), { reference: { path: data }, dataset: null }, out);
  return { text: textOf(compiled), data: { valid: true, source_config_path: null, compiled_request: compiled } };
}

function textOf(compiled: CompiledTraining): string {
  const { config: complete, data, earlier } = compiled;
  const warnings = compiled.warnings.map((warning) => `warning: ${pathText(warning.path)}: ${warning.message}`);
  return [
    ...warnings,
    "valid",
    `model: ${compiled.model_key} (${complete.model.time_domain})`,
    `profile: ${compiled.profile}`,
    `phases: ${complete.phases.map((phase) => phase.name).join(", ")}`,
    ...(compiled.search === null ? [] : [`search: ${searchText(compiled.search)}`]),
    `data: ${data.train?.n_trajectories} trajectories, ${data.train?.state_dim} states, ${data.train?.control_dim} controls`,
    ...(earlier === undefined ? [] : [`earlier: ${earlier.pairs} pairs of samples of ${earlier.path}`]),
    `run_name: ${compiled.run.name}`,
    `hash: ${compiled.hash}`,
  ].join("\n");
}

/** `grid over 8 candidates, 3 folds` */
function searchText({ mode, candidates, bounds, folds }: NonNullable<CompiledTraining["search"]>): string {
  const over = candidates === null ? `${bounds?.length ?? 0} bounds` : `${candidates.length} candidates`;
  return `${mode} over ${over}, ${folds} ${folds === 1 ? "fold" : "folds"}`;
}
