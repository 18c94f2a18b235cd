import type { TrainPlan } from "../../sdk/fluent/train-plan.js";
import type { View } from "../bundle.js";

/** A training as it would be done: the request with every default filled in, phase by phase. */
export async function planView(plan: TrainPlan): Promise<View> {
  const { config, profile, warnings, hash } = await plan.compile();
  const { model, phases } = config;
  return {
    text: plan.describe(),
    title: `${model.family} in ${model.time_domain} time, profile ${profile}: not run; await .run() or .evaluate()`,
    remarks: warnings.map(({ path, message }) => `Warning: ${path.join(".")}: ${message}`),
    tables: [
      {
        title: "Phases",
        table: {
          columns: [{ title: "phase" }, { title: "what" }, { title: "epochs" }, { title: "learning rate" }],
          rows: phases.map((phase) =>
            phase.type === "optimizer"
              ? [phase.name, phase.trainer, phase.n_epochs, phase.learning_rate]
              : [phase.name, phase.type, null, null],
          ),
        },
      },
      {
        title: "Request",
        table: {
          columns: [{ title: "" }, { title: "" }],
          rows: [
            ["transform_x", config.transform_x.map(({ type }) => type).join(", ")],
            ["transform_u", config.transform_u.map(({ type }) => type).join(", ")],
            ["numbers", config.dtype],
            ["seed", config.seed],
            ["hash", hash.slice(0, 12)],
          ],
        },
      },
    ],
  };
}
