/**
 * The compute graph: plain data, in topological order, with static shapes. No closures, no dtype: a graph is a formula,
 * and a backend runs it in float64 or float32. Shapes are row-major; broadcasting follows NumPy (aligned from the last axis).
 */

export type Shape = readonly number[];

export type UnaryFn =
  | "neg"
  | "abs"
  | "sign"
  | "step"
  | "exp"
  | "log"
  | "sqrt"
  | "square"
  | "reciprocal"
  | "tanh"
  | "sigmoid"
  | "relu"
  | "softplus"
  | "erf"
  | "sin"
  | "cos"
  | "flush";

/**
 * Two-operand elementwise functions. `gt` is 1 where a > b, else 0. The last three are the epilogues of reverse mode:
 * `tanhGrad(g, y) = g (1 - y^2)`, `sigmoidGrad(g, y) = g y (1 - y)`, `reluGrad(g, y) = g where y > 0, else 0`.
 */
export type BinaryFn = "add" | "sub" | "mul" | "div" | "max" | "min" | "gt" | "tanhGrad" | "sigmoidGrad" | "reluGrad";

/** How numbers are drawn inside a graph. */
export type RandomLaw = "uniform" | "normal";

/** Activations that `linear` applies to its result in the same pass. */
export type FusedActivation = "none" | "tanh" | "sigmoid" | "relu";

/**
 * One node. `inputs` are indices of earlier nodes of the same graph; `shape` is the shape of the result.
 *
 * - `input`      a value given at each run, by name (weights are inputs too)
 * - `const`      values fixed in the graph, row-major; `fill` every entry the same
 * - `random`     numbers drawn by `key` (two words), uniform on args[0] <= x < args[1] or normal with mean args[0] and deviation
 *                args[1]; with an operand, one integer, by the key folded with it: NaN when it is no safe integer
 * - `linear`     act(x W + b): x [..., k], W [k, n], optional b [n]; the leading axes of x are one batch of rows
 * - `matmul`     A B over the last two axes, either transposed first; leading axes broadcast
 * - `reduce`     sum or maximum over `axes`; `keep` leaves them as axes of length 1
 * - `slice`      entries starts[i], starts[i] + steps[i], ...: shape[i] of them on axis i
 * - `pad`        zeros around: the reverse of a slice; entry j of axis i of the operand lands at before[i] + j * steps[i] of the result
 * - `gather`     rows of `axis` picked by `indices` (repeats allowed); `scatterAdd` is its transpose: row k of the operand
 *                is added to row indices[k] of a zero array whose axis has length `size`
 * - `stop`       its operand, with no derivative
 * - `scan`       a loop, see {@link ScanNode}; its results are taken by `pick` nodes
 */
