import { DymadError } from "../../errors.js";
import {
  concat,
  constant,
  fill,
  type Graph,
  inlineGraph,
  inputsOf,
  matmul,
  readGraph,
  type StoredGraph,
  storeGraph,
  Tensor,
  trace,
  where,
} from "../../numerics/engine/index.js";
import { traceFormulas } from "../data/formulas/traced-formulas.js";

/** How many states, controls, entries of the correction, parameters and hidden states a known part is given; 0 = none. */
export interface PhysicsSizes {
  readonly x: number;
  readonly u: number;
  readonly f: number;
  readonly p: number;
  /** default 0 */
  readonly h?: number;
  /** names of the numbers that are learned, in the order of their vector c; default none */
  readonly constants?: readonly string[];
}

/** The names of learned numbers in the order of their vector. */
export const constantNames = (constants: Readonly<Record<string, number>>): string[] => Object.keys(constants).sort();

/** What a physics function can use beside the methods of tensors. */
export interface PhysicsOps {
  /** hidden states [k] (corr_dif) */
  readonly hidden: Tensor;
  /** the numbers that are learned, by name, each of shape [1] */
  readonly constants: Readonly<Record<string, Tensor>>;
  /** the entries of a vector, each of shape [1] */
  columns(vector: Tensor): Tensor[];
  /** one vector of entries and vectors, in order */
  row(parts: readonly (Tensor | number)[]): Tensor;
  /** fixed numbers: a vector or a matrix */
  constant(values: readonly number[] | readonly (readonly number[])[]): Tensor;
  matmul(a: Tensor, b: Tensor): Tensor;
  /** entry by entry: a where the condition is not 0, else b */
  where(condition: Tensor, a: Tensor, b: Tensor): Tensor;
}

/**
 * The known part of the dynamics for one state: dx/dt (or the next x) from the state x [n], the control u [m], the correction f [k] and
 * the parameters p [q] of the trajectory, all vectors. With hidden states it may give their rates too, after those of x. It is called once and written down as a graph: what does not depend on its
 * arguments is fixed from then on, and a condition on values is `ops.where`, not `if`.
 *
 * @example  (x, u, f, p, { columns }) => { const [angle, rate] = columns(x); return [rate, angle.sin().mul(-9.81).add(f)]; }
 */
export type PhysicsFunction = (
  x: Tensor,
  u: Tensor,
  f: Tensor,
  p: Tensor,
  ops: PhysicsOps,
) => Tensor | readonly (Tensor | number)[];

/** The known part in any of the forms that a specification may have: formulas of x1, u1, f1, p1, h1, ..., or a stored graph. */
export type PhysicsSource = readonly string[] | StoredGraph | PhysicsFunction;

/**
 * Writes a known part down.
 *
 * @param source  formulas, one a state, or one a state and one a hidden state; a graph that was stored; or a function
 * @returns       a graph with inputs x [n], u [m], f [k], p [q], h [l], c (those that are used) and the output y [n] or [n + l]
 * @throws        E_SPEC when formulas cannot be read; E_SHAPE when it has other widths than the data
 * @see           Levine & Stuart 2022, "A framework for machine learning of model error in dynamical systems", doi:10.1090/cams/10
 */
export function storedPhysics(source: PhysicsSource, sizes: PhysicsSizes): StoredGraph {
  const graph = Array.isArray(source)
    ? traceFormulas(source, lettersOf(sizes), constantsOf(sizes))
    : typeof source === "function"
      ? traceFunction(source, sizes)
      : readGraph(source);
  const used = withoutIdle(graph);
  checkWidths(used, sizes);
  return storeGraph(used);
}

/** A known part ready to be used: the widths of what it reads, and its formula over leading axes. */
export interface Physics {
  /** parameters it reads, 0 = none */
  readonly p: number;
  /** whether it gives the rates of the hidden states too */
  readonly whole: boolean;
  apply(inputs: {
    readonly x: Tensor;
    readonly u: Tensor | null;
    readonly f: Tensor;
    readonly p: Tensor | null;
    readonly h: Tensor | null;
    readonly c: Tensor | null;
  }): Tensor;
}

/**
 * @param stored  a graph as `storedPhysics` gives it
 * @throws        E_SHAPE when it has other widths than the model
 */
