import type { Cell, Table } from "../../charts/table.js";
import type { Spectrum, SpectrumPoint } from "../../dynamics/spectral/spectrum.js";
import type { ShapedArray } from "../../formats/npy.js";
import type { EigenvalueRecord } from "../facade/records.js";
import { finite } from "./analysis-arrays.js";

type Points = Pick<Spectrum, "points">;

/** Eigenvalues as a table, in their order, a pair once. */
export function eigenvalueTable({ points }: Points): Table {
  const rates = ["growth", "frequency"].map((title) => ({ title, unit: "1/t" }));
  const others = ["residual", "amplitude", "condition", "flag"].map((title) => ({ title }));
  const rows = points.flatMap((point): Cell[][] => {
    if (point.angularFrequency < 0) return [];
    const { growth, frequency, residual, amplitude, condition, flag } = point;
    return [[...[growth, frequency, residual, amplitude, condition].map(finite), flag]];
  });
  return { columns: [...rates, ...others], rows };
}

/** The record of each eigenvalue, with its residual. `kept`: places of those that are kept, default all. */
export function eigenvalueRecords({ points }: Points, kept: Iterable<number> = points.keys()): EigenvalueRecord[] {
  const which = new Set(kept);
  return points.flatMap(({ growth, angularFrequency, frequency, residual, amplitude, flag }, i) => {
    if (angularFrequency < 0) return [];
    const [g, f, r, a] = [growth, frequency, residual, amplitude].map(finite);
    return [{ growth: g, frequency: f, residual: r, amplitude: a, flag, kept: which.has(i) }];
  });
}

/** Points as they stand in a JSON document. */
export const pointRows = ({ points }: Points): Record<string, unknown>[] =>
  points.map((point) =>
    Object.fromEntries(Object.entries(point).map(([key, value]) => [key, typeof value === "number" ? finite(value) : value])),
  );

/** What each eigenvalue is, by point. */
export function eigenvalueArrays({ points }: Points): Record<string, ShapedArray> {
  const column = (pick: (point: SpectrumPoint) => number): ShapedArray => ({
    shape: [points.length],
    data: Float64Array.from(points, pick),
  });
  return {
    multiplier_re: column(({ re }) => re),
    multiplier_im: column(({ im }) => im),
    growth: column(({ growth }) => growth),
    angular_frequency: column(({ angularFrequency }) => angularFrequency),
    residual: column(({ residual }) => residual),
  };
}

/** The counts of a spectrum as a summary keeps them. */
export const eigenvalueCounts = ({
  points,
}: Points): { readonly n_eigs_full: number; readonly n_confirmed: number; readonly n_spurious: number } => ({
  n_eigs_full: points.length,
  n_confirmed: points.filter(({ flag }) => flag === "ok").length,
  n_spurious: points.filter(({ flag }) => flag === "spurious").length,
});
