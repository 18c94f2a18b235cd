import { innermost, type NodeSpec, type Ref } from "./builder.js";
import { type BinaryFn, type FusedActivation, type Node, type Shape, sizeOf, type UnaryFn } from "./graph.js";
import { misfit } from "./misfit.js";

/**
 * A value of a formula that is being written down: it has a shape but no numbers. Operations on tensors add nodes to a
 * graph; a backend runs the graph later. Broadcasting follows NumPy.
 */
export class Tensor {
  readonly ref: Ref;
  readonly shape: Shape;

  constructor(ref: Ref) {
    this.ref = ref;
    this.shape = ref.builder.nodes[ref.index].shape;
  }

  /** number of entries */
  get size(): number {
    return sizeOf(this.shape);
  }

  add(other: Tensor | number): Tensor {
    if (isFill(this, 0) && typeof other !== "number") return expand(other, this);
    return isFill(other, 0) && (typeof other === "number" || covers(this, other)) ? this : binary("add", this, other);
  }
  sub(other: Tensor | number): Tensor {
    return isFill(other, 0) && (typeof other === "number" || covers(this, other)) ? this : binary("sub", this, other);
  }
  mul(other: Tensor | number): Tensor {
    if (isFill(this, 1) && typeof other !== "number") return expand(other, this);
    return isFill(other, 1) && (typeof other === "number" || covers(this, other)) ? this : binary("mul", this, other);
  }
  div(other: Tensor | number): Tensor {
    return binary("div", this, other);
  }
  max(other: Tensor | number): Tensor {
    return binary("max", this, other);
  }
  min(other: Tensor | number): Tensor {
    return binary("min", this, other);
  }
  /** 1 where this > other, else 0; no derivative */
  gt(other: Tensor | number): Tensor {
    return binary("gt", this, other);
  }
  neg(): Tensor {
    return unary("neg", this);
  }
  abs(): Tensor {
    return unary("abs", this);
  }
  exp(): Tensor {
    return unary("exp", this);
  }
  log(): Tensor {
    return unary("log", this);
  }
  sqrt(): Tensor {
    return unary("sqrt", this);
  }
  square(): Tensor {
    return unary("square", this);
  }
  reciprocal(): Tensor {
    return unary("reciprocal", this);
  }
  tanh(): Tensor {
    return unary("tanh", this);
  }
  sigmoid(): Tensor {
    return unary("sigmoid", this);
  }
  relu(): Tensor {
    return unary("relu", this);
  }
  softplus(): Tensor {
    return unary("softplus", this);
  }
  erf(): Tensor {
    return unary("erf", this);
  }
  sin(): Tensor {
    return unary("sin", this);
  }
  cos(): Tensor {
    return unary("cos", this);
  }

  /** The sum over some axes (all when none is named). Here and below, -1 is the last axis. */
  sum(axes: readonly number[] = this.shape.map((_, i) => i), keep = false): Tensor {
    return reduce("sum", this, axes, keep);
  }
  /** The largest entry over some axes (all when none is named). */
  maximum(axes: readonly number[] = this.shape.map((_, i) => i), keep = false): Tensor {
    return reduce("max", this, axes, keep);
  }
  /** The mean over some axes (all when none is named). */
  mean(axes: readonly number[] = this.shape.map((_, i) => i), keep = false): Tensor {
    const count = axes.reduce((n, axis) => n * this.shape[axisOf(this, axis, "mean")], 1);
    return this.sum(axes, keep).mul(1 / count);
  }

