import { cut } from "../../dynamics/data/dataset.js";
import type { Dataset, Trajectory } from "../../dynamics/data/series.js";
import { datasetFromCsv } from "../../dynamics/data/table.js";
import type { TransformStage } from "../../dynamics/transforms/spec.js";
import { Matrix } from "../../numerics/linalg/matrix.js";

/** Months forecast freely: the last ten training years, on which candidates are compared, and the test. */
export const horizonMonths = 120;

/** The columns of the file. */
export const columns = { t: "year", x: ["co2"] } as const;

/** The monthly series, and where it is divided: training years, then ten held-out years. */
export interface CarbonDioxide {
  readonly series: Trajectory;
  readonly months: number;
  /** first held-out month */
  readonly testStart: number;
}

export function readCarbonDioxide(text: string): CarbonDioxide {
  const dataset = datasetFromCsv(text, { columns, where: "co2-mauna-loa.csv" });
  const [series] = dataset.trajectories;
  const months = series.t.length;
  return { series, months, testStart: months - horizonMonths };
}

/** Months start .. end-1 as a data set of one trajectory. */
export function monthsOf({ series }: CarbonDioxide, start: number, end: number): Dataset {
  return { trajectories: [cut(series, start, end)], names: { x: ["CO2"], u: [] } };
}

/** Delays tried: windows of one to eight whole years, so that each holds whole seasons. */
export const delays: readonly number[] = [11, 23, 35, 47, 59, 71, 83, 95];
/** Numbers of leading singular vectors tried; the shortest window has no more than 12. */
export const ranks: readonly number[] = [4, 6, 8, 10, 12];

/**
 * The state: the standardised series in windows of delay + 1 months, its leading singular coordinates at equal scale, and a
 * constant observable, which lets a linear map carry a trend that does not start at zero.
 */
export function transforms(delay: number, rank: number): TransformStage[] {
  return [
    { type: "scaler", mode: "std" },
    { type: "delay", delay },
    { type: "svd", order: rank, ifcen: false },
    { type: "scaler", mode: "std" },
    { type: "add_one" },
  ];
}

/**
 * The baseline: every future year is the last training year, moved up by its drift once more each year. The drift is the
 * difference of the means of the last two training years.
 *
 * @returns  ppm for the months after `end`, shape [horizonMonths]
 */
export function lastYearRepeated({ series }: CarbonDioxide, end: number): Float64Array {
  const x = series.x.data;
  const mean = (start: number): number => x.subarray(start, start + 12).reduce((a, b) => a + b, 0) / 12;
  const drift = mean(end - 12) - mean(end - 24);
  return Float64Array.from({ length: horizonMonths }, (_, k) => x[end - 12 + (k % 12)] + (Math.floor(k / 12) + 1) * drift);
}

/** Root mean square error in ppm of a forecast of the months after `start`. */
export function forecastError({ series }: CarbonDioxide, start: number, forecast: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < horizonMonths; k++) {
    const e = forecast[k] - series.x.data[start + k];
    sum += e * e;
  }
  return Math.sqrt(sum / horizonMonths);
}

/** A forecast as a column of states, for charts. */
export const asColumn = (values: ArrayLike<number>): Matrix => new Matrix(values.length, 1, Float64Array.from(values));
