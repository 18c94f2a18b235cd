import { formatNumber } from "../../sdk/charts/numbers.js";
import { textTable } from "../../sdk/charts/table.js";
import { listRuns } from "../../sdk/workflow/app/list-runs.js";
import type { DefineCommand } from "../command.js";

export const defineList: DefineCommand = (program, around) => {
  program
    .command("list")
    .alias("runs")
    .description("the runs below a directory: name, model, state, validation RMSE, when")
    .argument("[directory]", "default: the working directory", ".")
    .option("--json", "answer with one JSON document")
    .addHelpText("after", "\nExample:\n  dymad list runs")
    .action((directory: string, options: { json?: boolean }) => {
      const runs = listRuns(directory);
      const columns = ["run", "model", "status", "validation RMSE", "started (UTC)"].map((title) => ({ title }));
      const rows = runs.map(({ run_dir, model_key, status, rmse, started_at }) => [
        run_dir,
        model_key ?? "?",
        status ?? "damaged",
        formatNumber(rmse),
        started_at === null ? "?" : started_at.slice(0, 16).replace("T", " "),
      ]);
      const text = runs.length === 0 ? `no runs in ${directory}` : textTable({ columns, rows }, { maxRows: rows.length });
      around.answer({ text, data: { runs } }, around.terminal(options.json ?? false));
    });
};
