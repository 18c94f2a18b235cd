import { autoencoderPair, compositions, hasKernel, startsWithStates } from "../../dynamics/models/composition.js";
import { modelDims } from "../../dynamics/models/sizes.js";
import type { ModelSpec } from "../../dynamics/models/spec.js";
import type { LinearMethod, LinearSolvePhase, OptimizerPhase } from "../../dynamics/training/config.js";
import { isNoisyMethod } from "../../dynamics/training/noisy-step.js";
import { isLogarithmic } from "../../dynamics/training/phase-kinds.js";
import { checkStreaming } from "./check-streaming.js";
import type { CompileWarning } from "./compiled.js";
import { type PhaseSurroundings, trainingRows, unevenSamples } from "./phase-surroundings.js";
import { type IssueList, type Path, report } from "./shape.js";

type LeastSquaresPhase = OptimizerPhase | LinearSolvePhase;

/** Least squares against the model and the data. */
export function checkLeastSquares(
  phase: LeastSquaresPhase,
  model: ModelSpec | null,
  path: Path,
  around: PhaseSurroundings,
  warnings: CompileWarning[],
  list: IssueList,
): void {
  const { params, kwargs } = phase;
  const method = phase.method ?? "full";
  const kernels = model !== null && hasKernel(model);
  if (model !== null && !kernels && compositions[model.family].dynamics !== "linear") {
    const key = phase.type === "linear_solve" ? "type" : "trainer";
    report(
      list,
      [...path, key],
      `least squares needs linear dynamics, and ${model.family} has a network`,
      "use kbf or lti, or the trainers Weak and NODE",
      "E_UNSUPPORTED",
    );
  }
  const truncates = method === "truncated" || method === "truncated_log";
  const cuts = truncates || isNoisyMethod(method);
  if (truncates && params === null) {
    report(
      list,
      [...path, "params"],
      "is missing: truncated needs to know how much to keep",
      "write params: a number of singular vectors, or a fraction of the energy such as 0.999",
    );
  } else if (cuts && typeof params === "number" && (params === 0 || (Math.abs(params) > 1 && !Number.isInteger(params)))) {
    report(list, [...path, "params"], `must be a whole number, a fraction of the energy up to 1, or full, got ${params}`);
  } else if (method.startsWith("sako") && typeof params === "number" && params <= 0) {
    const message = `must be how many eigenpairs stay, the largest residual, or full, got ${params}`;
    report(list, [...path, "params"], message);
  } else if (method.startsWith("full") && params !== null) {
    warnings.push({ path: [...path, "params"], message: `is not used by method ${method}` });
  }
  if (kwargs.coupling === "one-way" && model !== null && !startsWithStates(model)) {
    const message = `one-way needs the states among the latent coordinates, and the encoder (${autoencoderPair(model)[0]}) does not put them there`;
    report(list, [...path, "kwargs", "coupling"], message, "write autoencoder_type: cat, or coupling: full", "E_UNSUPPORTED");
  }
  if (model !== null) checkMethod(method, model, path, around, list);
  if (kwargs.streaming && model !== null) checkStreaming(method, model, path, list);
  checkPairs(isLogarithmic(method) ? null : kwargs.order, model, path, around, list);
  checkRank(phase, model, path, around, warnings, list);
}

/** Which methods belong to which models: logarithms to continuous time, eigenpairs and logarithms to models without control. */
function checkMethod(method: LinearMethod, model: ModelSpec, path: Path, { data }: PhaseSurroundings, list: IssueList): void {
  const place = [...path, "method"];
  const plain = method.replace("_log", "");
  if (isLogarithmic(method) && model.time_domain === "discrete") {
    const message = `${method} gives a rate, and the model is discrete in time`;
    report(list, place, message, `write ${plain}, or time_domain: continuous`, "E_UNSUPPORTED");
  } else if (method === "sako" && model.time_domain === "continuous") {
    const message = "sako finds a map from a sample to the next, and the model is continuous in time";
    report(list, place, message, "write sako_log, or time_domain: discrete", "E_UNSUPPORTED");
  }
  if (isNoisyMethod(method) && model.time_domain === "continuous") {
    const message = `${method} finds a map from a sample to the next, and the model is continuous in time`;
    report(list, place, message, "write full_log, or time_domain: discrete", "E_UNSUPPORTED");
  }
  if (method === "raw" || hasKernel(model)) {
    if (hasKernel(model) && (method === "raw" || method === "full")) return;
    const [message, hint] = hasKernel(model)
      ? [`${method} is for linear dynamics, and ${model.family} fits a kernel regression`, "write raw, or leave it out"]
      : [`raw is for kernel machines, and ${model.family} is linear`, "write full or truncated"];
    report(list, place, message, hint, "E_UNSUPPORTED");
    return;
  }
  const control = data.train?.control_dim ?? 0;
  if (method !== "full" && method !== "truncated" && control > 0) {
    const message = `${method} needs a map of the latent state alone, and there are ${control} control columns`;
    report(list, place, message, "write full or truncated", "E_UNSUPPORTED");
  }
}

/** Pairs of a sample with the next one, or with its finite difference of an order. */
export function checkPairs(
  order: 1 | 2 | 4 | null,
  model: ModelSpec | null,
  path: Path,
  around: PhaseSurroundings,
  list: IssueList,
): void {
  const { train } = around.data;
  if (train === null) return;
  const continuous = model?.time_domain === "continuous";
  const samples = train.shortest - around.delay;
  const needed = continuous && order !== null ? order + 1 : 2;
  if (samples < needed) {
    const message = `needs ${needed} samples in every trajectory, the shortest has ${samples} after delays`;
    report(list, path, message, "leave out short trajectories", "E_DATA");
  }
  if (continuous && train.dt === null) report(list, path, ...unevenSamples);
}

/** Fewer rows than columns cannot determine linear dynamics. */
function checkRank(
  phase: LeastSquaresPhase,
  model: ModelSpec | null,
  path: Path,
  around: PhaseSurroundings,
  warnings: CompileWarning[],
  list: IssueList,
): void {
  const { method, kwargs } = phase;
  const { widths } = around;
  const { train } = around.data;
  if (train === null || widths === null || model === null || model.koopman_dimension === null) return;
  if ((method !== "full" && method !== null) || kwargs.ridge > 0) return;
  const columns = modelDims(model, widths).s;
  const rows = trainingRows(train, model, around.delay);
  if (rows >= columns) return;
  const message = `has rank ${rows} of ${columns} columns at most: that is how many rows the training data give`;
  if (kwargs.deficient === "shortest")
    warnings.push({ path, message: `${message}; the smallest of many solutions will be taken` });
  else report(list, path, message, "use more samples, kwargs.ridge: 1e-8, or method: truncated", "E_DATA");
}
