import type { Dataset } from "../data/series.js";
import type { Forecast } from "./trained-model.js";

/** The cheapest forecast: the state stays where the forecast starts, x̂(k) = x(window - 1). */
export function persistenceForecast({ trajectories }: Dataset, window: number): Forecast[] {
  return trajectories.map(({ x }) => {
    const out = x.clone();
    for (let k = window; k < x.rows; k++) out.row(k).set(x.row(window - 1));
    return { x: out, trouble: "" };
  });
}
