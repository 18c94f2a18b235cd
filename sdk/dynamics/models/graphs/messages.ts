import { constant, fill, type Tensor } from "../../../numerics/engine/index.js";
import type { Topology } from "./topology.js";

/** A graph as layers see it: its edges, and the numbers they carry, shape [..., E, width] or what stretches to it. */
export interface Messages {
  readonly topology: Topology;
  readonly values: Tensor;
}

/** The messages of a topology beside some tensor: values that are given with each sample, or those of the program. */
export function messagesOf(topology: Topology, like: Tensor, given: Tensor | null): Messages {
  const { source, width, fixed } = topology;
  return { topology, values: given ?? constant(like, [source.length, width], fixed ?? []) };
}

/**
 * What arrives at each node: sum over the edges from j to i of c_ji x_j.
 *
 * @param x  shape [..., N, f]
 * @returns  shape [..., N, f]; 0 where no edge ends
 */
export function propagate(x: Tensor, { topology, values }: Messages): Tensor {
  const { source, target, nodes } = topology;
  if (source.length === 0) return fill(x, x.shape, 0);
  return x.gather(-2, source).mul(values).scatterAdd(-2, target, nodes);
}
