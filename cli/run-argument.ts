import type { Command } from "commander";
import { DymadError } from "../sdk/errors.js";
import { openRun } from "../sdk/workflow/app/runs.js";
import type { RunFolder } from "../sdk/workflow/executor/run-folder.js";

export interface RunWords {
  readonly run?: string;
  readonly json?: boolean;
}

/** A command about one run, which is named by its directory or its handle. */
export function about(program: Command, name: string, description: string, example: string): Command {
  return program
    .command(name)
    .description(description)
    .argument("[run]", "run directory or run_ handle")
    .option("--run <run>", "the same, by name")
    .option("--json", "answer with one JSON document")
    .addHelpText("after", `\nExample:\n  ${example}`);
}

/** @throws E_USAGE when no run was named; E_NOT_FOUND when there is no such run */
export function chosen(argument: string | undefined, { run }: RunWords): RunFolder {
  const where = argument ?? run;
  if (where === undefined) throw new DymadError("E_USAGE", "a run is missing", { hint: "name a run directory or a run_ handle" });
  return openRun(where);
}
