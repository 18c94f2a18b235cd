import type { Tensor } from "../../numerics/engine/index.js";

/**
 * How the columns of a state belong to nodes: between pieces they stand side by side, [..., N k]; layers see [..., N, k]. A plain
 * state vector has no axis of nodes.
 */
export interface NodeAxis {
  /** N; 1 for plain state vectors */
  readonly nodes: number;
  /** [..., N k] -> [..., N, k] */
  split(flat: Tensor): Tensor;
  /** [..., N, k] -> [..., N k] */
  join(byNode: Tensor): Tensor;
}

export const plainState: NodeAxis = { nodes: 1, split: (flat) => flat, join: (byNode) => byNode };

export const nodeAxis = (nodes: number): NodeAxis => ({
  nodes,
  split: (flat) => flat.reshape([...flat.shape.slice(0, -1), nodes, flat.shape[flat.shape.length - 1] / nodes]),
  join(byNode) {
    const [width, count] = [byNode.shape.at(-1) as number, byNode.shape.at(-2) as number];
    return byNode.reshape([...byNode.shape.slice(0, -2), count * width]);
  },
});
