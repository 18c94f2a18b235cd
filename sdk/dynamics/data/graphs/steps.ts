import type { Issue } from "../../../errors.js";
import type { ShapedArray } from "../../../formats/npy.js";

/** Fields of a graph as they are written: an array with its shape, nested lists that may be ragged, or one of them a trajectory. */
export type GraphInput = ShapedArray | ArrayLike<number> | readonly unknown[];

/** Names of the graph fields, with the axes of one sample: edges [E, 2], weights [E], attributes [E, f], adjacency [N, N]. */
export const graphRanks = { ei: 2, ew: 1, ea: 2, adj: 2 } as const;
export type GraphField = keyof typeof graphRanks;
export const graphFields = Object.keys(graphRanks) as readonly GraphField[];

const forms: Record<GraphField, string> = {
  ei: "[E, 2] for all, [T, E, 2], [1, T, E, 2], [S, 1, E, 2] or [S, T, E, 2]",
  ew: "[E] for all, [T, E], [1, T, E], [S, 1, E] or [S, T, E]",
  ea: "[E, f] for all, [T, E, f], [1, T, E, f], [S, 1, E, f] or [S, T, E, f]",
  adj: "[N, N] for all, [T, N, N], [1, T, N, N], [S, 1, N, N] or [S, T, N, N]",
};

/**
 * Spreads a graph field over trajectories of lengths T_i: with r the axes of one sample, r axes hold for every sample of all,
 * r + 1 are the samples of every trajectory, r + 2 the trajectories; a length of 1 is repeated.
 *
 * @returns  for each trajectory one array, or one a sample; null when it does not fit
 */
export function spreadSteps(
  field: GraphField,
  value: GraphInput,
  lengths: readonly number[],
  issues: Issue[],
): ShapedArray[][] | null {
  const refuse = (message: string): null => {
    issues.push({ code: "E_SHAPE", path: [field], message, hint: `${field} may be ${forms[field]}` });
    return null;
  };
  const odd = oddPart(value);
  if (odd !== undefined) return refuse(`${field} holds ${JSON.stringify(odd)?.slice(0, 100)}, which is no number`);
  const rank = graphRanks[field];
  const axes = isEmpty(value) ? rank : axesOf(value);
  if (axes < rank || axes > rank + 2) return refuse(`${field} has ${axes} axes, which fits no rule`);
  const lists = axes === rank + 2 ? partsOf(value) : [axes === rank ? [value] : partsOf(value)];
  if (lists.length !== 1 && lists.length !== lengths.length)
    return refuse(`${field} has ${lists.length} trajectories, x has ${lengths.length}`);
  const out: ShapedArray[][] = [];
  for (const [i, T] of lengths.entries()) {
    const list = lists[lists.length === 1 ? 0 : i];
    const steps = Array.isArray(list) && axes < rank + 2 ? list : partsOf(list as GraphInput);
    if (steps.length !== 1 && steps.length !== T)
      return refuse(`${field} of trajectory ${i} has ${steps.length} samples, x has ${T}`);
    const read = steps.map((step) => dense(step as GraphInput, rank));
    const odd = read.indexOf(null);
    if (odd >= 0) return refuse(`${field} of trajectory ${i} is ragged at sample ${odd}: its rows have different lengths`);
    out.push(read as ShapedArray[]);
  }
  return out;
}

const isShaped = (value: unknown): value is ShapedArray =>
  typeof value === "object" &&
  value !== null &&
  "shape" in value &&
  Array.isArray(value.shape) &&
  "data" in value &&
  isList(value.data);
const isList = (value: unknown): value is ArrayLike<number> => isFlat(value) || Array.isArray(value);
const isFlat = (value: unknown): value is ArrayLike<number> => ArrayBuffer.isView(value);

/** What nested lists hold that is neither a list nor a number; undefined when there is nothing of the kind. */
function oddPart(value: unknown): unknown {
  if (isFlat(value) || typeof value === "number") return undefined;
  if (isShaped(value)) return value.shape.reduce((a, b) => a * b, 1) === value.data.length ? oddPart(value.data) : value.shape;
  if (!Array.isArray(value)) return value === undefined ? null : value;
  for (const part of value) {
    const odd = oddPart(part);
    if (odd !== undefined) return odd;
  }
  return undefined;
}

/** No edges at all: an empty list says nothing of its axes. */
const isEmpty = (value: GraphInput): boolean => Array.isArray(value) && value.length === 0;

function axesOf(value: unknown): number {
  if (isShaped(value)) return value.shape.length;
  if (isFlat(value)) return 1;
  if (!Array.isArray(value)) return 0;
  // a sample without edges is an empty list, whose depth its neighbours know
  return 1 + value.reduce((most, part) => Math.max(most, axesOf(part)), 0);
}

/** The entries of the first axis. */
function partsOf(value: GraphInput): GraphInput[] {
  if (!isShaped(value)) return Array.from(value as readonly GraphInput[]);
  const [count, ...shape] = value.shape;
  const size = shape.reduce((product, n) => product * n, 1);
  const flat = Float64Array.from(value.data);
  return Array.from({ length: count }, (_, i) => ({ shape, data: flat.subarray(i * size, (i + 1) * size) }));
}

/** One sample as an array of so many axes; null when its rows differ in length. */
function dense(value: GraphInput, rank: number): ShapedArray | null {
  if (isShaped(value)) return value;
  const rows = Array.from(value as ArrayLike<unknown>);
  if (rank === 1) return { shape: [rows.length], data: Float64Array.from(rows as number[]) };
  const lists = rows.map((row) => Array.from(row as ArrayLike<number>));
  const width = lists[0]?.length ?? 2;
  if (lists.some((list) => list.length !== width)) return null;
  return { shape: [lists.length, width], data: Float64Array.from(lists.flat()) };
}
