import { DymadError, type Issue } from "../../errors.js";
import type { ShapedArray } from "../../formats/npy.js";
import { readNpz } from "../../formats/npz.js";
import { assemble, type FieldValue } from "./arrays.js";
import type { Field } from "./broadcast.js";
import type { DatasetNames } from "./dataset.js";
import type { Dataset } from "./series.js";

export interface ArchiveOptions {
  /** name of the file, for messages */
  readonly where?: string;
  readonly names?: DatasetNames;
  /** sample step when the archive has no `t`, units of `t`, > 0; default 1 */
  readonly dt?: number;
  /** leave NaN in; default false */
  readonly keepNaN?: boolean;
}

const graphKeys = ["ei", "ew", "ea", "adj"];
const entry = /^([txuyp])(?:_(\d+))?$/;

/**
 * A dataset from the arrays of an `.npz` archive: `x` (required), `t`, `u`, `y`, `p`, `dt`, with the spreading rules of
 * `docs/data.md`. Trajectories of different lengths are numbered entries `x_0, x_1, ...` (likewise `t_0`, `u_0`, ...).
 * Other entries are ignored.
 *
 * @param source  the archive's bytes, or its arrays by name
 * @throws        E_FORMAT when `x` is missing or an entry cannot be read; E_UNSUPPORTED when the archive holds a graph;
 *                E_SHAPE or E_DATA with every problem of the arrays
 */
export function datasetFromNpz(source: Uint8Array | ReadonlyMap<string, ShapedArray>, options: ArchiveOptions = {}): Dataset {
  const where = options.where ?? "the archive";
  const wanted = (name: string): boolean => entry.test(name) || name === "dt" || graphKeys.includes(name);
  const names: string[] = [];
  const keep = (name: string): boolean => {
    names.push(name);
    return wanted(name) && !graphKeys.includes(name);
  };
  const arrays: ReadonlyMap<string, ShapedArray> = source instanceof Uint8Array ? readNpz(source, where, keep) : source;
  const present = source instanceof Uint8Array ? names : [...source.keys()];

  const graph = present.filter((name) => graphKeys.includes(name));
  if (graph.length > 0) {
    throw new DymadError("E_UNSUPPORTED", `${where} holds a graph (${graph.join(", ")}); graph data are not supported yet`, {
      path: [graph[0]],
      hint: "save the archive without these entries to use x as a plain state vector",
    });
  }
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
      message: `${where} has no entry x; its entries are ${present.join(", ") || "none"}`,
      hint: "save the states under the name x: numpy.savez(path, t=t, x=x)",
    });
  }
  if (issues.length > 0) throw DymadError.ofIssues(issues);
  const dt = options.dt ?? arrays.get("dt")?.data[0];
  return assemble(values, dt, options.names ?? {}, options.keepNaN ?? false);
}

function fieldOf(field: Field, arrays: ReadonlyMap<string, ShapedArray>, where: string, issues: Issue[]): FieldValue | undefined {
  const numbers = [...arrays.keys()]
    .map((name) => entry.exec(name))
    .filter((match) => match?.[1] === field && match[2] !== undefined)
    .map((match) => Number(match?.[2]))
    .sort((a, b) => a - b);
  const whole = arrays.get(field);
  if (numbers.length === 0) return whole;
  const gap = numbers.findIndex((number, i) => number !== i);
  if (whole !== undefined || gap >= 0) {
    const message = whole === undefined ? `${where} has no entry ${field}_${gap}` : `${where} has both ${field} and ${field}_0`;
    issues.push({
      code: "E_FORMAT",
      path: [field],
      message,
      hint: `number the trajectories ${field}_0, ${field}_1, ... without gaps`,
    });
  }
  return numbers.map((number) => arrays.get(`${field}_${number}`) as ShapedArray);
}

/**
 * The arrays of a dataset as {@link datasetFromNpz} reads them: one array per field when all lengths agree, else numbered ones.
 *
 * @returns  t [S, T], x [S, T, n], u [S, T, m], y [S, T, a], p [S, q]; or t_0 [T_0], x_0 [T_0, n], ...
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
  return out;
}
