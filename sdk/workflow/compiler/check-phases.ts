import { autoencoderPair, compositions, startsWithStates } from "../../dynamics/models/composition.js";
import type { ModelSpec } from "../../dynamics/models/spec.js";
import type { DataPhase, LinearMethod, LinearSolvePhase, OptimizerPhase } from "../../dynamics/training/config.js";
import { isLeastSquares, isLogarithmic } from "../../dynamics/training/phase-kinds.js";
import type { DataRole } from "../registry/request.js";
import type { CompiledData, CompileWarning } from "./compiled.js";
import type { PlacedPhase } from "./phases.js";
import { type IssueList, type Path, report } from "./shape.js";

type LeastSquaresPhase = OptimizerPhase | LinearSolvePhase;

interface PhaseSurroundings {
  readonly data: Readonly<Record<DataRole, CompiledData | null>>;
  /** samples that delays take from each trajectory */
  readonly delay: number;
  /** data.train is cut in time into a training and a validation part */
  readonly inTime: boolean;
}

/** Phases against the model and the data. Horizons longer than the data are clipped, with a warning. */
export function checkPhases(
  placed: readonly PlacedPhase[],
  model: ModelSpec | null,
  around: PhaseSurroundings,
  warnings: CompileWarning[],
  list: IssueList,
): PlacedPhase[] {
  const seen = new Set<string>();
  if (
    placed.length > 0 &&
    !placed.some(({ phase }) => phase.type === "optimizer" && phase.trainer !== "Linear") &&
    model !== null
  ) {
    warnings.push(...untrainedNetworks(model));
  }
  return placed.map(({ phase, path }) => {
    // The passes of a repeat block share a place: one of them speaks for all.
    const first = !seen.has(path.join("."));
    seen.add(path.join("."));
    const issues = first ? list : { issues: [] };
    const notes = first ? warnings : [];
    if (phase.type === "data") checkSmoothing(phase, path, around, issues);
    if ((phase.type === "analysis" || phase.type === "export") && path.includes("repeat")) {
      notes.push({ path, message: `${phase.type} stands in a repeat block: it is done in every pass` });
    }
    if (isLeastSquares(phase)) checkLinear(phase, model, path, around, notes, issues);
    if (phase.type !== "optimizer") return { phase, path };
    if (phase.trainer === "Weak") checkWeak(phase, model, path, around, issues);
    if (phase.trainer === "OneStep") checkPairs(phase.kwargs.order, model, path, around, issues);
    checkStride(phase, path, issues);
    checkSteps(phase, path, issues);
    checkLosses(phase, path, issues);
    if (phase.trainer === "NODE") checkRollout(path, around, issues);
    return { phase: clipHorizons(phase, path, around, notes, issues), path };
  });
}

/** Least squares trains no network: with a decoder that starts at random D(E(x)) is not x, and no forecast can be good. */
function untrainedNetworks(model: ModelSpec): CompileWarning[] {
  const random = autoencoderPair(model)[1] !== "mlp_1st";
  if (model.encoder_layers === 0 && (model.decoder_layers === 0 || !random)) return [];
  const message = random
    ? `only the linear dynamics are fitted, and encoder and decoder keep their random first weights: write autoencoder_type: cat or encoder_layers: 0 and decoder_layers: 0, or add a Weak or NODE phase`
    : "only the linear dynamics are fitted: the learned coordinates keep their first weights";
  return [{ path: ["overrides", "phases"], message }];
}

