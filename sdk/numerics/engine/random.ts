import { DymadError } from "../../errors.js";
import { RandomKey } from "../random.js";
import { type Node, type RandomLaw, type Shape, sizeOf } from "./graph.js";
import { misfit } from "./misfit.js";
import { emitNode, Tensor } from "./tensor.js";

type RandomNode = Extract<Node, { op: "random" }>;

export interface UniformOptions {
  /** default 0 */
  readonly low?: number;
  /** default 1 */
  readonly high?: number;
  /** one integer: the draw is that of `key.fold(counter)`; default none, the draw of `key` itself */
  readonly counter?: Tensor;
}

export interface NormalOptions {
  /** default 0 */
  readonly mean?: number;
  /** default 1 */
  readonly std?: number;
  /** one integer: the draw is that of `key.fold(counter)`; default none, the draw of `key` itself */
  readonly counter?: Tensor;
}

/**
 * Numbers uniform on [low, high) drawn inside a graph: those of `key.uniform(n, low, high)`, row-major. No derivative goes
 * through them. A key gives the same numbers at every run and in every pass of a loop; a counter draws anew with each value.
 *
 * @param like     a tensor of the graph, or of the loop, that they belong to
 * @param key      a place in the tree of random numbers
 * @param options  `low`, `high`, `counter`: a tensor of one entry; where it is no safe integer the numbers are NaN
 * @returns        a tensor of the shape given
 * @throws         E_SHAPE when the counter has more than one entry, E_SPEC when a bound is not finite
 * @example        trace({ step: [] }, ({ step }) => ({ u: uniform(step, [2, 3], keyed(7).fold("mask"), { counter: step }) }))
 */
export function uniform(like: Tensor, shape: Shape, key: RandomKey, options: UniformOptions = {}): Tensor {
  const { low = 0, high = 1, counter } = options;
  return random("uniform", like, shape, key, [low, high], counter);
}

/**
 * Independent normal numbers drawn inside a graph: those of `key.normal(n, mean, std)`, row-major. No derivative goes through
 * them. A key gives the same numbers at every run and in every pass of a loop; a counter draws anew with each value.
 *
 * @param like     a tensor of the graph, or of the loop, that they belong to
 * @param key      a place in the tree of random numbers
 * @param options  `mean`, `std`, `counter`: a tensor of one entry; where it is no safe integer the numbers are NaN
 * @returns        a tensor of the shape given
 * @throws         E_SHAPE when the counter has more than one entry, E_SPEC when mean or std is not finite
 * @example        trace({ x: [4] }, ({ x }) => ({ noisy: x.add(normal(x, [4], keyed(7).fold("noise"), { std: 0.1 })) }))
 */
export function normal(like: Tensor, shape: Shape, key: RandomKey, options: NormalOptions = {}): Tensor {
  const { mean = 0, std = 1, counter } = options;
  return random("normal", like, shape, key, [mean, std], counter);
}

function random(
  law: RandomLaw,
  like: Tensor,
  shape: Shape,
  key: RandomKey,
  args: readonly [number, number],
  counter: Tensor | undefined,
): Tensor {
  if (!args.every(Number.isFinite)) {
    throw new DymadError("E_SPEC", `a ${law} draw needs two finite numbers, got ${args.join(" and ")}`);
  }
  if (counter !== undefined && counter.size !== 1) throw misfit(law, [counter.shape], "the counter is one number");
  const node = { op: "random", shape: [...shape], law, args, key: key.words } as const;
  return counter === undefined ? new Tensor(like.ref.builder.add(node)) : emitNode(node, [counter]);
}

/** What a draw inside a graph means: its values, row-major, for a value of its counter. */
export function draw({ law, args, key, shape }: RandomNode, counter: number | undefined): Float64Array {
  const n = sizeOf(shape);
  if (counter !== undefined && !Number.isSafeInteger(counter)) return new Float64Array(n).fill(Number.NaN);
  const root = new RandomKey(...key);
  const child = counter === undefined ? root : root.fold(counter);
  return law === "uniform" ? child.uniform(n, ...args) : child.normal(n, ...args);
}
