import type { Dataset } from "../../dynamics/data/series.js";
import type { TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import { planeGrid } from "../../dynamics/spectral/pseudospectrum.js";
import type { Spectrum } from "../../dynamics/spectral/spectrum.js";
import { eigenfunctionsOn } from "../../dynamics/spectral/state-grid.js";
import { DymadError } from "../../errors.js";
import type { ComplexMatrix } from "../../numerics/linalg/complex.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { Line, SpectralOptions } from "../registry/analysis-request.js";
import { nearest } from "../registry/nearest.js";

/** Eigenfunctions on a plane of states. */
export interface EigenfunctionField {
  readonly columns: readonly [string, string];
  /** values of the first column, shape [X] */
  readonly across: Float64Array;
  /** values of the second column, shape [Y] */
  readonly up: Float64Array;
  /** places among the kept points */
  readonly which: readonly number[];
  /** row after row of the plane, a column for each place, shape [Y X, which] */
  readonly values: ComplexMatrix;
}

/** The eigenfunctions that were asked for, over the range of the data where none was given. */
export function eigenfunctionField(
  model: TrainedModel,
  spectrum: Spectrum,
  x0: Matrix,
  middle: number,
  data: Dataset,
  { columns: names, across, up, points, count }: NonNullable<SpectralOptions["eigenfunctions"]>,
): EigenfunctionField {
  const columns = names.map((name, k) => columnOf(data, name, ["parameters", "eigenfunctions", "columns", k])) as [
    number,
    number,
  ];
  if (columns[0] === columns[1]) {
    throw new DymadError("E_SPEC", `a plane has two columns, and ${JSON.stringify(names[0])} was named twice`, {
      path: ["parameters", "eigenfunctions", "columns"],
      hint: `the columns are ${data.names.x.join(", ")}`,
    });
  }
  const line = (given: Line | null, column: number): Line => {
    const values = x0.column(column);
    const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [values[0], values[0]]);
    return given ?? [low, high, points];
  };
  const { re, im } = planeGrid(line(across, columns[0]), line(up, columns[1]));
  const leading = Array.from(spectrum.points.keys()).filter((i) => spectrum.points[i].angularFrequency >= 0);
  const which = leading.slice(0, count);
  const functions = spectrum.functions.pickColumns(which);
  const values = eigenfunctionsOn(model, { functions }, { columns, across: re, up: im, through: x0.row(middle).slice() });
  return { columns: names, across: re, up: im, which, values };
}

/** @throws E_NOT_FOUND with the nearest name */
export function columnOf({ names }: Dataset, name: string, path: readonly (string | number)[]): number {
  const column = names.x.indexOf(name);
  if (column >= 0) return column;
  const close = nearest(name, names.x);
  throw new DymadError("E_NOT_FOUND", `there is no column ${JSON.stringify(name)}`, {
    path,
    hint: close === null ? `the columns are ${names.x.join(", ")}` : `did you mean ${close}?`,
  });
}
