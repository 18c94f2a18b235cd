import { type ForecastData, forecastChart } from "../../charts/forecast.js";
import { formatNumber } from "../../charts/numbers.js";
import type { ChartSpec } from "../../charts/spec.js";
import type { Cell, Table } from "../../charts/table.js";
import type { ChartOptions } from "../../charts/theme.js";
import type { ShapedArray } from "../../formats/npy.js";
import type { ModeForecast } from "../executor/mode-forecast.js";
import { finite, matrixArray } from "./analysis-arrays.js";
import { chooseTrajectories, forecastData } from "./report.js";

/** Horizons in a table. */
const mostHorizons = 8;

/** The trajectory of median error beside its forecast. */
export function modeForecastPicture(forecast: ModeForecast, options: ChartOptions = {}): ChartSpec {
  const [shown] = chooseTrajectories(forecast.result.per_trajectory, "median", 1);
  const data: ForecastData = forecastData(forecast, shown, forecast.dataset.names.x);
  const name = eigenvalues(forecast);
  return forecastChart({ ...data, forecasts: data.forecasts.map((one) => ({ ...one, name })) }, options);
}

/** Errors at times since the start that are evenly spread, the last among them; the samples that the forecast was given are left out. */
export function modeForecastTable({ result }: ModeForecast): Table {
  const ahead = result.horizon.slice(result.window);
  const count = Math.min(mostHorizons, ahead.length);
  const rows = Array.from({ length: count }, (_, i): Cell[] => {
    const { t, rmse, nrmse } = ahead[Math.ceil(((i + 1) * ahead.length) / count) - 1];
    return [t, finite(rmse), finite(nrmse)];
  });
  return { columns: [{ title: "t since start" }, { title: "RMSE" }, { title: "RMSE / deviation of the data" }], rows };
}

/** Errors as the summary file keeps them: of each trajectory, and at each time since the start. */
export const modeForecastDetails = ({ result, which }: ModeForecast): Readonly<Record<string, unknown>> => ({
  summed: which,
  rmse_mean: finite(result.rmse_mean),
  per_trajectory: result.per_trajectory.map(finite),
  horizon: result.horizon.map(({ t, rmse, nrmse }) => ({ t, rmse: finite(rmse), nrmse: finite(nrmse) })),
});

/** Forecasts by trajectory, shape [T, n] each. */
export const modeForecastArrays = ({ result }: ModeForecast): Record<string, ShapedArray> =>
  Object.fromEntries(result.predictions.map((x, i) => [`forecast_${i}`, matrixArray(x)] as const));

/** What was forecast by what, in words. */
export const modeForecastTitle = (forecast: ModeForecast): string => {
  const { rmse_mean, n_test_trajectories: n } = forecast.result;
  return `Forecast by ${eigenvalues(forecast)}: RMSE ${formatNumber(rmse_mean)} over ${n} ${n === 1 ? "trajectory" : "trajectories"}`;
};

const eigenvalues = ({ which }: ModeForecast): string => `${which.length} ${which.length === 1 ? "eigenvalue" : "eigenvalues"}`;