  reshape(shape: Shape): Tensor {
    if (sizeOf(shape) !== this.size) throw misfit("reshape", [this.shape], `${this.size} entries do not make [${shape}]`);
    return same(shape, this.shape) ? this : emit({ op: "reshape", shape: [...shape] }, [this]);
  }
  broadcast(shape: Shape): Tensor {
    if (same(shape, this.shape)) return this;
    if (!same(broadcastShape(this.shape, shape, "broadcast"), shape)) {
      throw misfit("broadcast", [this.shape], `does not stretch to [${shape}]`);
    }
    return emit({ op: "broadcast", shape: [...shape] }, [this]);
  }
  transpose(perm: readonly number[]): Tensor {
    if (
      !same(
        [...perm].sort((i, j) => i - j),
        this.shape.map((_, i) => i),
      )
    ) {
      throw misfit("transpose", [this.shape], `[${perm}] does not name each axis once`);
    }
    if (perm.every((axis, i) => axis === i)) return this;
    return emit({ op: "transpose", shape: perm.map((axis) => this.shape[axis]), perm: [...perm] }, [this]);
  }
  /** Entries start, start + step, ... of one axis, `length` of them. */
  slice(along: number, start: number, length: number, step = 1): Tensor {
    const axis = axisOf(this, along, "slice");
    const n = this.shape[axis];
    if (start < 0 || length < 0 || (length > 0 && start + (length - 1) * step >= n)) {
      throw misfit("slice", [this.shape], `${start}..${start + (length - 1) * step} is outside axis ${axis}`);
    }
    if (start === 0 && step === 1 && length === n) return this;
    return emit(
      {
        op: "slice",
        shape: this.shape.map((size, i) => (i === axis ? length : size)),
        starts: this.shape.map((_, i) => (i === axis ? start : 0)),
        steps: this.shape.map((_, i) => (i === axis ? step : 1)),
      },
      [this],
    );
  }
  /** Rows of one axis picked by index; repeats allowed. */
  gather(along: number, indices: readonly number[]): Tensor {
    const axis = axisOf(this, along, "gather");
    const outside = indices.find((i) => !(Number.isInteger(i) && i >= 0 && i < this.shape[axis]));
    if (outside !== undefined) throw misfit("gather", [this.shape], `index ${outside} is outside axis ${axis}`);
    const shape = this.shape.map((size, i) => (i === axis ? indices.length : size));
    return emit({ op: "gather", shape, axis, indices: [...indices] }, [this]);
  }
  /** The transpose of `gather`: row k is added to row indices[k] of zeros, `size` rows long. */
  scatterAdd(along: number, indices: readonly number[], size: number): Tensor {
    const axis = axisOf(this, along, "scatterAdd");
    const outside = indices.find((i) => !(Number.isInteger(i) && i >= 0 && i < size));
    if (outside !== undefined || indices.length !== this.shape[axis]) {
      throw misfit("scatterAdd", [this.shape], `the rows of axis ${axis} cannot be added to ${indices.length} of ${size} places`);
    }
    const shape = this.shape.map((n, i) => (i === axis ? size : n));
    return emit({ op: "scatterAdd", shape, axis, indices: [...indices], size }, [this]);
  }
  /** The same values, taken as constant by derivatives. */
  stop(): Tensor {
    return emit({ op: "stop", shape: this.shape }, [this]);
  }
}

export function nodeOf(tensor: Tensor): Node {
  return tensor.ref.builder.nodes[tensor.ref.index];
}

function emit(spec: NodeSpec, operands: readonly Tensor[]): Tensor {
  const refs = operands.map((t) => t.ref);
  return new Tensor(innermost(refs).add(spec, refs));
}

/** Adds a node of any kind: for rules that build graphs, not for formulas. */
export const emitNode: (spec: NodeSpec, operands: readonly Tensor[]) => Tensor = emit;

const same = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

/** An axis counted from the front; -1 is the last. */
function axisOf({ shape }: { readonly shape: Shape }, axis: number, op: string): number {
  const at = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(at) || at < 0 || at >= shape.length) throw misfit(op, [shape], `there is no axis ${axis}`);
  return at;
}

function isFill(value: Tensor | number, wanted: number): boolean {
  if (typeof value === "number") return value === wanted;
  const node = nodeOf(value);
  return node.op === "fill" && node.value === wanted;
}

const covers = (a: Tensor, b: Tensor): boolean => same(broadcastShape(a.shape, b.shape), a.shape);

function expand(value: Tensor, like: Tensor): Tensor {
  return value.broadcast(broadcastShape(value.shape, like.shape));
}

/** The shape two operands take together. Throws E_SHAPE when an axis differs and neither is 1. */
export function broadcastShape(a: Shape, b: Shape, op = "broadcast"): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[a.length - rank + i] ?? 1;
    const n = b[b.length - rank + i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) throw misfit(op, [a, b], `axis ${i - rank} is ${m} and ${n}`);
    return m === 1 ? n : m;
  });
}

/** A constant of one value. */
export function fill(like: Tensor, shape: Shape, value: number): Tensor {
  return new Tensor(like.ref.builder.add({ op: "fill", shape: [...shape], value }));
}