function checkLinear(
  phase: LeastSquaresPhase,
  model: ModelSpec | null,
  path: Path,
  around: PhaseSurroundings,
  warnings: CompileWarning[],
  list: IssueList,
): void {
  const { params, kwargs } = phase;
  const method = phase.method ?? "full";
  if (model !== null && compositions[model.family].dynamics !== "linear") {
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
  if (truncates && params === null) {
    report(
      list,
      [...path, "params"],
      "is missing: truncated needs to know how much to keep",
      "write params: a number of singular vectors, or a fraction of the energy such as 0.999",
    );
  } else if (truncates && typeof params === "number" && (params === 0 || (Math.abs(params) > 1 && !Number.isInteger(params)))) {
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
  checkPairs(isLogarithmic(method) ? null : kwargs.order, model, path, around, list);
  checkRank(phase, model, path, around, list);
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
  const control = data.train?.control_dim ?? 0;
  if (method !== "full" && method !== "truncated" && control > 0) {
    const message = `${method} needs a map of the latent state alone, and there are ${control} control columns`;
    report(list, place, message, "write full or truncated", "E_UNSUPPORTED");
  }
}

/** Pairs of a sample with the next one, or with its finite difference of an order. */
function checkPairs(
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

/** Fewer rows than columns cannot determine linear dynamics of the data themselves. */
function checkRank(
  phase: LeastSquaresPhase,
  model: ModelSpec | null,
  path: Path,
  around: PhaseSurroundings,
  list: IssueList,
): void {
  const { method, kwargs } = phase;
  const { train } = around.data;
  const refuses = kwargs.deficient === "refuse" || (kwargs.deficient === "auto" && model?.encoder_layers === 0);
  if (train === null || model === null || model.koopman_dimension === null || !refuses) return;
  if ((method !== "full" && method !== null) || kwargs.ridge > 0) return;
  const [z, u] = [model.koopman_dimension, train.control_dim];
  const columns = model.family === "lti" ? z + u : z * (1 + u) + (model.const_term ? u : 0);
  const pairs = train.longest - around.delay - (model.time_domain === "discrete" ? 1 : 0);
  const rows = train.n_trajectories * Math.max(0, pairs);
  if (rows >= columns) return;
  const message = `has rank ${rows} of ${columns} columns at most: that is how many rows the training data give`;
  report(list, path, message, "use more samples, kwargs.ridge: 1e-8, or method: truncated", "E_DATA");
}

const unevenSamples = [
  "needs evenly sampled data, and the sampling interval of the training data varies",
  "resample the data, use time_domain: discrete, or the trainer NODE",
  "E_DATA",
] as const;

function checkWeak(phase: OptimizerPhase, model: ModelSpec | null, path: Path, around: PhaseSurroundings, list: IssueList): void {
  const weak = phase.weak_form_params;
  if (weak === null) return;
  const place = [...path, "weak_form_params"];
  if ((weak.N - 1) % weak.ordint !== 0) {
    const message = `N - 1 must be divisible by ordint: got N ${weak.N} and ordint ${weak.ordint}`;
    report(list, [...place, "N"], message, `write N: ${Math.floor((weak.N - 1) / weak.ordint) * weak.ordint + weak.ordint + 1}`);
  }
  // A discrete model is held to residuals between neighbours, so N of them need one sample more.
  const needed = model?.time_domain === "discrete" ? weak.N + 1 : weak.N;
  for (const role of ["train", "valid"] as const) {
    const data = around.data[role];
    if (data === null) continue;
    const samples = data.shortest - around.delay;
    if (samples < needed) {
      const delays = around.delay > 0 ? ` after a delay of ${around.delay}` : "";
      report(
        list,
        [...place, "N"],
        `windows need ${needed} samples, the shortest trajectory of ${partName(role, around)} has ${samples}${delays}`,
        `write N: ${Math.max(2, samples - (needed - weak.N))} or less`,
        "E_DATA",
      );
    }
    const stepCounts = model?.time_domain !== "discrete" || weak.discrete_weight_normalization === "none";
    if (data.dt === null && stepCounts) report(list, path, ...unevenSamples);
  }
}

const partName = (role: "train" | "valid", { inTime }: PhaseSurroundings): string =>
  inTime ? `the ${role === "train" ? "training" : "validation"} part` : `data.${role}`;

/** A rollout has a start and at least one sample to be compared with. */
function checkRollout(path: Path, { data: { train }, delay }: PhaseSurroundings, list: IssueList): void {
  if (train === null || train.longest - delay >= 2) return;
  const delays = delay > 0 ? ` after a delay of ${delay}` : "";
  const message = `rollouts need 2 samples, the longest trajectory of data.train has ${train.longest - delay}${delays}`;
  report(list, path, message, "use longer trajectories", "E_DATA");
}

function checkStride({ trainer, chop_step }: OptimizerPhase, path: Path, list: IssueList): void {
  if (trainer !== "NODE" || chop_step <= 1 || Number.isInteger(chop_step)) return;
  report(
    list,
    [...path, "chop_step"],
    `must be a whole number of samples from 2 on, or a part of the window up to 1, got ${chop_step}`,
    `write ${Math.max(2, Math.round(chop_step))}`,
  );
}

/** A valid prediction time is a property of a rollout. */
function checkLosses({ trainer, criterion }: OptimizerPhase, path: Path, list: IssueList): void {
  if (trainer === "NODE" || criterion.dynamics?.type !== "vpt") return;
  const message = `vpt measures rollouts, and ${trainer} compares single samples as dynamics`;
  report(list, [...path, "criterion", "dynamics", "type"], message, "give a loss of another name type: vpt, or use trainer NODE");
}

function checkSmoothing({ smoothing, splits }: DataPhase, path: Path, around: PhaseSurroundings, list: IssueList): void {
  if (smoothing === null || smoothing.method !== "savgol") return;
  const { window_length, polyorder } = smoothing;
  if (window_length % 2 === 0) {
    const message = `must be odd, got ${window_length}`;
    report(list, [...path, "window_length"], message, `write ${window_length + 1}`);
  }
  if (polyorder >= window_length) {
    const message = `must be less than window_length, got ${polyorder} in windows of ${window_length}`;
    report(list, [...path, "polyorder"], message, `write at most ${window_length - 1}`);
  }
  if (smoothing.axis !== 0) return;
  for (const role of splits) {
    const data = around.data[role];
    const samples = data === null ? Number.POSITIVE_INFINITY : data.shortest - around.delay;
    if (samples >= window_length) continue;
    const message = `smoothing needs at least ${window_length} steps, the shortest trajectory of data.${role} has ${samples}`;
    report(list, [...path, "window_length"], message, `write at most ${samples - 1 + (samples % 2)}`, "E_DATA");
  }
}

/** Options of the steps that would do nothing. */
function checkSteps(
  { trainer, optimizer, momentum, n_epochs, warmup_epochs }: OptimizerPhase,
  path: Path,
  list: IssueList,
): void {
  if (trainer === "Linear") return;
  if (momentum > 0 && optimizer !== "sgd" && optimizer !== "rmsprop") {
    report(list, [...path, "momentum"], `belongs to sgd and rmsprop, and optimizer is ${optimizer}`, "leave it out");
  }
  if (warmup_epochs >= n_epochs) {
    const message = `must be less than n_epochs: got ${warmup_epochs} of ${n_epochs} epochs`;
    report(list, [...path, "warmup_epochs"], message, `write at most ${n_epochs - 1}`);
  }
}

function clipHorizons(
  phase: OptimizerPhase,
  path: Path,
  around: PhaseSurroundings,
  warnings: CompileWarning[],
  list: IssueList,
): OptimizerPhase {
  const { train } = around.data;
  if (train === null || phase.trainer !== "NODE") return phase;
  const longest = train.longest - around.delay;
  const sweep_lengths = phase.sweep_lengths.map((length, i) => {
    if (length === null || length <= longest) return length;
    if (phase.chop_mode === "unfold") {
      const message = `windows of ${length} samples are longer than the longest trajectory of data.train, which has ${longest}`;
      report(list, [...path, "sweep_lengths", i], message, `write ${longest} or less, or chop_mode: initial`, "E_DATA");
      return length;
    }
    warnings.push({
      path: [...path, "sweep_lengths", i],
      message: `${length} samples are more than the data have; ${longest} are used`,
    });
    return longest;
  });
  return { ...phase, sweep_lengths };
}
