import { type Command, Option } from "commander";
import { formatNumber } from "../../sdk/charts/numbers.js";
import { textTable } from "../../sdk/charts/table.js";
import { DymadError } from "../../sdk/errors.js";
import { evaluateRun } from "../../sdk/workflow/app/evaluate.js";
import { comparisonTable } from "../../sdk/workflow/app/evaluation-table.js";
import { writeReport } from "../../sdk/workflow/app/report.js";
import { cancel, logOf, openRun, statusOf } from "../../sdk/workflow/app/runs.js";
import type { RunFolder } from "../../sdk/workflow/executor/run-folder.js";
import { machineFiles } from "../../sdk/workflow/store/files.js";
import type { DefineCommand, Surroundings } from "../command.js";
import { exitCodeOfRun } from "../exit-code.js";
import { count } from "../option-value.js";
import { evaluationLine, statusText } from "../run-text.js";
import type { Terminal } from "../terminal.js";

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

export const defineRuns: DefineCommand = (program, around) => {
  about(program, "status", "tell how a run is", "dymad status runs/first")
    .option("--exit-status", "exit 1 when the run has failed, 6 when it was cancelled")
    .action((argument: string | undefined, options: RunWords & { exitStatus?: boolean }) => {
      const status = statusOf(chosen(argument, options));
      const exit = options.exitStatus ? exitCodeOfRun(status.training_run.status) : 0;
      around.answer({ text: statusText(status), data: status, exit }, around.terminal(options.json ?? false));
    });

  about(program, "log", "print the log of a run", "dymad log runs/first --follow")
    .option("--follow", "go on until the run has ended")
    .addOption(new Option("--tail <lines>", "only the last lines").argParser(count))
    .addOption(new Option("--offset <bytes>", "from a byte of the log on").argParser(count))
    .action(async (argument: string | undefined, options: RunWords & { follow?: boolean; tail?: number; offset?: number }) => {
      const folder = chosen(argument, options);
      const terminal = around.terminal(options.json ?? false);
      if (options.follow) return follow(folder, options.offset ?? 0, terminal, around);
      let offset = options.offset ?? 0;
      let text = "";
      let chunk = logOf(folder, offset);
      for (;;) {
        text += chunk.text;
        offset = chunk.next_offset;
        if (chunk.caught_up) break;
        chunk = logOf(folder, offset);
      }
      const shown = options.tail === undefined ? text : lastLines(text, options.tail);
      around.answer(
        { text: shown.replace(/\n$/, ""), data: { ...chunk, text: shown, next_offset: offset, eof: true } },
        terminal,
      );
    });

  about(program, "cancel", "stop a run; it keeps the best model so far", "dymad cancel runs/first").action(
    (argument: string | undefined, options: RunWords) => {
      const folder = chosen(argument, options);
      cancel(folder);
      around.answer(
        { text: "the run stops after its present epoch", data: statusOf(folder) },
        around.terminal(options.json ?? false),
      );
    },
  );

  about(program, "eval", "roll the trained model out over test data", "dymad eval runs/first --test-data test.npz")
    .option("--test-data <file>", "other data than the config's; relative to the working directory")
    .action((argument: string | undefined, options: RunWords & { testData?: string }) => {
      const folder = chosen(argument, options);
      const evaluation = evaluateRun(folder, { testData: options.testData ?? null });
      const { result: _, dataset: __, ...kept } = evaluation;
      const lines = Object.entries(kept.metrics).sort(([a], [b]) => (a < b ? -1 : 1));
      const text = [
        `evaluation: ${kept.evaluation_handle}`,
        evaluationLine(evaluation),
        textTable(comparisonTable(kept.table)),
        ...lines.map(([name, value]) => `${name}: ${value === null ? "none" : formatNumber(value)}`),
      ].join("\n");
      around.answer({ text, data: { ...statusOf(folder), evaluation: kept } }, around.terminal(options.json ?? false));
    });

  about(program, "report", "write the report page of a run", "dymad report runs/first")
    .option("--html", "one self-contained HTML page, the form there is")
    .action(async (argument: string | undefined, options: RunWords) => {
      const folder = chosen(argument, options);
      const { report_path, status } = await writeReport(folder);
      const shown = machineFiles.relative(around.cwd, report_path);
      around.answer(
        { text: `${statusText(status)}\nreport: ${shown}`, data: { ...status, report_path } },
        around.terminal(options.json ?? false),
      );
    });
};

/** Prints what the log gains until the run has ended; with --json one chunk a line. */
async function follow(folder: RunFolder, start: number, terminal: Terminal, around: Surroundings): Promise<void> {
  let offset = start;
  for (;;) {
    const chunk = logOf(folder, offset);
    offset = chunk.next_offset;
    if (chunk.text !== "") terminal.out(terminal.json ? `${JSON.stringify({ ...chunk, eof: chunk.caught_up })}\n` : chunk.text);
    if (chunk.caught_up && chunk.run_terminal) break;
    if (chunk.caught_up) await new Promise((done) => setTimeout(done, 200));
  }
  const status = statusOf(folder);
  around.answer(
    {
      text: "",
      data: { status: status.training_run.status, next_offset: offset },
      exit: exitCodeOfRun(status.training_run.status),
    },
    terminal,
  );
}

function lastLines(text: string, lines: number): string {
  const all = text.replace(/\n$/, "").split("\n");
  return lines === 0 ? "" : `${all.slice(-lines).join("\n")}\n`;
}
