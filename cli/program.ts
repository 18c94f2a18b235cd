import { Command } from "commander";
import type { DefineCommand, Surroundings } from "./command.js";

/** The command line: its words, and nothing that happens. */
export function makeProgram(version: string, around: Surroundings, groups: readonly DefineCommand[]): Command {
  const program = new Command("dymad")
    .description("Data-driven dynamics: train, look at and evaluate models of how things move.")
    .version(version, "--version", "print the version")
    .showSuggestionAfterError()
    .helpCommand("help [command]", "explain a command")
    .addHelpText(
      "after",
      "\nExamples:\n  dymad quickstart\n  dymad inspect lti.npz\n  dymad train lti.yaml --out runs/first\n  dymad report runs/first\n\nExit status: 0 ok, 1 failed, 2 usage, 3 invalid request, 4 not found, 5 conflict, 6 cancelled.",
    );
  for (const define of groups) define(program, around);
  return program;
}