export function physicsOf(stored: StoredGraph, sizes: PhysicsSizes): Physics {
  const graph = readGraph(stored);
  checkWidths(graph, sizes);
  const widths = new Map(inputsOf(graph).map(({ name, shape }) => [name, shape[0]]));
  return {
    p: widths.get("p") ?? 0,
    whole: outputWidth(graph) !== sizes.x,
    apply({ x, u, f, p, h, c }) {
      const lead = x.shape.slice(0, -1);
      const given = Object.entries({ x, u, f, p, h, c }).flatMap(([name, tensor]) => {
        const width = widths.get(name);
        return tensor === null || width === undefined ? [] : [[name, tensor.broadcast([...lead, width])] as const];
      });
      return inlineGraph(graph, { x, ...Object.fromEntries(given) }, lead).y;
    },
  };
}

const lettersOf = ({ x, u, f, p, h = 0, constants = [] }: PhysicsSizes): Record<string, number> => {
  return { x, u, f, p, h, c: constants.length };
};

const constantsOf = ({ constants = [] }: PhysicsSizes): Record<string, readonly [string, number]> =>
  Object.fromEntries(constants.map((name, i) => [name, ["c", i] as const]));

function outputWidth(graph: Graph): number | null {
  const y = graph.outputs.find((output) => output.name === "y");
  const shape = y === undefined ? [] : graph.nodes[y.node].shape;
  return shape.length === 1 ? shape[0] : null;
}

/** What a known part reads, of x, u, f, p, h and c. */
export const inputsOfPhysics = (stored: StoredGraph): string[] =>
  stored.nodes.flatMap((node) => (node.op === "input" ? [String(node.name)] : []));

function traceFunction(formula: PhysicsFunction, sizes: PhysicsSizes): Graph {
  const shapes = Object.fromEntries(Object.entries(lettersOf(sizes)).map(([letter, width]) => [letter, [width]]));
  return trace(shapes, ({ x, u, f, p, h, c }) => {
    const constants = Object.fromEntries((sizes.constants ?? []).map((name, i) => [name, c.slice(0, i, 1)]));
    const ops = { ...opsLike(x), hidden: h, constants };
    const result = formula(x, u, f, p, ops);
    if (result instanceof Tensor) return { y: result };
    if (Array.isArray(result)) return { y: ops.row(result) };
    throw new DymadError("E_SPEC", `the physics function gave ${typeof result}`, {
      hint: "return a tensor, or a list of its entries",
    });
  });
}

function opsLike(like: Tensor): Omit<PhysicsOps, "hidden" | "constants"> {
  const row = (parts: readonly (Tensor | number)[]): Tensor =>
    concat(
      parts.map((part) =>
        typeof part === "number" ? fill(like, [1], part) : part.shape.length === 0 ? part.reshape([1]) : part,
      ),
      0,
    );
  return {
    columns: (vector) => Array.from({ length: vector.shape[0] }, (_, i) => vector.slice(0, i, 1)),
    row,
    constant(values) {
      const rows = values as readonly (number | readonly number[])[];
      const flat = rows.flat();
      const inner = rows[0];
      return constant(like, typeof inner === "number" ? [rows.length] : [rows.length, inner.length], flat);
    },
    matmul,
    where,
  };
}

/** The graph without inputs that nothing reads; x stays, so that it has one at least. */
function withoutIdle(graph: Graph): Graph {
  const read = new Set(graph.nodes.flatMap((node) => node.inputs));
  for (const { node } of graph.outputs) read.add(node);
  const kept = inputsOf(graph).filter(({ name }, i) => name === "x" || read.has(graph.inputs[i]));
  return trace(Object.fromEntries(kept.map(({ name, shape }) => [name, shape])), (inputs) => {
    const idle = inputsOf(graph).flatMap(({ name, shape }) =>
      inputs[name] === undefined ? [[name, fill(inputs.x, shape, 0)] as const] : [],
    );
    return inlineGraph(graph, { ...inputs, ...Object.fromEntries(idle) }, []);
  });
}

function checkWidths(graph: Graph, sizes: PhysicsSizes): void {
  const known = lettersOf(sizes);
  for (const { name, shape } of inputsOf(graph)) {
    if (!Object.hasOwn(known, name))
      throw new DymadError("E_SHAPE", `the physics reads ${name}; it is given x, u, f, p, h and c`);
    if (shape.length === 1 && shape[0] === known[name]) continue;
    throw new DymadError("E_SHAPE", `the physics reads ${name} of shape [${shape}], and there are ${known[name]} of them`);
  }
  const width = outputWidth(graph);
  const { h } = known;
  if (width === sizes.x || width === sizes.x + h) return;
  const hidden = h === 0 ? "" : ` and ${h} hidden`;
  throw new DymadError("E_SHAPE", `the physics gives ${width ?? "a matrix of"} rates for ${sizes.x}${hidden} states`, {
    hint: `give one formula or entry a state${hidden === "" ? "" : ", or one a state and one a hidden state"}`,
  });
}
