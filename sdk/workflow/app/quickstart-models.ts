import { fitChain } from "../../dynamics/transforms/chain.js";
import type { TrainingRequest } from "../registry/request.js";
import { type CarbonDioxide, delays, horizonMonths, monthsOf, ranks, transforms } from "./carbon-dioxide.js";

/** Number of learned observables beside the linear coordinates. */
const learned = 4;

/** Places in the requests that the searches vary. */
export const searched = {
  delay: "transform_x.1.delay",
  rank: "transform_x.2.order",
  learning_rate: "phases.1.learning_rate",
  horizon: "phases.1.sweep_lengths",
} as const;

/** What both requests share: the training years, candidates compared on the last ten of them, and the best trained on all. */
function requestOf(
  study: CarbonDioxide,
  model_key: "lti" | "kbf",
  seed: number,
  overrides: NonNullable<TrainingRequest["overrides"]>,
  param_grid: Readonly<Record<string, readonly unknown[]>>,
): TrainingRequest {
  return {
    version: 1,
    model_key,
    time_domain: "discrete",
    data: { train: { path: "data/train.npz" }, test: { path: "data/test.npz" } },
    overrides: { ...overrides, data: { double_precision: true }, cv: { param_grid, refit: true } },
    split: { time_frac: 1 - horizonMonths / study.testStart },
    run: { seed, max_workers: "auto" },
  } as TrainingRequest;
}

/** The linear delay models by least squares, every delay with every rank: the best of them is what a Koopman model has to beat. */
export function linearRequest(study: CarbonDioxide): TrainingRequest {
  const overrides: TrainingRequest["overrides"] = {
    model: { encoder_layers: 0, decoder_layers: 0, predictor_type: "np" },
    transform_x: transforms(delays[0], ranks[0]),
    phases: [{ type: "linear_solve", name: "least squares", method: "full" }],
  };
  return requestOf(study, "lti", 0, overrides, { [searched.delay]: delays, [searched.rank]: ranks });
}

/** The Koopman model: the linear one with learned observables, started from it by one-way least squares, then trained by rollouts. */
export function koopmanRequest(
  study: CarbonDioxide,
  { delay, rank }: { readonly delay: number; readonly rank: number },
  seed: number,
): TrainingRequest {
  const overrides: TrainingRequest["overrides"] = {
    model: {
      autoencoder_type: "cat",
      encoder_layers: 2,
      decoder_layers: 0,
      hidden_dimension: 16,
      koopman_dimension: rank + 1 + learned,
      activation: "tanh",
      end_activation: false,
      predictor_type: "np",
    },
    transform_x: transforms(delay, rank),
    criterion: { dynamics: { type: "mse", weight: 1, params: { weights: importance(study, delay, rank) } } },
    dataloader: { batch_size: study.months, shuffle: false },
    // validation years that chose the epoch would no longer tell how good the model is
    selection: { metric: "last" },
    phases: [
      { type: "linear_solve", name: "linear start", method: "full", kwargs: { ridge: 1e-3, coupling: "one-way" } },
      {
        trainer: "NODE",
        name: "rollouts",
        n_epochs: 60,
        learning_rate: 1e-5,
        decay_rate: 0.97,
        min_learning_rate: 0,
        save_interval: 60,
        sweep_lengths: [7],
        chop_mode: "unfold",
        // windows begin at every month
        chop_step: 0.01,
      },
    ],
  };
  return requestOf(study, "kbf", seed, overrides, {
    [searched.learning_rate]: [1e-6, 1e-5, 1e-4],
    // half a year and a year ahead
    [searched.horizon]: [[7], [13]],
  });
}

/**
 * What each coordinate counts in the loss: its variance, so that the loss is that of the delay window in ppm although the
 * coordinates have equal scale; nothing for the constant.
 */
function importance(study: CarbonDioxide, delay: number, rank: number): number[] {
  const data = monthsOf(study, 0, study.testStart).trajectories.map(({ x }) => x);
  const scaler = fitChain(transforms(delay, rank), data).states[3];
  const scales = scaler.type === "scaler" ? scaler.scl : [];
  return [...scales.map((s) => s * s), 0];
}
