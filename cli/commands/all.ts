import type { DefineCommand } from "../command.js";
import { defineAnalyze } from "./analyze.js";
import { defineCompletion } from "./completion.js";
import { defineConfig } from "./config.js";
import { defineData } from "./data.js";
import { defineDoctor } from "./doctor.js";
import { defineForecast } from "./forecast.js";
import { defineList } from "./list.js";
import { defineMcp } from "./mcp.js";
import { defineNotebook } from "./notebook.js";
import { defineQuickstart } from "./quickstart.js";
import { defineRecords } from "./records.js";
import { defineRegistry } from "./registry.js";
import { defineReproduce } from "./reproduce.js";
import { defineRuns } from "./runs.js";
import { defineTrain } from "./train.js";

/** Every command, in the order of the help. */
export const allCommands: readonly DefineCommand[] = [
  defineQuickstart,
  defineTrain,
  defineRuns,
  defineForecast,
  defineAnalyze,
  defineList,
  defineReproduce,
  defineRecords,
  defineConfig,
  defineData,
  defineRegistry,
  defineDoctor,
  defineMcp,
  defineNotebook,
  defineCompletion,
];
