import { trajectoryChart } from "../../sdk/charts/trajectory.js";
import type { DatasetInspection } from "../../sdk/dynamics/data/inspect.js";
import type { Dataset } from "../../sdk/dynamics/data/series.js";
import type { DatasetPlan } from "../../sdk/fluent/dataset-plan.js";
import type { Telling } from "../../sdk/fluent/results/kind.js";
import type { RunForecast } from "../../sdk/workflow/app/forecast.js";
import type { Figure, View } from "../bundle.js";

/** Data at a glance: sizes, sampling, the first trajectory, and what is in each column. */
export async function datasetView(plan: DatasetPlan): Promise<View> {
  const dataset = await plan.read();
  const inspection = await plan.inspect();
  const { train_frac } = plan.spec.split ?? {};
  const remarks = train_frac === undefined ? [] : [`Split: ${train_frac} of the trajectories for training.`];
  return { ...inspectionView(inspection), text: plan.describe(), remarks, figures: [trajectoryFigure(dataset, "measured")] };
}

export function inspectionView(inspection: DatasetInspection & Telling): View {
  const text = inspection.describe();
  return { text, title: text.split("\n")[0], tables: [{ title: "Columns", table: inspection.table() }] };
}

/** Forecasts: the first of them, and the head of all rows. */
export function forecastView(forecast: RunForecast & Telling): View {
  const text = forecast.describe();
  return {
    text,
    title: text.split("\n")[0],
    remarks: forecast.troubles.map((line) => `Warning: ${line}`),
    figures: [trajectoryFigure(forecast.dataset, "forecast")],
    tables: [{ title: "Rows", table: forecast.table() }],
  };
}

function trajectoryFigure({ trajectories, names }: Dataset, origin: "measured" | "forecast"): Figure {
  const { t, x, u } = trajectories[0];
  const states = names.x.map((name, j) => ({ name, values: x.column(j) }));
  const controls = u === null ? [] : names.u.map((name, j) => ({ name, values: u.column(j) }));
  const columns = [...states.slice(0, 6 - Math.min(2, controls.length)), ...controls.slice(0, 2)];
  const which = trajectories.length === 1 ? "the only trajectory" : `trajectory 1 of ${trajectories.length}`;
  return {
    chart: (options) => trajectoryChart({ t, columns, origin }, options),
    caption: `What do the ${origin === "measured" ? "data" : "forecasts"} look like? This is ${which}.`,
  };
}
