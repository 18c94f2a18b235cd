import { DymadError, type Issue } from "../../errors.js";
import type { ShapedArray } from "../../formats/npy.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { type Field, spread } from "./broadcast.js";
import { type DatasetNames, makeDataset } from "./dataset.js";
import { checkColumns } from "./graphs/checks.js";
import { type GraphFields, hasGraph, readGraphs } from "./graphs/fields.js";
import type { Dataset } from "./series.js";

/** Nested lists of numbers, one to three deep; typed arrays may stand for the innermost list. */
export type Nested = ArrayLike<number> | readonly (ArrayLike<number> | readonly ArrayLike<number>[])[];

/** One field of the data: nested lists, a matrix, one matrix per trajectory, or flat values with their shape. */
export type ArrayInput = Nested | Matrix | readonly Matrix[] | ShapedArray;

export interface ArrayFields extends GraphFields {
  /** sample times: [S, T], [T] for all trajectories; default 0, dt, 2 dt, ... */
  readonly t?: ArrayInput;
  /** states: [S, T, n], [T, n] is one trajectory, [T] one trajectory of one state; or a list of [T_i, n] */
  readonly x: ArrayInput;
  /** controls: [S, T, m], [1, T, m], [S, 1, m], [T, m] or [m] */
  readonly u?: ArrayInput;
  /** auxiliary observations: the same forms as u */
  readonly y?: ArrayInput;
  /** parameters: [S, q], [1, q] or [q] */
  readonly p?: ArrayInput;
  /** sample step when `t` is absent, units of `t`, > 0; default 1 */
  readonly dt?: number;
}

/** A field as the spreading rules take it: one dense array, or one array per trajectory. */
export type FieldValue = ShapedArray | readonly ShapedArray[];

/**
 * A dataset from arrays in memory, with the spreading rules of `docs/data.md`.
 *
 * @param names    names of the columns of x and u; default x1.., u1..
 * @param keepNaN  leave NaN in; default false
 * @throws         E_SHAPE when shapes do not fit; E_DATA when times do not increase or values are not finite: all problems at once
 * @example        datasetFromArrays({ x: [[1, 0], [0.9, -0.1]], dt: 0.1 }).trajectories[0].t // [0, 0.1]
 */
export function datasetFromArrays(fields: ArrayFields, names: DatasetNames = {}, keepNaN = false): Dataset {
  const issues: Issue[] = [];
  const values: Partial<Record<Field, FieldValue>> = {};
  for (const field of ["t", "x", "u", "y", "p"] as const) {
    const input = fields[field];
    if (input === undefined || input === null) continue;
    try {
      values[field] = shapeOf(input, field, field === "x" || field === "u" || field === "y" ? 2 : 1);
    } catch (error) {
      if (!(error instanceof DymadError)) throw error;
      issues.push(...error.issues);
    }
  }
  if (issues.length > 0) throw DymadError.ofIssues(issues);
  const { ei, ew, ea, adj, n_nodes } = fields;
  return assemble(values, fields.dt, names, keepNaN, { ei, ew, ea, adj, n_nodes });
}

