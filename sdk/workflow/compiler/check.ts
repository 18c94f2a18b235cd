import type { ModelSpec } from "../../dynamics/models/spec.js";
import { checkDelay } from "./check-delay.js";
import { checkPhases } from "./check-phases.js";
import { checkSplit, checkTimeBlocks } from "./check-split.js";
import { checkChain } from "./check-transforms.js";
import type { CompiledData, CompileWarning } from "./compiled.js";
import type { CompletedRequest } from "./complete.js";
import { dividedData } from "./divided-data.js";
import type { ParsedRequest } from "./parse.js";
import type { ResolvedRequest } from "./resolve.js";
import { type IssueList, report } from "./shape.js";

/** Fourth step: what only fits or clashes together: sizes against the data, predictors against control, phases against models. */
export function check(
  parsed: ParsedRequest,
  resolved: ResolvedRequest,
  completed: CompletedRequest,
  warnings: CompileWarning[],
  list: IssueList,
): CompletedRequest {
  checkRun(parsed, completed, warnings, list);
  checkSplit(parsed, resolved, list);
  const train = resolved.data.train;
  const x = checkChain(completed.transform_x, train?.state_dim ?? null, train, ["overrides", "transform_x"], list);
  const u = checkChain(completed.transform_u, train?.control_dim || null, train, ["overrides", "transform_u"], list);
  const { model } = completed;
  if (train?.control_dim === 0 && isGiven(parsed.overrides.transform_u)) {
    warnings.push({ path: ["overrides", "transform_u"], message: "has nothing to transform: the data have no control" });
  }
  if (model !== null) {
    if (train !== null) checkControl(model, train, list);
    if (train !== null && x.width !== null) checkSizes(model, x.width, train.control_dim, list);
    if (model.autoencoder_type === "cat" && model.encoder_layers === 0) {
      const message = "cat appends nothing with encoder_layers 0: the encoder is the identity";
      warnings.push({ path: ["overrides", "model", "autoencoder_type"], message });
    }
  }
  const fits = {
    x: checkDelay("transform_x", parsed, completed, resolved, list),
    u: checkDelay("transform_u", parsed, completed, resolved, list),
  };
  // Where no sample is left, counts of samples mean nothing: phases are then checked without the data.
  const delay = Math.max(x.delay, u.delay);
  const whole = fits.x && fits.u && checkTimeBlocks(parsed, resolved, delay, list);
  const { data } = whole ? dividedData(resolved, parsed.split, delay) : { data: { train: null, valid: null, test: null } };
  const phases = checkPhases(
    completed.phases,
    model,
    { data, delay, inTime: parsed.split?.time_frac !== undefined },
    warnings,
    list,
  );
  return { ...completed, phases };
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

/** Control that a rollout would silently ignore is refused (ldm sees it only through the encoder). */
function checkControl(model: ModelSpec, train: CompiledData, list: IssueList): void {
  const path = ["overrides", "model", "predictor_type"];
  const { family, predictor_type } = model;
  if (family === "ldm" && predictor_type === "exp") {
    report(list, path, "exp needs linear dynamics, and ldm has a network", "write ode or np, or use kbf or lti", "E_UNSUPPORTED");
  } else if (train.control_dim > 0 && predictor_type === "exp" && model.time_domain === "continuous") {
    report(list, path, "exp propagates without control, and the data have control", "write ode or np", "E_UNSUPPORTED");
  } else if (train.control_dim > 0 && family === "ldm" && predictor_type === "np") {
    const message = "np would ignore the control after the first sample: ldm sees control through its encoder";
    report(list, path, message, "write ode, or use kbf or lti", "E_UNSUPPORTED");
  }
}

/** Sizes of z against the width of the input, for the encoders and decoders that tie them together. */
function checkSizes(model: ModelSpec, width: number, control: number, list: IssueList): void {
  const key = model.family === "ldm" ? "latent_dimension" : "koopman_dimension";
  const path = ["overrides", "model", key];
  const input = model.family === "ldm" ? width + control : width;
  const columns =
    model.family === "ldm" && control > 0 ? `${width} transformed states and ${control} controls` : `${width} transformed states`;
  const z = model[key] ?? (model.family === "ldm" && model.encoder_layers > 0 ? model.hidden_dimension : input);
  if (model.autoencoder_type === "res" && model.family === "ldm" && control > 0) {
    report(
      list,
      ["overrides", "model", "autoencoder_type"],
      `res adds the input of a network to its output, and ${columns} go in where ${width} states come out`,
      "write autoencoder_type: smp or cat",
      "E_SHAPE",
    );
    return;
  }
  if (model.autoencoder_type === "cat" && model.encoder_layers > 0) {
    if (z <= input)
      report(
        list,
        path,
        `must exceed the input with autoencoder_type cat: got ${z} for ${columns}`,
        `write ${input + 1} or more`,
        "E_SHAPE",
      );
    return;
  }
  if (model.encoder_layers === 0 && z !== input) {
    report(
      list,
      path,
      `must be ${input} for the identity map of encoder_layers 0: got ${z} for ${columns}`,
      `write ${input}, or encoder_layers 1`,
      "E_SHAPE",
    );
  } else if (model.decoder_layers === 0 && model[key] !== null && z !== input) {
    report(
      list,
      path,
      `must be ${input} for the identity map of decoder_layers 0: got ${z} for ${columns}`,
      `write ${input}, or decoder_layers 1`,
      "E_SHAPE",
    );
  } else if (model.autoencoder_type === "res" && z !== input) {
    report(
      list,
      path,
      `must be ${input} with autoencoder_type res: got ${z} for ${columns}`,
      `write ${input}, or autoencoder_type smp`,
      "E_SHAPE",
    );
  }
}
