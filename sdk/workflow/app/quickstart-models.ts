import { inspect } from "../../dynamics/data/inspect.js";
import { loadModel, type TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import { train } from "../../dynamics/training/train.js";
import { fitChain } from "../../dynamics/transforms/chain.js";
import { compileTraining } from "../compiler/compile.js";
import { runBackend } from "../executor/backend.js";
import { factsOf } from "../executor/data-file.js";
import type { TrainingRequest } from "../registry/request.js";
import { type CarbonDioxide, monthsOf, transforms } from "./carbon-dioxide.js";
import type { CandidateScore } from "./quickstart-result.js";

/** Number of learned observables beside the linear coordinates. */
const learned = 4;

/** Steps of a training window: half a year ahead. */
const horizon = 7;

/** The linear delay model by least squares: the model a Koopman model has to beat. */
export function fitLinear(study: CarbonDioxide, { delay, rank }: { delay: number; rank: number }, end: number): TrainedModel {
  const data = monthsOf(study, 0, end);
  const request: TrainingRequest = {
    version: 1,
    model_key: "lti",
    time_domain: "discrete",
    reference_profile: "plain",
    data: { train: { path: "data/train.npz" } },
    overrides: {
      model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: rank + 1, predictor_type: "np" },
      transform_x: transforms(delay, rank),
      data: { double_precision: true },
      phases: [{ type: "linear_solve", name: "least squares", method: "full" }],
    },
    split: { train_frac: 1 },
  };
  const { config } = compileTraining(request, { getDataset: () => factsOf(inspect(data), "", 0) });
  const backend = runBackend;
  return loadModel(train({ config, train: data, valid: data, backend }).checkpoint, { backend });
}

/** The Koopman model: the linear one with learned observables, started from it by one-way least squares, then trained by rollouts. */
export function koopmanRequest(study: CarbonDioxide, { delay, rank }: CandidateScore, seed: number): TrainingRequest {
  return {
    version: 1,
    model_key: "kbf",
    time_domain: "discrete",
    reference_profile: "plain",
    data: { train: { path: "data/train.npz" }, test: { path: "data/test.npz" } },
    overrides: {
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
      selection: { metric: "last" },
      data: { double_precision: true },
      phases: [
        { type: "linear_solve", name: "linear start", method: "full", kwargs: { ridge: 1e-3, coupling: "one-way" } },
        {
          trainer: "NODE",
          name: "rollouts",
          n_epochs: 100,
          learning_rate: 1e-5,
          decay_rate: 0.97,
          min_learning_rate: 0,
          save_interval: 20,
          sweep_lengths: [horizon],
          chop_mode: "unfold",
          chop_step: 1 / horizon,
        },
      ],
    },
    split: { train_frac: 1 },
    run: { seed },
  };
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
