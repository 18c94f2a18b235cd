import type { DatasetInspection } from "../../dynamics/data/inspect.js";
import type { ModelFamily } from "../../dynamics/models/spec.js";
import { modelByKey } from "../registry/models.js";

/**
 * A config to start from, as YAML: what must be said stands there, what may be said is commented out.
 *
 * @param file  the data file as it will be written, and what it holds; null for a place holder
 */
export function configTemplate(
  model: ModelFamily,
  file: { readonly path: string; readonly inspection: DatasetInspection } | null,
): string {
  const size = file === null ? "npz or csv" : sizeOf(file.inspection);
  const states = file?.inspection.state_dim ?? 2;
  return `# ${modelByKey(model).name}: ${modelByKey(model).summary}
# What is commented out is decided by the profile ${modelByKey(model).default_profile}, fitted to the data; every key: docs/config.md
version: 1
model_key: ${model}
# time_domain: discrete
data:
  train: { path: ${JSON.stringify(file?.path ?? "data.npz")} } # ${size}
  # test: { path: test.npz }
${modelLines(model, states)}
${phaseLines(model)}
split: { train_frac: 0.75 } # of whole trajectories; the others validate
run: { seed: 0 }
`;
}

/** Phases to begin with, in comments; kernel machines and decompositions are one solve. */
function phaseLines(model: ModelFamily): string {
  switch (model) {
    case "dmd":
      return `#   phases:
#     - { type: linear_solve, method: full } # or total_least_squares, forward_backward, optimised, bagged where samples are noisy
# reference_profile: dmd-streaming # in place of phases: dymad train --partial-fit RUN --data FILE takes in further data`;
    case "km":
    case "kmsk":
    case "kmm":
      return "#   phases:\n#     - { type: linear_solve }";
    case "sdm":
      return `#   phases:
#     - { trainer: OneStep, n_epochs: 200 }
#     - { trainer: NODE, n_epochs: 50, sweep_lengths: [10, 40], sweep_epoch_step: 25, chop_mode: unfold }`;
    case "corr_dif":
      return `#   phases:
#     - { trainer: NODE, n_epochs: 120, sweep_lengths: [10, 40], sweep_epoch_step: 60 }`;
    default:
      return `#   phases:
#     - { trainer: Weak, n_epochs: 200 }
#     - { trainer: NODE, n_epochs: 50, sweep_lengths: [10, 40], sweep_epoch_step: 25, chop_mode: unfold }`;
  }
}

/** `overrides.model`: what a family cannot do without is there, what it can is commented out. */
function modelLines(model: ModelFamily, states: number): string {
  const networks = "hidden_dimension: 64, activation: tanh, end_activation: false";
  switch (model) {
    case "kbf":
    case "lti":
      return `# overrides:\n#   model: { koopman_dimension: ${states + 5} }`;
    case "dmd":
      return `# overrides:\n#   transform_x: [{ type: delay, delay: 10 }, { type: svd, order: 0.999, ifcen: false }] # windows of 11 samples, their leading directions`;
    case "km":
    case "kmsk":
      return "# overrides:\n#   model: { kernel: { type: sc_rbf, lengthscale_init: 2 } }";
    case "kmm":
      return "overrides:\n  model: { manifold: { d: 1 } } # dimension of the manifold that the samples lie on";
    case "sdm":
    case "ldm":
      return `# overrides:\n#   model: { processor_layers: 2, ${networks} }`;
    case "corr_alg":
    case "corr_dif": {
      // the physics of someone who knows nothing yet
      const rows = Array.from({ length: states }, (_, i) => `"f${i + 1}"`).join(", ");
      return `overrides:
  model:
    physics: [${rows}] # a rate for each state; put what is known beside the correction: "x2", "-9.81*sin(x1) + f2"
    residual_dimension: ${states}
#   dataloader: { batch_size: 16 }`;
    }
    default:
      return model satisfies never;
  }
}

function sizeOf({ n_trajectories, n_steps_range: [shortest, longest], state_dim, control_dim }: DatasetInspection): string {
  const samples = shortest === longest ? longest : `${shortest} to ${longest}`;
  return `${n_trajectories} trajectories of ${samples} samples, ${state_dim} states, ${control_dim} controls`;
}
