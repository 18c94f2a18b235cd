import { DymadError } from "../../errors.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import { delayTransform } from "./delay.js";
import { addOne, identity } from "./identity.js";
import { fitScaler, scaler } from "./scaler.js";
import type { TransformStage } from "./spec.js";
import { fitSvd, svdTransform } from "./svd.js";
import type { Transform, TransformState } from "./transform.js";

/** Transforms applied one after the other; `invert` undoes them in reverse. */
export interface TransformChain {
  readonly inputDim: number;
  readonly outputDim: number;
  readonly delay: number;
  readonly stages: readonly Transform[];
  readonly states: readonly TransformState[];
  apply(x: Matrix): Matrix;
  invert(z: Matrix): Matrix;
}

/**
 * Fits the stages in order: each sees what the one before it made of the data.
 *
 * @param stages  the chain; empty = identity
 * @param data    trajectories of one field, each shape [T, n]
 * @throws        E_SPEC when two stages delay; E_SHAPE when a trajectory is too short for the delay
 */
export function fitChain(stages: readonly TransformStage[], data: readonly Matrix[]): TransformChain {
  let current = data;
  const fitted = stages.map((stage) => {
    const transform = fitStage(stage, current);
    current = current.map((x) => transform.apply(x));
    return transform;
  });
  return chain(fitted.length === 0 ? [identity(data[0].cols)] : fitted);
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
      return fitSvd(stage.order, stage.ifcen, data);
    default:
      return stage satisfies never;
  }
}

/** The chain a checkpoint describes. */
export function restoreChain(states: readonly TransformState[]): TransformChain {
  return chain(
    states.map((state) => {
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
        default:
          return state satisfies never;
      }
    }),
  );
}

function chain(stages: readonly Transform[]): TransformChain {
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
    stages,
    states: stages.map((s) => s.state),
    apply: (x) => stages.reduce((value, stage) => stage.apply(value), x),
    invert: (z) => stages.reduceRight((value, stage) => stage.invert(value), z),
  };
}
