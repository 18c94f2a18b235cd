import { Command } from "commander";
import type { Surroundings } from "./command.js";
import { defineConfig } from "./commands/config.js";
import { defineData } from "./commands/data.js";
import { defineDoctor } from "./commands/doctor.js";
import { defineForecast } from "./commands/forecast.js";
import { defineList } from "./commands/list.js";
import { defineQuickstart } from "./commands/quickstart.js";
import { defineRegistry } from "./commands/registry.js";
import { defineReproduce } from "./commands/reproduce.js";
import { defineRuns } from "./commands/runs.js";
import { defineTrain } from "./commands/train.js";

/** The command line: its words, and nothing that happens. */
export function makeProgram(version: string, around: Surroundings): Command {
  const program = new Command("dymad")
    .description("Data-driven dynamics: train, look at and evaluate models of how things move.")
    .version(version, "--version", "print the version")
    .showSuggestionAfterError()
    .helpCommand("help [command]", "explain a command")
    .addHelpText(
      "after",
      "\nExamples:\n  dymad quickstart\n  dymad inspect lti.npz\n  dymad train lti.yaml --out runs/first\n  dymad report runs/first\n\nExit status: 0 ok, 1 failed, 2 usage, 3 invalid request, 4 not found, 5 conflict, 6 cancelled.",
    );
  const groups = [
    defineQuickstart,
    defineTrain,
    defineRuns,
    defineForecast,
    defineList,
    defineReproduce,
    defineConfig,
    defineData,
    defineRegistry,
    defineDoctor,
  ];
  for (const define of groups) define(program, around);
  return program;
}
