import { DymadError } from "../../errors.js";
import { atan2, cos, hypot, sin } from "../../numerics/elementary.js";
import type { LiftByFunctions, LiftStage, MixedBlock } from "./spec.js";

/** Features of one factor of a tensor product at one row, and their derivatives by the columns they depend on. */
export interface Features {
  readonly values: Float64Array;
  readonly slopes: readonly { readonly column: number; readonly values: Float64Array }[];
}

/** How columns are found again in the linear features of their factors. */
export interface Reader {
  /** features it reads: [factor, place in it] */
  readonly reads: readonly (readonly [factor: number, place: number])[];
  readonly columns: readonly number[];
  /** values of `columns` from the features read */
  value(z: readonly number[]): number[];
  /** their derivatives by the features read, one row a column */
  slope(z: readonly number[]): number[][];
}

/** One factor per column, and the way back. */
export interface Factors {
  readonly sizes: readonly number[];
  evaluate(x: Float64Array): Features[];
  readonly readers: readonly Reader[];
}

/**
 * Factors of a lift of `n` columns.
 *
 * @throws  E_SPEC when columns are missing or named twice, or an order is too small to invert
 * @see     Williams, Kevrekidis, Rowley 2015, "A data-driven approximation of the Koopman operator: extending dynamic mode decomposition", doi:10.1007/s00332-015-9258-5
 */
export function factorsOf(stage: Exclude<LiftStage, LiftByFunctions>, n: number): Factors {
  const blocks: readonly MixedBlock[] = stage.fobs === "poly" ? stage.Ks.map((K, i) => [i, "m", K]) : stage.opts;
  requireCover(blocks, n, stage.fobs);
  const parts = blocks.flatMap((block) => partsOf(block));
  const order = parts.flatMap(({ columns }) => columns);
  const sizes = new Array<number>(n);
  for (const { columns, lengths } of parts) {
    columns.forEach((column, i) => {
      sizes[column] = lengths[i];
    });
  }
  return {
    sizes,
    evaluate(x) {
      const features = parts.flatMap((part) => part.evaluate(x));
      const sorted = new Array<Features>(n);
      order.forEach((column, i) => {
        sorted[column] = features[i];
      });
      return sorted;
    },
    readers: parts.map(({ reader }) => reader),
  };
}

interface Part {
  readonly columns: readonly number[];
  readonly lengths: readonly number[];
  evaluate(x: Float64Array): Features[];
  readonly reader: Reader;
}

function partsOf(block: MixedBlock): Part[] {
  if (block[1] === "p") return [polar(block[0], block[2])];
  const [index, kind, order] = block;
  const columns = typeof index === "number" ? [index] : index;
  return columns.map((column) => (kind === "m" ? powers(column, order) : angle(column, order)));
}

/** 1, x, ..., x^(K-1). */
function powers(column: number, K: number): Part {
  return {
    columns: [column],
    lengths: [K],
    evaluate(x) {
      const { values, slopes } = monomials(x[column], K);
      return [{ values, slopes: [{ column, values: slopes }] }];
    },
    reader: { reads: [[column, 1]], columns: [column], value: ([x]) => [x], slope: () => [[1]] },
  };
}

/** 1, cos x, sin x, ..., cos Kx, sin Kx. */
function angle(column: number, K: number): Part {
  return {
    columns: [column],
    lengths: [2 * K + 1],
    evaluate(x) {
      const { values, slopes } = harmonics(x[column], K);
      return [{ values, slopes: [{ column, values: slopes }] }];
    },
    reader: {
      reads: [[column, 1], [column, 2]], // biome-ignore format: pairs
      columns: [column],
      value: ([c, s]) => [atan2(s, c)],
      slope: ([c, s]) => [[-s / (c * c + s * s), c / (c * c + s * s)]],
    },
  };
}

/** Powers of the radius stand in the factor of column i, harmonics of the angle in that of column j. */
function polar([i, j]: readonly [number, number], [Kr, Kt]: readonly [number, number]): Part {
  return {
    columns: [i, j],
    lengths: [Kr, 2 * Kt + 1],
    evaluate(x) {
      const r = hypot(x[i], x[j]);
      const radial = monomials(r, Kr);
      const around = harmonics(atan2(x[j], x[i]), Kt);
      // in the origin the radius has no derivative and the angle no value
      const [c, s, inverse] = r === 0 ? [0, 0, 0] : [x[i] / r, x[j] / r, 1 / r];
      const both = (slopes: Float64Array, byI: number, byJ: number) => [
        { column: i, values: slopes.map((v) => v * byI) },
        { column: j, values: slopes.map((v) => v * byJ) },
      ];
      return [
        { values: radial.values, slopes: both(radial.slopes, c, s) },
        { values: around.values, slopes: both(around.slopes, -s * inverse, c * inverse) },
      ];
    },
    reader: {
      reads: [[i, 1], [j, 1], [j, 2]], // biome-ignore format: pairs
      columns: [i, j],
      value: ([r, c, s]) => [r * c, r * s],
      slope: ([r, c, s]) => [[c, r, 0], [s, 0, r]], // biome-ignore format: rows
    },
  };
}

interface Series {
  readonly values: Float64Array;
  readonly slopes: Float64Array;
}

function monomials(x: number, K: number): Series {
  const values = new Float64Array(K).fill(1);
  const slopes = new Float64Array(K);
  for (let k = 1; k < K; k++) {
    values[k] = values[k - 1] * x;
    slopes[k] = k * values[k - 1];
  }
  return { values, slopes };
}

function harmonics(angle: number, K: number): Series {
  const values = new Float64Array(2 * K + 1).fill(1);
  const slopes = new Float64Array(2 * K + 1);
  for (let k = 1; k <= K; k++) {
    const [c, s] = [cos(k * angle), sin(k * angle)];
    values.set([c, s], 2 * k - 1);
    slopes.set([-k * s, k * c], 2 * k - 1);
  }
  return { values, slopes };
}

function requireCover(blocks: readonly MixedBlock[], n: number, fobs: "poly" | "mixed"): void {
  const key = fobs === "poly" ? "Ks" : "opts";
  const named = blocks.flatMap(([index]): readonly number[] => (typeof index === "number" ? [index] : index));
  const times = Array.from({ length: n }, (_, i) => named.filter((column) => column === i).length);
  const foreign = named.find((column) => !Number.isInteger(column) || column < 0 || column >= n);
  const wrong = times.findIndex((count) => count !== 1);
  if (foreign !== undefined || wrong >= 0) {
    const message =
      fobs === "poly"
        ? `Ks has ${blocks.length} orders for ${n} columns`
        : foreign !== undefined
          ? `opts name column ${foreign} of columns 0 to ${n - 1}`
          : `opts name column ${wrong} ${times[wrong] === 0 ? "never" : `${times[wrong]} times`}: each of the ${n} columns belongs to one block`;
    throw new DymadError("E_SPEC", message, { path: [key], hint: "name each column once, counted from 0" });
  }
  for (const [index, kind, order] of blocks) {
    const orders: readonly number[] = typeof order === "number" ? [order] : order;
    const least = kind === "m" ? [2] : kind === "f" ? [1] : [2, 1];
    const low = orders.findIndex((value, k) => !(Number.isInteger(value) && value >= least[k]));
    if (low < 0) continue;
    throw new DymadError(
      "E_SPEC",
      `the lift of column ${index} has order ${orders[low]}: it needs ${least[low]} to be inverted`,
      {
        path: [key],
        hint: `write ${least[low]} or more`,
      },
    );
  }
}
