import type { Mode, Tool } from "../tool.js";
import { analysisTools } from "./analysis.js";
import { datasetTools } from "./datasets.js";
import { evaluationTools } from "./evaluation.js";
import { jobTools } from "./jobs.js";
import { objectTools } from "./objects.js";
import { registryTools } from "./registry.js";
import { reportTools } from "./reports.js";
import { trainingTools } from "./training.js";

/** Every tool there is, in the order of a session. */
export const tools: readonly Tool[] = [
  ...datasetTools,
  ...registryTools,
  ...trainingTools,
  ...evaluationTools,
  ...analysisTools,
  ...reportTools,
  ...jobTools,
  ...objectTools,
];

export type ServerMode = Mode | "both";

export const serverModes: readonly ServerMode[] = ["user", "developer", "both"];

/** The tools a mode shows. */
export const toolsOf = (mode: ServerMode): readonly Tool[] =>
  mode === "both" ? tools : tools.filter(({ modes }) => modes.includes(mode));
