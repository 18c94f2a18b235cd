import { formatNumber } from "../../sdk/charts/numbers.js";
import { textTable } from "../../sdk/charts/table.js";
import { evaluateRun } from "../../sdk/workflow/app/evaluate.js";
import { comparisonTable } from "../../sdk/workflow/app/evaluation-table.js";
import { writeReport } from "../../sdk/workflow/app/report.js";
import { statusOf } from "../../sdk/workflow/app/runs.js";
import { machineFiles } from "../../sdk/workflow/store/files.js";
import type { DefineCommand } from "../command.js";
import { about, chosen, type RunWords } from "../run-argument.js";
import { evaluationLine, statusText } from "../run-text.js";

/** Commands about what came out of a run. */
export const defineResults: DefineCommand = (program, around) => {
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