/** Spreads fields over the trajectories of x and checks the whole. */
export function assemble(
  values: Partial<Record<Field, FieldValue>>,
  dt: number | undefined,
  names: DatasetNames,
  keepNaN: boolean,
  graph: GraphFields = {},
): Dataset {
  const issues: Issue[] = [];
  if (values.x === undefined)
    throw new DymadError("E_DATA", "there is no x", { path: ["x"], hint: "x, the states, is required" });
  if (dt !== undefined && !(dt > 0 && Number.isFinite(dt))) {
    issues.push({ code: "E_DATA", path: ["dt"], message: `dt must be a positive number, got ${dt}` });
  }
  const states = spread("x", values.x, null, issues).map((one) => matrixOf(one));
  const lengths = states.map((x) => x.rows);
  const part = (field: Exclude<Field, "x">): ShapedArray[] | null => {
    const value = values[field];
    return value === undefined ? null : spread(field, value, lengths, issues);
  };
  const [t, u, y, p] = [part("t"), part("u"), part("y"), part("p")];
  const graphs = hasGraph(graph) && issues.length === 0 ? readGraphs(graph, lengths, states[0]?.cols ?? 0, issues) : null;
  for (const [field, parts] of Object.entries({ u, y })) {
    if (graphs?.[0] === undefined || parts === null) continue;
    issues.push(...checkColumns(field as "u" | "y", parts[0].shape[1], graphs[0].nodes));
  }
  if (issues.length > 0) throw DymadError.ofIssues(issues);

  const trajectories = states.map((x, i) => ({
    t: t === null ? Float64Array.from({ length: x.rows }, (_, k) => k * (dt ?? 1)) : Float64Array.from(t[i].data),
    x,
    u: widthless(u?.[i]) ? null : matrixOf(u?.[i] as ShapedArray),
    y: widthless(y?.[i]) ? null : matrixOf(y?.[i] as ShapedArray),
    p: widthless(p?.[i]) ? null : Float64Array.from(p?.[i].data ?? []),
    ...(graphs === null ? {} : { graph: graphs[i] }),
  }));
  return makeDataset(trajectories, names, keepNaN);
}

const widthless = (value: ShapedArray | undefined): boolean => value === undefined || value.shape[value.shape.length - 1] === 0;

const matrixOf = ({ shape, data }: ShapedArray): Matrix => new Matrix(shape[0], shape[1], Float64Array.from(data));

/** A field as one dense array, or one array per trajectory when these differ in length or were given one by one. */
function shapeOf(input: ArrayInput, field: Field, inner: number): FieldValue {
  if (input instanceof Matrix) return { shape: [input.rows, input.cols], data: input.data };
  if (isShaped(input)) {
    const count = input.shape.reduce((product, n) => product * n, 1);
    if (input.data.length === count) return input;
    throw bad(field, `${field} of shape [${input.shape.join(", ")}] needs ${count} values, got ${input.data.length}`);
  }
  if (ArrayBuffer.isView(input)) return { shape: [input.length], data: input as ArrayLike<number> };
  const items: readonly unknown[] = Array.from(input as ArrayLike<unknown>);
  if (items.every((item) => item instanceof Matrix) && items.length > 0) {
    return items.map((item) => shapeOf(item as Matrix, field, inner) as ShapedArray);
  }
  const depth = depthOf(items);
  if (depth > inner) return items.map((item, i) => dense(item, field, `trajectory ${i} of ${field}`));
  return dense(items, field, field);
}

const isShaped = (value: unknown): value is ShapedArray =>
  typeof value === "object" && value !== null && "shape" in value && "data" in value;

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

function depthOf(value: unknown): number {
  return isList(value) ? 1 + (value.length === 0 ? 0 : depthOf(value[0])) : 0;
}

/** Nested lists of equal lengths as one array; a row of another length is named. */
function dense(value: unknown, field: Field, what: string): ShapedArray {
  if (!isList(value)) throw bad(field, `${what} is no list of numbers`);
  const shape: number[] = [];
  for (let level: unknown = value; isList(level); level = level[0]) shape.push(level.length);
  const data: number[] = [];
  const visit = (part: unknown, axis: number, place: string): void => {
    if (axis === shape.length) {
      if (typeof part !== "number") throw bad(field, `${what} has a ${part === null ? "null" : typeof part} at ${place}`);
      data.push(part);
      return;
    }
    if (!isList(part)) throw bad(field, `${what} has a number at ${place}, where a list is expected`);
    if (part.length !== shape[axis]) {
      throw bad(field, `${what} is ragged: ${place} has ${part.length} entries, the first has ${shape[axis]}`);
    }
    for (let i = 0; i < part.length; i++) visit(part[i], axis + 1, axis === 0 ? `row ${i}` : `${place}, ${i}`);
  };
  visit(value, 0, "it");
  return { shape, data };
}

const bad = (field: Field, message: string): DymadError =>
  new DymadError("E_SHAPE", message, {
    path: [field],
    hint: "rows of one field must have equal lengths; trajectories may differ",
  });
