import type { Model } from "../models/model.js";
import type { TransformStage } from "../transforms/spec.js";

/** The dynamics of a constant observable inside a linear weight [s, z]: one column that training must leave alone. */
export interface ConstantObservable {
  /** Puts the known dynamics into the weights: (0, ..., 1, ..., 0) in discrete, 0 in continuous time. */
  impose(weights: Readonly<Record<string, Float64Array>>): void;
  /** Takes the column out of a gradient. */
  hold(gradient: Readonly<Record<string, Float64Array>>): void;
}

/**
 * When the last transform of x appends a column of ones and the latent state begins with the states, the dynamics of that
 * coordinate are known exactly. Left free, its eigenvalue drifts away from 1 and a long forecast drifts with it.
 *
 * @returns  null when the model has no such coordinate
 */
export function constantObservable(model: Model, transforms: readonly TransformStage[]): ConstantObservable | null {
  const { linear, statesFirst, spec, node: dims } = model;
  if (transforms.at(-1)?.type !== "add_one" || linear === null || linear.rank !== null || !statesFirst) return null;
  const [{ name }] = linear.parameters;
  const column = dims.x - 1;
  const each = (values: Float64Array, value: (row: number) => number): void => {
    for (let row = 0; row < dims.s; row++) values[row * dims.z + column] = value(row);
  };
  const kept = spec.time_domain === "discrete" ? 1 : 0;
  return {
    impose: (weights) => each(weights[name], (row) => (row === column ? kept : 0)),
    hold: (gradient) => each(gradient[name], () => 0),
  };
}
