import { DymadError, issuesUnder } from "../../errors.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import { delayTransform } from "./delay.js";
import { denoiseTransform } from "./denoise.js";
import { addOne, identity } from "./identity.js";
import { fitKernel, kernelTransform } from "./kernel.js";
import { fitLift, liftTransform } from "./lift.js";
import { fitManifold, manifoldTransform } from "./manifold.js";
import { fitScaler, scaler } from "./scaler.js";
import type { TransformStage } from "./spec.js";
import { fitSvd, svdTransform } from "./svd.js";
import { checked, type Quality, type Transform, type TransformState, worst } from "./transform.js";

/** Transforms applied one after the other; `invert` undoes them in reverse. */
export interface TransformChain {
  readonly inputDim: number;
  readonly outputDim: number;
  readonly delay: number;
  readonly invertible: Quality;
  readonly derivatives: Quality;
  readonly stages: readonly Transform[];
  /** @throws E_UNSUPPORTED when a stage is a model's autoencoder, which has no state of its own */
  readonly states: readonly TransformState[];
  /** what fitting noticed and went on, stage by stage */
  readonly notes: readonly string[];
  apply(x: Matrix): Matrix;
  invert(z: Matrix): Matrix;
  /** Stages start .. end-1 as a chain of their own. @throws E_SPEC when there are none */
  part(start: number, end: number): TransformChain;
  /** This chain and one more stage. */
  append(stage: Transform): TransformChain;
}

/**
 * Fits the stages in order: each sees what the one before it made of the data.
 *
 * @param stages  the chain; empty = identity
 * @param data    trajectories of one field, each shape [T, n]
 * @throws        E_SPEC when two stages delay; what a stage refuses, with its place in the chain as path
 */
export function fitChain(stages: readonly TransformStage[], data: readonly Matrix[]): TransformChain {
  let current = data;
  const fitted = stages.map((stage, i) => {
    try {
      const transform = fitStage(stage, current);
      current = current.map((x) => transform.apply(x));
      return transform;
    } catch (error) {
      if (!(error instanceof DymadError)) throw error;
      throw DymadError.ofIssues(issuesUnder(stages.length > 1 ? [i] : [], error.issues));
    }
  });
  return chainOf(fitted.length === 0 ? [identity(data[0].cols)] : fitted);
}

function fitStage(stage: TransformStage, data: readonly Matrix[]): Transform {
  const n = data[0].cols;
  switch (stage.type) {
    case "identity":
      return identity(n);
    case "add_one":
      return addOne(n);
    case "scaler":
      return fitScaler(stage.mode, data);
    case "delay":
      return delayTransform(n, stage.delay);
    case "svd":
      return fitSvd(stage, data);
    case "lift":
      return fitLift(stage, data);
    case "kernel":
      return fitKernel(stage, data);
    case "denoise":
      return denoiseTransform(n, stage, data);
    case "dm":
    case "vbdm":
    case "isomap":
      return fitManifold(stage, data);
    default:
      return stage satisfies never;
  }
}

/** The chain a checkpoint describes. @throws E_FORMAT when it names a transform this version does not know */
export function restoreChain(states: readonly TransformState[]): TransformChain {
  return chainOf(states.map(restoreStage));
}

function restoreStage(state: TransformState): Transform {
  switch (state.type) {
    case "identity":
      return identity(state.inp);
    case "add_one":
      return addOne(state.inp);
    case "scaler":
      return scaler(state.mode, state.off, state.scl);
    case "delay":
      return delayTransform(state.inp, state.delay);
    case "svd":
      return svdTransform(state);
    case "lift":
      return liftTransform(state);
    case "kernel":
      return kernelTransform(state);
    case "denoise":
      return denoiseTransform(state.inp, state, null);
    case "dm":
    case "vbdm":
    case "isomap":
      return manifoldTransform(state);
    default:
      throw new DymadError("E_FORMAT", `a checkpoint names the transform ${JSON.stringify(state.type)}`, {
        hint: "it may come from a newer version of dymad",
      });
  }
}

/**
 * Fitted transforms one after the other.
 *
 * @throws  E_SPEC when there are none, or two of them delay
 */
export function chainOf(transforms: readonly Transform[]): TransformChain {
  const stages = transforms.map(checked);
  if (stages.length === 0) throw new DymadError("E_SPEC", "a transform chain has no stage", { hint: "use the stage identity" });
  const delayed = stages.filter((s) => s.delay > 0);
  if (delayed.length > 1) {
    throw new DymadError("E_SPEC", `a transform chain has ${delayed.length} delays`, {
      hint: "use one delay stage with the sum of the delays",
    });
  }
  return {
    inputDim: stages[0].inputDim,
    outputDim: stages[stages.length - 1].outputDim,
    delay: delayed[0]?.delay ?? 0,
    invertible: worst(stages.map((s) => s.invertible)),
    derivatives: worst(stages.map((s) => s.derivatives)),
    stages,
    get states() {
      return stages.map(({ state }) => {
        if (state.type !== "autoencoder") return state;
        throw new DymadError("E_UNSUPPORTED", "the autoencoder of a model has no transform state to save", {
          hint: "save the model's checkpoint, and make the stage from it",
        });
      });
    },
    notes: stages.flatMap((s) => s.notes ?? []),
    apply: (x) => stages.reduce((value, stage) => stage.apply(value), x),
    invert: (z) => stages.reduceRight((value, stage) => stage.invert(value), z),
    part(start, end) {
      if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= stages.length) {
        return chainOf(stages.slice(start, end));
      }
      throw new DymadError("E_SPEC", `stages ${start} to ${end} were asked of a chain of ${stages.length}`, {
        hint: `write 0 <= start < end <= ${stages.length}`,
      });
    },
    append: (stage) => chainOf([...stages, stage]),
  };
}
