import type { DatasetPlan } from "../../sdk/fluent/dataset-plan.js";
import type { View } from "../bundle.js";

/** Data at a glance: sizes, sampling, and what is in each column. */
export async function datasetView(plan: DatasetPlan): Promise<View> {
  const { n_trajectories, n_steps_range, state_dim, control_dim, dt, columns } = await plan.inspect();
  const [shortest, longest] = n_steps_range;
  const samples = shortest === longest ? `${longest}` : `${shortest} to ${longest}`;
  const step = dt === null ? "no common time step" : `time step ${dt}`;
  return {
    text: plan.describe(),
    title: `${n_trajectories} trajectories of ${samples} samples, ${state_dim} states, ${control_dim} controls, ${step}`,
    tables: [
      {
        title: "Columns",
        table: {
          columns: [
            { title: "column" },
            { title: "part" },
            { title: "least" },
            { title: "mean" },
            { title: "largest" },
            { title: "deviation" },
            { title: "missing" },
          ],
          rows: columns.map(({ name, field, min, mean, max, std, nan }) => [name, field, min, mean, max, std, nan]),
        },
      },
    ],
  };
}
