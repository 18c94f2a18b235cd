import type { Issue } from "../../errors.js";
import type { ShapedArray } from "../../formats/npy.js";

export type Field = "t" | "x" | "u" | "y" | "p";

/** Axes of one trajectory's value of a field: times [T], matrices [T, w], parameters [q]. */
const ranks: Record<Field, number> = { t: 1, x: 2, u: 2, y: 2, p: 1 };

const forms: Record<Field, string> = {
  x: "[S, T, n], [T, n] or [T]",
  t: "[S, T], [1, T], [T], or a number, the step",
  u: "[S, T, m], [1, T, m], [S, 1, m], [T, m] or [m]",
  y: "[S, T, a], [1, T, a], [S, 1, a], [T, a] or [a]",
  p: "[S, q], [1, q] or [q]",
};

/**
 * Spreads a field over S trajectories of lengths T_i. With r the rank of one trajectory's value:
 * an array of rank r + 1 is split along its first axis (of length 1: repeated for all), of rank r belongs to every
 * trajectory, and of rank r - 1 (u and y) is one sample, held at all times; [S, 1, w] is held along time.
 *
 * @param lengths  T_i; null for x itself, which decides them
 * @param issues   takes what does not fit
 * @returns        one array per trajectory: x, u, y [T_i, w], t [T_i], p [q]; fewer when issues were found
 */
export function spread(
  field: Field,
  value: ShapedArray | readonly ShapedArray[],
  lengths: readonly number[] | null,
  issues: Issue[],
): ShapedArray[] {
  const refuse = (message: string): ShapedArray[] => {
    issues.push({ code: "E_SHAPE", path: [field], message, hint: `${field} may be ${forms[field]}` });
    return [];
  };
  const rank = ranks[field];
  const parts = "shape" in value ? split(value, rank, field, lengths) : [...value];
  if (parts === null) return refuse(`${field} has shape [${(value as ShapedArray).shape.join(", ")}], which fits no rule`);

  const fitted = parts.map((part) =>
    field === "x" && part.shape.length === 1 ? { shape: [part.shape[0], 1], data: part.data } : part,
  );
  const odd = fitted.findIndex((part) => part.shape.length !== rank);
  if (odd >= 0) return refuse(`${field} of trajectory ${odd} has shape [${fitted[odd].shape.join(", ")}]`);
  if (lengths === null) return fitted;

  const each = fitted.length === 1 && lengths.length > 1 ? lengths.map(() => fitted[0]) : fitted;
  if (each.length !== lengths.length) return refuse(`${field} has ${each.length} trajectories, x has ${lengths.length}`);
  if (field === "p") return each;
  const held = each.map((part, i) => (field !== "t" && part.shape[0] === 1 ? hold(part, lengths[i]) : part));
  const short = held.findIndex((part, i) => part.shape[0] !== lengths[i]);
  if (short < 0) return held;
  return refuse(`${field} of trajectory ${short} has ${held[short].shape[0]} rows, x has ${lengths[short]}`);
}

/** One array as one part per trajectory (or a single part for all); null when its rank fits no rule. */
function split(value: ShapedArray, rank: number, field: Field, lengths: readonly number[] | null): ShapedArray[] | null {
  const { shape, data } = value;
  if (shape.length === rank + 1) {
    const [count, ...inner] = shape;
    const size = inner.reduce((product, n) => product * n, 1);
    const flat = Float64Array.from(data);
    return Array.from({ length: count }, (_, i) => ({ shape: inner, data: flat.subarray(i * size, (i + 1) * size) }));
  }
  if (shape.length === rank) return [value];
  if (field === "x") return shape.length === 1 ? [value] : null;
  if (field === "t" && shape.length === 0 && lengths !== null) {
    return lengths.map((T) => ({ shape: [T], data: Float64Array.from({ length: T }, (_, k) => k * data[0]) }));
  }
  return rank === 2 && shape.length === 1 ? [{ shape: [1, shape[0]], data }] : null;
}

/** One row repeated for T samples. */
function hold(row: ShapedArray, T: number): ShapedArray {
  const width = row.shape[1];
  return { shape: [T, width], data: Float64Array.from({ length: T * width }, (_, i) => row.data[i % width]) };
}