/** A constant array; `like` tells the graph it belongs to. */
export function constant(like: Tensor, shape: Shape, data: ArrayLike<number>): Tensor {
  if (data.length !== sizeOf(shape)) throw misfit("constant", [shape], `needs ${sizeOf(shape)} values, got ${data.length}`);
  return new Tensor(like.ref.builder.add({ op: "const", shape: [...shape], data: Float64Array.from(data) }));
}

export function unary(fn: UnaryFn, a: Tensor): Tensor {
  return emit({ op: "unary", shape: a.shape, fn }, [a]);
}

export function binary(fn: BinaryFn, a: Tensor, b: Tensor | number): Tensor {
  const other = typeof b === "number" ? fill(a, [], b) : b;
  return emit({ op: "binary", shape: broadcastShape(a.shape, other.shape, fn), fn }, [a, other]);
}

/** Entry by entry: `a` where `condition` is not 0, else `b`. */
export function where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  const shape = broadcastShape(broadcastShape(condition.shape, a.shape, "where"), b.shape, "where");
  return emit({ op: "where", shape }, [condition, a, b]);
}

function reduce(fn: "sum" | "max", a: Tensor, axes: readonly number[], keep: boolean): Tensor {
  if (axes.length === 0) return a;
  const sorted = [...new Set(axes.map((axis) => axisOf(a, axis, fn === "sum" ? "sum" : "maximum")))].sort((i, j) => i - j);
  const shape = keep ? a.shape.map((n, i) => (sorted.includes(i) ? 1 : n)) : a.shape.filter((_, i) => !sorted.includes(i));
  return emit({ op: "reduce", shape, fn, axes: sorted, keep }, [a]);
}

/** A B over the last two axes; `ta`, `tb` transpose an operand first. */
export function matmul(a: Tensor, b: Tensor, ta = false, tb = false): Tensor {
  const [m, k] = ta ? [a.shape.at(-1), a.shape.at(-2)] : [a.shape.at(-2), a.shape.at(-1)];
  const [l, n] = tb ? [b.shape.at(-1), b.shape.at(-2)] : [b.shape.at(-2), b.shape.at(-1)];
  if (m === undefined || k === undefined || l === undefined || n === undefined || k !== l) {
    const turned = ta || tb ? ` (${[ta && "first", tb && "second"].filter(Boolean).join(" and ")} transposed)` : "";
    throw misfit("matmul", [a.shape, b.shape], `${k} columns meet ${l} rows${turned}`);
  }
  const shape = [...broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2), "matmul"), m, n];
  return emit({ op: "matmul", shape, ta, tb }, [a, b]);
}

/** act(x W + b): x [..., k], W [k, n], b [n] or absent. */
export function linear(x: Tensor, W: Tensor, b: Tensor | null, act: FusedActivation = "none"): Tensor {
  const [k, n] = W.shape;
  if (W.shape.length !== 2 || x.shape.at(-1) !== k || (b !== null && !same(b.shape, [n]))) {
    const operands = [x.shape, W.shape, ...(b === null ? [] : [b.shape])];
    throw misfit("linear", operands, "x [..., k], W [k, n] and b [n] do not fit together");
  }
  return emit({ op: "linear", shape: [...x.shape.slice(0, -1), n], act }, b === null ? [x, W] : [x, W, b]);
}

/** Joins along one axis. */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  if (parts.length === 0) throw misfit("concat", [], "there is nothing to join");
  if (parts.length === 1) return parts[0];
  const at = axisOf(parts[0], axis, "concat");
  for (const part of parts) {
    if (part.shape.length !== parts[0].shape.length || part.shape.some((n, i) => i !== at && n !== parts[0].shape[i])) {
      throw misfit(
        "concat",
        parts.map((p) => p.shape),
        `cannot be joined along axis ${at}`,
      );
    }
  }
  const total = parts.reduce((n, part) => n + part.shape[at], 0);
  return emit({ op: "concat", shape: parts[0].shape.map((n, i) => (i === at ? total : n)), axis: at }, parts);
}

/** Stacks along a new leading axis. */
export function stack(parts: readonly Tensor[]): Tensor {
  return concat(
    parts.map((part) => part.reshape([1, ...part.shape])),
    0,
  );
}
