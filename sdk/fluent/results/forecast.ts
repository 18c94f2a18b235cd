import { formatNumber } from "../../charts/numbers.js";
import type { DatasetInspection } from "../../dynamics/data/inspect.js";
import { forecastTable, type RunForecast } from "../../workflow/app/forecast.js";
import { ResultKind } from "./kind.js";

export const forecastKind: ResultKind<RunForecast> = new ResultKind({
  headline: ({ dataset: { trajectories }, window, troubles }) => {
    const times = trajectories.flatMap(({ t }) => (t.length === 0 ? [] : [t[0], t[t.length - 1]]));
    const span =
      times.length === 0 ? "" : ` from t = ${formatNumber(Math.min(...times), 6)} to ${formatNumber(Math.max(...times), 6)}`;
    const samples = window === 1 ? "1 measured sample" : `${window} measured samples`;
    const broken = troubles.map((line) => `\n  warning: ${line}`).join("");
    return `Forecast of ${trajectories.length} trajectories${span}, each begun with ${samples}${broken}`;
  },
  table: forecastTable,
});

export const inspectionKind: ResultKind<DatasetInspection> = new ResultKind({
  headline: inspectionWords,
  table: ({ columns }) => ({
    columns: ["column", "part", "least", "mean", "largest", "deviation", "missing"].map((title) => ({ title })),
    rows: columns.map(({ name, field, min, mean, max, std, nan }) => [name, field, min, mean, max, std, nan]),
  }),
});

/** Sizes and sampling in a line. */
function inspectionWords(inspection: DatasetInspection): string {
  const { n_trajectories, n_steps_range, state_dim, control_dim, dt, n_nodes } = inspection;
  const [shortest, longest] = n_steps_range;
  const samples = shortest === longest ? `${longest}` : `${shortest} to ${longest}`;
  const graph = n_nodes === null ? "" : `, ${n_nodes} nodes`;
  const step = dt === null ? "no common time step" : `time step ${Number(dt.toPrecision(6))}`;
  return `${count(n_trajectories, "trajectory", "trajectories")} of ${samples} samples, ${count(state_dim, "state")}, ${count(control_dim, "control")}${graph}, ${step}`;
}

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