export type Node =
  | { readonly op: "input"; readonly inputs: readonly []; readonly shape: Shape; readonly name: string }
  | { readonly op: "const"; readonly inputs: readonly []; readonly shape: Shape; readonly data: Float64Array }
  | { readonly op: "fill"; readonly inputs: readonly []; readonly shape: Shape; readonly value: number }
  | {
      readonly op: "random";
      readonly inputs: readonly [] | readonly [counter: number];
      readonly shape: Shape;
      readonly law: RandomLaw;
      readonly args: readonly [number, number];
      readonly key: readonly [number, number];
    }
  | { readonly op: "unary"; readonly inputs: readonly [number]; readonly shape: Shape; readonly fn: UnaryFn }
  | { readonly op: "binary"; readonly inputs: readonly [number, number]; readonly shape: Shape; readonly fn: BinaryFn }
  | { readonly op: "where"; readonly inputs: readonly [number, number, number]; readonly shape: Shape }
  | { readonly op: "linear"; readonly inputs: readonly number[]; readonly shape: Shape; readonly act: FusedActivation }
  | {
      readonly op: "matmul";
      readonly inputs: readonly [number, number];
      readonly shape: Shape;
      readonly ta: boolean;
      readonly tb: boolean;
    }
  | {
      readonly op: "reduce";
      readonly inputs: readonly [number];
      readonly shape: Shape;
      readonly fn: "sum" | "max";
      readonly axes: readonly number[];
      readonly keep: boolean;
    }
  | { readonly op: "reshape"; readonly inputs: readonly [number]; readonly shape: Shape }
  | { readonly op: "broadcast"; readonly inputs: readonly [number]; readonly shape: Shape }
  | { readonly op: "transpose"; readonly inputs: readonly [number]; readonly shape: Shape; readonly perm: readonly number[] }
  | {
      readonly op: "slice";
      readonly inputs: readonly [number];
      readonly shape: Shape;
      readonly starts: readonly number[];
      readonly steps: readonly number[];
    }
  | {
      readonly op: "pad";
      readonly inputs: readonly [number];
      readonly shape: Shape;
      readonly before: readonly number[];
      readonly steps: readonly number[];
    }
  | { readonly op: "concat"; readonly inputs: readonly number[]; readonly shape: Shape; readonly axis: number }
  | {
      readonly op: "gather";
      readonly inputs: readonly [number];
      readonly shape: Shape;
      readonly axis: number;
      readonly indices: readonly number[];
    }
  | {
      readonly op: "scatterAdd";
      readonly inputs: readonly [number];
      readonly shape: Shape;
      readonly axis: number;
      readonly indices: readonly number[];
      readonly size: number;
    }
  | { readonly op: "stop"; readonly inputs: readonly [number]; readonly shape: Shape }
  | ScanNode
  | { readonly op: "pick"; readonly inputs: readonly [number]; readonly shape: Shape; readonly index: number };

/**
 * A loop of `length` passes over a body graph.
 *
 * The body's inputs are, in order: `carries` values handed from pass to pass, then `slices` values of which pass k sees
 * row k of axis 0 (the row's shape has no leading axis), then values that stay the same. The node's `inputs` stand in the
 * same order, the sliced ones with a leading axis of `length`. The body's outputs are the new carries (same shapes), then any
 * number of values to be stacked. Results, by `pick` index: the final carries, then the stacked values with a leading axis of
 * `length`. `reverse` runs k from the last row to the first; row k of a stacked result still belongs to pass k.
 */
export interface ScanNode {
  readonly op: "scan";
  readonly inputs: readonly number[];
  readonly shape: Shape;
  readonly body: Graph;
  readonly length: number;
  readonly carries: number;
  readonly slices: number;
  readonly reverse: boolean;
}

export interface GraphOutput {
  readonly name: string;
  readonly node: number;
}

export interface Graph {
  readonly nodes: readonly Node[];
  /** node indices of the inputs, in calling order; each names an `input` node */
  readonly inputs: readonly number[];
  readonly outputs: readonly GraphOutput[];
}

/** Steps in memory for one step along each axis of a row-major array. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

/** Names and shapes of the inputs, in calling order. */
export function inputsOf(graph: Graph): { name: string; shape: Shape }[] {
  return graph.inputs.map((index) => {
    const node = graph.nodes[index];
    return { name: node.op === "input" ? node.name : `#${index}`, shape: node.shape };
  });
}

/** The graph as text, one node a line: what a snapshot test or a curious user reads. */
export function printGraph(graph: Graph, indent = ""): string {
  const lines = graph.nodes.map((node, i) => {
    const { op, inputs, shape, ...rest } = node;
    const details = Object.entries(rest)
      .filter(([key]) => key !== "body" && key !== "data")
      .map(
        ([key, value]) =>
          `${key}=${Array.isArray(value) && value.length > 8 ? `[${value.length} values]` : JSON.stringify(value)}`,
      )
      .join(" ");
    const line = `${indent}%${i} = ${op}(${inputs.map((j) => `%${j}`).join(", ")}) [${shape.join(", ")}]${details ? ` ${details}` : ""}`;
    return node.op === "scan" ? `${line}\n${printGraph(node.body, `${indent}  `)}` : line;
  });
  return [...lines, `${indent}-> ${graph.outputs.map((o) => `${o.name}=%${o.node}`).join(", ")}`].join("\n");
}
