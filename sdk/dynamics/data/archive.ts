import { DymadError, type Issue } from "../../errors.js";
import type { ShapedArray } from "../../formats/npy.js";
import { readNpz } from "../../formats/npz.js";
import { assemble, type FieldValue } from "./arrays.js";
import type { Field } from "./broadcast.js";
import type { DatasetNames } from "./dataset.js";
import { graphArrays } from "./graphs/arrays.js";
import type { GraphFields } from "./graphs/fields.js";
import { type GraphField, type GraphInput, graphFields, graphRanks } from "./graphs/steps.js";
import type { Dataset } from "./series.js";

export interface ArchiveOptions {
  /** name of the file, for messages */
  readonly where?: string;
  readonly names?: DatasetNames;
  /** sample step when the archive has no `t`, units of `t`, > 0; default 1 */
  readonly dt?: number;
  /** leave NaN in; default false */
  readonly keepNaN?: boolean;
  /** whether graph entries are read; default true, else x is a plain state vector */
  readonly graph?: boolean;
}

const entry = /^(t|x|u|y|p|ei|ew|ea|adj)(?:_(\d+))?$/;
const numbers = ["dt", "n_nodes"];

/**
 * A dataset from the arrays of an `.npz` archive: `x` (required), `t`, `u`, `y`, `p`, `dt`, and of a graph `ei`, `ew`, `ea`, `adj`,
 * `n_nodes`, with the spreading rules of `docs/data.md`. Trajectories of different lengths are numbered entries `x_0, x_1, ...` (likewise `t_0`, `u_0`, ...).
 * Other entries are ignored.
 *
 * @param source  the archive's bytes, or its arrays by name
 * @throws        E_FORMAT when `x` is missing or an entry cannot be read;
 *                E_SHAPE or E_DATA with every problem of the arrays
 */
export function datasetFromNpz(source: Uint8Array | ReadonlyMap<string, ShapedArray>, options: ArchiveOptions = {}): Dataset {
  const where = options.where ?? "the archive";
  const names: string[] = source instanceof Uint8Array ? [] : [...source.keys()];
  const wanted = (name: string): boolean => {
    names.push(name);
    return entry.test(name) || numbers.includes(name);
  };
  const arrays: ReadonlyMap<string, ShapedArray> = source instanceof Uint8Array ? readNpz(source, where, wanted) : source;
  const issues: Issue[] = [];
  const values: Partial<Record<Field, FieldValue>> = {};
  for (const field of ["t", "x", "u", "y", "p"] as const) {
    const value = fieldOf(field, arrays, where, issues);
    if (value !== undefined) values[field] = value;
  }
  if (values.x === undefined && issues.length === 0) {
    issues.push({
      code: "E_FORMAT",
      path: ["x"],
      message: `${where} has no entry x; its entries are ${names.join(", ") || "none"}`,
      hint: "save the states under the name x: numpy.savez(path, t=t, x=x)",
    });
  }
  if (issues.length > 0) throw DymadError.ofIssues(issues);
  const dt = options.dt ?? arrays.get("dt")?.data[0];
  const graph = options.graph === false ? {} : graphOf(arrays, where, issues);
  if (issues.length > 0) throw DymadError.ofIssues(issues);
  return assemble(values, dt, options.names ?? {}, options.keepNaN ?? false, graph);
}

function graphOf(arrays: ReadonlyMap<string, ShapedArray>, where: string, issues: Issue[]): GraphFields {
  const out: Record<string, GraphInput | number> = {};
  for (const field of graphFields) {
    const value = fieldOf(field, arrays, where, issues);
    if (value === undefined) continue;
    // one array a trajectory: what has no axis of samples holds for all of them
    const whole = (one: ShapedArray): ShapedArray =>
      one.shape.length === graphRanks[field] ? { shape: [1, ...one.shape], data: one.data } : one;
    out[field] = "shape" in value ? value : value.map(whole);
  }
  const nodes = arrays.get("n_nodes")?.data[0];
  return nodes === undefined ? out : { ...out, n_nodes: nodes };
}

function fieldOf(
  field: Field | GraphField,
  arrays: ReadonlyMap<string, ShapedArray>,
  where: string,
  issues: Issue[],
): FieldValue | undefined {
  const numbered = [...arrays.keys()]
    .map((name) => entry.exec(name))
    .filter((match) => match?.[1] === field && match[2] !== undefined)
    .map((match) => Number(match?.[2]))
    .sort((a, b) => a - b);
  const whole = arrays.get(field);
  if (numbered.length === 0) return whole;
  const gap = numbered.findIndex((number, i) => number !== i);
  if (whole !== undefined || gap >= 0) {
    const message = whole === undefined ? `${where} has no entry ${field}_${gap}` : `${where} has both ${field} and ${field}_0`;
    issues.push({
      code: "E_FORMAT",
      path: [field],
      message,
      hint: `number the trajectories ${field}_0, ${field}_1, ... without gaps`,
    });
  }
  return numbered.map((number) => arrays.get(`${field}_${number}`) as ShapedArray);
}

/**
 * The arrays of a dataset as {@link datasetFromNpz} reads them: one array per field when all lengths agree, else numbered ones.
 *
 * @returns  t [S, T], x [S, T, n], u [S, T, m], y [S, T, a], p [S, q]; or t_0 [T_0], x_0 [T_0, n], ...; of a graph `n_nodes` and
 *           ei [E, 2], ew [E], ea [E, f] when all trajectories have one graph that does not change, else ei_0 [T_0, E, 2], ... with rows of -1 for no edge
 */
export function datasetToNpz(dataset: Dataset): Record<string, ShapedArray> {
  const { trajectories } = dataset;
  const T = trajectories[0].t.length;
  const out: Record<string, ShapedArray> = {};
  const put = (field: Field, parts: ShapedArray[], stack: boolean): void => {
    if (!stack) {
      for (const [i, part] of parts.entries()) out[`${field}_${i}`] = part;
      return;
    }
    const size = parts[0].data.length;
    const data = new Float64Array(parts.length * size);
    parts.forEach((part, i) => {
      data.set(part.data, i * size);
    });
    out[field] = { shape: [parts.length, ...parts[0].shape], data };
  };
  const uniform = trajectories.every(({ t }) => t.length === T);
  put(
    "t",
    trajectories.map(({ t }) => ({ shape: [t.length], data: t })),
    uniform,
  );
  for (const field of ["x", "u", "y"] as const) {
    const parts = trajectories.flatMap((one) => one[field] ?? []).map((m) => ({ shape: [m.rows, m.cols], data: m.data }));
    if (parts.length > 0) put(field, parts, uniform);
  }
  const parameters = trajectories.flatMap(({ p }) => (p === null ? [] : [{ shape: [p.length], data: p }]));
  if (parameters.length > 0) put("p", parameters, true);
  return { ...out, ...graphArrays(trajectories) };
}
