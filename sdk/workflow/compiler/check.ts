import { autoencoderPair, hearsNeighbours, predictorProblem } from "../../dynamics/models/composition.js";
import { modelDims, sizeProblems } from "../../dynamics/models/sizes.js";
import type { ModelSpec } from "../../dynamics/models/spec.js";
import { checkDelay } from "./check-delay.js";
import { checkKernels } from "./check-kernels.js";
import { checkPhases } from "./check-phases.js";
import { checkPhysics } from "./check-physics.js";
import { checkSequence } from "./check-sequence.js";
import { checkSplit, checkTimeBlocks } from "./check-split.js";
import { checkChain, checkTimeless } from "./check-transforms.js";
import type { CompiledData, CompileWarning } from "./compiled.js";
import type { CompletedRequest } from "./complete.js";
import { dividedData, trainPart } from "./divided-data.js";
import type { GetPhysics } from "./facts.js";
import type { ParsedRequest } from "./parse.js";
import { type DataWidths, trainingRows } from "./phase-surroundings.js";
import type { ResolvedRequest } from "./resolve.js";
import { type IssueList, report } from "./shape.js";

/** Fourth step: what only fits or clashes together: sizes against the data, predictors against control, phases against models. */
export function check(
  parsed: ParsedRequest,
  resolved: ResolvedRequest,
  completed: CompletedRequest,
  getPhysics: GetPhysics | undefined,
  warnings: CompileWarning[],
  list: IssueList,
): CompletedRequest {
  checkRun(parsed, completed, warnings, list);
  checkSplit(parsed, resolved, list);
  const train = resolved.data.train;
  const x = checkChain(completed.transform_x, train?.state_dim ?? null, train, ["overrides", "transform_x"], list);
  const u = checkChain(completed.transform_u, train?.control_dim || null, train, ["overrides", "transform_u"], list);
  const y = checkChain(completed.transform_y, train?.aux_dim || null, train, ["overrides", "transform_y"], list);
  const p = checkChain(completed.transform_p, train?.parameter_dim || null, train, ["overrides", "transform_p"], list);
  checkTimeless("transform_p", completed.transform_p, list);
  const graph = resolved.graph_mode === "none" ? null : (train?.graph ?? null);
  const weights = graph === null ? null : Number(graph.has_weights);
  const ew = checkChain(completed.transform_ew, weights || null, train, ["overrides", "transform_ew"], list);
  checkChain(completed.transform_ea, graph?.n_edge_features || null, train, ["overrides", "transform_ea"], list);
  checkTimeless("transform_ew", completed.transform_ew, list);
  checkTimeless("transform_ea", completed.transform_ea, list);
  if (ew.width !== null && ew.width !== 1) {
    const message = `makes ${ew.width} columns of a weight, which is one number`;
    report(list, ["overrides", "transform_ew"], message, "use a scaler, or give edges attributes: transform_ea", "E_SHAPE");
  }
  const open = train === null || x.width === null;
  const widths = open ? null : { x: x.width, u: u.width ?? train.control_dim, p: p.width ?? train.parameter_dim };
  const { model } = completed;
  let whole = model;
  for (const [key, width, what] of [
    ["transform_u", train?.control_dim, "control"],
    ["transform_y", train?.aux_dim, "auxiliary observations"],
    ["transform_p", train?.parameter_dim, "parameters"],
    ["transform_ew", train === null ? undefined : (weights ?? 0), "weights of edges that the model sees"],
    ["transform_ea", train === null ? undefined : (graph?.n_edge_features ?? 0), "attributes of edges that the model sees"],
  ] as const) {
    if (width !== 0 || !isGiven(parsed.overrides[key])) continue;
    warnings.push({ path: ["overrides", key], message: `has nothing to transform: the data have no ${what}` });
  }
  warnings.push(...unreadObservations(parsed, resolved), ...unevenSteps(model, train));
  if (model !== null) {
    if (train !== null) checkPredictor(model, u.width ?? train.control_dim, list);
    const windows = train === null || checkSequence(model, completed, train.control_dim, list);
    if (widths !== null && windows) {
      checkSizes(model, widths, list);
      whole = checkPhysics(model, completed, widths, resolved.data, getPhysics, warnings, list);
    }
    if (model.graph_mode === "none" && hearsNeighbours(model)) {
      const message = "networks on a graph (gnn) need data with a graph, and the model sees plain state vectors";
      report(list, ["graph_mode"], message, "write graph_mode: graph or node, or networks without gnn_", "E_SPEC");
    }
    if (autoencoderPair(model)[0].endsWith("_cat") && model.encoder_layers === 0) {
      const message = "cat appends nothing with encoder_layers 0: the encoder is the identity";
      warnings.push({ path: ["overrides", "model", "autoencoder_type"], message });
    }
  }
  const fits = {
    x: checkDelay("transform_x", parsed, completed, resolved, list),
    u: checkDelay("transform_u", parsed, completed, resolved, list),
    y: checkDelay("transform_y", parsed, completed, resolved, list),
  };
  // Where no sample is left, counts of samples mean nothing: phases are then checked without the data.
  const delay = Math.max(x.delay, u.delay, y.delay);
  const cut = fits.x && fits.u && fits.y && checkTimeBlocks(parsed, resolved, delay, list);
  const { data } = cut ? dividedData(resolved, parsed.split, delay) : { data: { train: null, valid: null, test: null } };
  if (model !== null && data.train !== null && widths !== null) {
    const samples = trainingRows(data.train, model, delay, trainPart(resolved, parsed.split));
    checkKernels(completed, model, widths, samples, warnings, list);
  }
  const phases = checkPhases(
    completed.phases,
    model,
    { data, widths, delay, inTime: parsed.split?.time_frac !== undefined },
    warnings,
    list,
  );
  return { ...completed, model: whole, phases };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function checkRun(parsed: ParsedRequest, completed: CompletedRequest, warnings: CompileWarning[], list: IssueList): void {
  const { run } = parsed;
  if (run === null) return;
  if (run.device !== "auto" && run.device !== "cpu" && completed.rest?.dtype === "float64") {
    const remedy = "write overrides.data.double_precision: false, or device: cpu";
    report(
      list,
      ["run", "device"],
      `${run.device} computes in float32 only, and the request asks for float64`,
      remedy,
      "E_BACKEND",
    );
  }
  if (parsed.evaluation !== null && parsed.evaluation.max_plots > 1) {
    warnings.push({
      path: ["evaluation", "max_plots"],
      message: `${parsed.evaluation.max_plots} were asked for; a report shows one trajectory`,
    });
  }
  if (run.max_workers !== "auto" && run.max_workers > 1) {
    warnings.push({ path: ["run", "max_workers"], message: "one training uses one worker; more serve searches only" });
  }
}

/** Rollouts that would have nothing to propagate, or would silently ignore the control. */
function checkPredictor(model: ModelSpec, u: number, list: IssueList): void {
  const problem = predictorProblem(model, u);
  if (problem !== null) report(list, ["overrides", "model", "predictor_type"], problem.message, problem.hint, "E_UNSUPPORTED");
}

/** Sizes of z against the widths of the data, for the encoders and decoders that tie them together. */
function checkSizes(model: ModelSpec, widths: DataWidths, list: IssueList): void {
  for (const { code, path, message, hint } of sizeProblems(model, modelDims(model, widths))) {
    report(list, ["overrides", "model", ...path], message, hint, code);
  }
}

/** Auxiliary observations that the request speaks of: they are kept and transformed, and that is all. */
function unreadObservations({ overrides }: ParsedRequest, { data }: ResolvedRequest): CompileWarning[] {
  const { train } = data;
  if (train === null || train.aux_dim === 0) return [];
  const path = isGiven(overrides.transform_y) ? ["overrides", "transform_y"] : ["data", "train", "columns", "y"];
  if (path[0] === "data" && train.columns?.y === undefined) return [];
  return [{ path, message: "no model and no loss reads y: what shall be learned or forecast belongs to x" }];
}

/** What a discrete model learns of samples at uneven times is a map from sample to sample that belongs to no step. */
function unevenSteps(model: ModelSpec | null, train: CompiledData | null): CompileWarning[] {
  if (model?.time_domain !== "discrete" || train === null || train.dt !== null || train.longest < 2) return [];
  const message =
    "is not sampled at one regular step, and a discrete model counts samples: its forecasts have no times of their own, and it has no spectrum; resample the data, or train a continuous model by NODE";
  return [{ path: ["data", "train"], message }];
}
