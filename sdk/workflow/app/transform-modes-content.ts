import { type FieldsData, fieldsChart } from "../../charts/fields.js";
import type { ChartSpec } from "../../charts/spec.js";
import type { Table } from "../../charts/table.js";
import type { ChartOptions } from "../../charts/theme.js";
import type { ShapedArray } from "../../formats/npy.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import { stackRows } from "../../numerics/linalg/qr.js";
import type { CompiledFor } from "../compiler/compile-analysis.js";
import type { TransformModesResult } from "../executor/vortex-transform-modes.js";
import { finite, matrixArray } from "./analysis-arrays.js";
import type { Findings } from "./analysis-files.js";

/** What an analysis of the modes of transforms has found. */
export function transformModesFindings(
  { parameters }: CompiledFor<"vortex_transform_modes">,
  result: TransformModesResult,
): Findings {
  const { index, nx, ny, dt, stages, fieldRate, coordinateRate, restorationError, notes } = result;
  return {
    summary: {
      index,
      nx,
      ny,
      dt,
      n_coordinates: stages[stages.length - 1].cols,
      n_samples: stages[0].rows,
      rel_dx_error: finite(fieldRate.error),
      rel_dz_error: finite(coordinateRate.error),
      rel_rec_error: finite(restorationError),
    },
    details: { notes },
    arrays: arraysOf(result),
    charts: parameters.figures ? transformModesCharts(result) : {},
  };
}

/** The data themselves are not kept again: the record names them. */
function arraysOf(result: TransformModesResult): Record<string, ShapedArray> {
  const { nx, ny, stages, restored, backward, forward, fieldRate, coordinateRate, overlaps } = result;
  const r = backward.rows;
  const between = (prefix: string, matrices: readonly Matrix[]): [string, ShapedArray][] =>
    matrices.map((matrix, k) => [`${prefix}_stage_${k + 1}`, matrixArray(matrix)]);
  return {
    z_train: matrixArray(stackRows(result.training)),
    ...Object.fromEntries(between("z", stages.slice(0, -1))),
    z: matrixArray(stages[stages.length - 1]),
    ...Object.fromEntries(between("x", restored.slice(1))),
    x_rec: matrixArray(restored[0]),
    modes_backward: { shape: [r, nx, ny], data: backward.data },
    modes_forward: { shape: [r, nx, ny], data: forward.data },
    dx_ref: { shape: [nx, ny], data: fieldRate.measured },
    dx_est: { shape: [nx, ny], data: fieldRate.estimated },
    dz_ref: { shape: [r], data: coordinateRate.measured },
    dz_est: { shape: [r], data: coordinateRate.estimated },
    overlap_fb: matrixArray(overlaps.forwardBackward),
    overlap_ff: matrixArray(overlaps.forwardForward),
    overlap_bb: matrixArray(overlaps.backwardBackward),
  };
}

/** Charts by name: modes, and the rate of the field through them. */
export function transformModesCharts(
  { nx, ny, backward, forward, fieldRate }: TransformModesResult,
  options: ChartOptions = {},
): Record<string, ChartSpec> {
  const of = (panels: FieldsData["panels"]): ChartSpec => fieldsChart({ rows: nx, columns: ny, panels }, options);
  const modes = (word: string, { rows, row }: { rows: number; row: (k: number) => Float64Array }) =>
    Array.from({ length: Math.min(rows, 12) }, (_, k) => ({ title: `${word} z${k + 1}`, values: row(k) }));
  const { measured, estimated } = fieldRate;
  const left = estimated.map((value, k) => value - measured[k]);
  const rates = { "dx/dt": measured, "dx/dt through the modes": estimated, difference: left };
  return {
    modes_backward: of(modes("dx of", { rows: backward.rows, row: (k) => backward.row(k) })),
    modes_forward: of(modes("dz of", { rows: forward.rows, row: (k) => forward.row(k) })),
    rates: fieldsChart(
      {
        rows: nx,
        columns: ny,
        panels: Object.entries(rates).map(([title, values]) => ({ title, values })),
        shared: true,
      },
      options,
    ),
  };
}

/** What the pictures are about. */
export const transformModesCaptions: Readonly<Record<string, string>> = {
  modes_backward: "Which pattern does each coordinate stand for?",
  modes_forward: "Where does a change of the field move each coordinate?",
  rates: "Do the modes carry the motion? The rate of the field, the same through the modes, and the difference.",
};

/** How well modes and coordinates carry the field. */
export const transformModesTable = ({ fieldRate, coordinateRate, restorationError }: TransformModesResult): Table => ({
  columns: [{ title: "of what" }, { title: "relative error" }],
  rows: [
    ["rate of the field through the modes", finite(fieldRate.error)],
    ["rate of the coordinates through the modes", finite(coordinateRate.error)],
    ["field brought back from the coordinates", finite(restorationError)],
  ],
});

/** What was looked at, and what fitting noticed. */
export const transformModesLines = ({ stages, nx, ny, index, notes }: TransformModesResult): string[] => [
  `${stages[stages.length - 1].cols} coordinates of ${nx} x ${ny} values; modes at sample ${index} of ${stages[0].rows}`,
  ...notes,
];
