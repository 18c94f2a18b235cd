import { autoencoderPair } from "../../dynamics/models/composition.js";
import type { ModelSpec } from "../../dynamics/models/spec.js";
import type { DataPhase, OptimizerPhase } from "../../dynamics/training/config.js";
import { isLeastSquares } from "../../dynamics/training/phase-kinds.js";
import { checkLeastSquares, checkPairs } from "./check-least-squares.js";
import { checkSoleTraining } from "./check-streaming.js";
import { checkRollout, checkStride, checkWeak, clipHorizons } from "./check-windows.js";
import type { CompileWarning } from "./compiled.js";
import type { PhaseSurroundings } from "./phase-surroundings.js";
import type { PlacedPhase } from "./phases.js";
import { type IssueList, type Path, report } from "./shape.js";

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
  checkSoleTraining(placed, list);
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
    if (isLeastSquares(phase)) checkLeastSquares(phase, model, path, around, notes, issues);
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
  { trainer, optimizer, momentum, clip_norm, steps_per_batch, n_epochs, warmup_epochs }: OptimizerPhase,
  path: Path,
  list: IssueList,
): void {
  if (trainer === "Linear") return;
  if (momentum > 0 && optimizer !== "sgd" && optimizer !== "rmsprop") {
    report(list, [...path, "momentum"], `belongs to sgd and rmsprop, and optimizer is ${optimizer}`, "leave it out");
  }
  if (clip_norm !== null && optimizer === "lbfgs") {
    report(
      list,
      [...path, "clip_norm"],
      "would falsify the curvature that lbfgs learns from gradients",
      "leave it out: lbfgs searches for the length of its steps",
    );
  }
  if (steps_per_batch > 1 && optimizer !== "lbfgs") {
    report(list, [...path, "steps_per_batch"], `belongs to lbfgs, and optimizer is ${optimizer}`, "leave it out");
  }
  if (warmup_epochs >= n_epochs) {
    const message = `must be less than n_epochs: got ${warmup_epochs} of ${n_epochs} epochs`;
    report(list, [...path, "warmup_epochs"], message, `write at most ${n_epochs - 1}`);
  }
}
