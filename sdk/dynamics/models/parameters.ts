import type { Shape, Tensors } from "../../numerics/engine/index.js";
import type { RandomKey } from "../../numerics/random.js";

/** A trainable array of a model: its name is its key in checkpoints and gradients. */
export interface Parameter {
  readonly name: string;
  readonly shape: Shape;
  /** stays as it is when the others are trained: samples that a fit has put there; default false */
  readonly fixed?: boolean;
  /** starting values, row-major, drawn from the key alone: the same seed gives the same start whatever else is drawn */
  initial(key: RandomKey): Float64Array;
}

/** Values of all parameters of a model, by name. */
export type Weights = Readonly<Record<string, Float64Array>>;

/** The starting weights for a seed: each parameter draws from its own key. */
export function initialWeights(parameters: readonly Parameter[], key: RandomKey): Record<string, Float64Array> {
  return Object.fromEntries(parameters.map((p) => [p.name, p.initial(key.fold(p.name))]));
}

/** Shapes of all parameters, as the inputs of a trace. */
export function parameterShapes(parameters: readonly Parameter[]): Record<string, Shape> {
  return Object.fromEntries(parameters.map((p) => [p.name, p.shape]));
}

/** Of all inputs of a trace, those that are parameters. */
export function pickParameters(parameters: readonly Parameter[], inputs: Tensors): Tensors {
  return Object.fromEntries(parameters.map((p) => [p.name, inputs[p.name]]));
}
