import { Option } from "commander";
import { formatNumber } from "../../sdk/charts/numbers.js";
import { type Table, textTable } from "../../sdk/charts/table.js";
import { quickstart } from "../../sdk/workflow/app/quickstart.js";
import type { QuickstartResult } from "../../sdk/workflow/app/quickstart-result.js";
import { packageRoot } from "../../sdk/workflow/executor/package-root.js";
import { machineFiles } from "../../sdk/workflow/store/files.js";
import type { DefineCommand } from "../command.js";
import { wholeNumber } from "../option-value.js";
import { Progress } from "../progress.js";
import { quotedWord } from "../quoted-word.js";

interface QuickstartWords {
  readonly out: string;
  readonly seed: number;
  readonly json?: boolean;
}

export const defineQuickstart: DefineCommand = (program, around) => {
  program
    .command("quickstart")
    .description("forecast ten years of CO2 at Mauna Loa with a Koopman model, from data to report")
    .option("--out <directory>", "run directory; an earlier quick start in it is replaced", "runs/quickstart")
    .addOption(new Option("--seed <number>", "seed of the learned observables").default(0).argParser(wholeNumber))
    .option("--json", "answer with one JSON document; progress as JSON lines on stderr")
    .addHelpText("after", "\nExamples:\n  dymad quickstart\n  dymad quickstart --out runs/again --seed 3")
    .action(async (options: QuickstartWords) => {
      const terminal = around.terminal(options.json ?? false);
      const abort = new AbortController();
      const release = around.onInterrupt(() => abort.abort());
      const progress = new Progress(terminal, "kbf");
      const result = await quickstart({
        dataPath: machineFiles.join(packageRoot(), "notebooks", "data", "co2-mauna-loa.csv"),
        out: options.out,
        seed: options.seed,
        command: around.typed,
        onStage: progress.stage,
        signal: abort.signal,
      }).finally(() => {
        progress.end();
        release();
      });
      around.answer({ text: account(result, machineFiles.relative(around.cwd, result.run_dir) || "."), data: result }, terminal);
    });
};

/** What came out, in a screenful: the three errors, the spectrum, where things lie, what to type next. */
function account(result: QuickstartResult, shown: string): string {
  const { metrics, chosen, recipe, selection, winner } = result;
  const names = { koopman: "the Koopman model", linear: "the linear delay model", baseline: "the baseline" };
  return [
    "Monthly CO2 at Mauna Loa, the last ten years held out and forecast freely:",
    "",
    textTable(errorTable(result)),
    "",
    `${sentence(names[winner])} wins. Settled on the training years alone, by free forecasts of the last ten of them: ${chosen.delay + 1} months`,
    `and rank ${chosen.rank} among ${selection.linear} linear models, learning rate ${recipe.learning_rate} and rollouts of ${recipe.horizon - 1} months among ${selection.koopman} recipes.`,
    `The held-out years were forecast after that, ${selection.held_out_forecasts === 1 ? "once" : `${selection.held_out_forecasts} times`} by each model.`,
    winner === "linear"
      ? `The learned observables do not pay here: ${formatNumber(metrics.rmse - metrics.rmse_linear, 2)} ppm behind the linear model they started from.`
      : "",
    "",
    "Koopman spectrum, largest modes first; an eigenvalue whose residual exceeds the change it claims is flagged:",
    "",
    textTable(spectrumTable(result)),
    "",
    `run: ${shown}`,
    `report: ${shown}/report.html`,
    `next: open the report, or dymad status ${quotedWord(shown)}`,
  ]
    .filter((line, i, all) => line !== "" || all[i - 1] !== "")
    .join("\n");
}

const sentence = (text: string): string => text[0].toUpperCase() + text.slice(1);

function errorTable({ metrics }: QuickstartResult): Table {
  return {
    columns: [{ title: "forecast" }, { title: "ten-year RMSE", unit: "ppm", digits: 4, best: "min" }],
    rows: [
      ["Koopman model with learned observables", metrics.rmse],
      ["linear delay model", metrics.rmse_linear],
      ["baseline: last year repeated plus its drift", metrics.rmse_baseline],
    ],
  };
}

function spectrumTable({ spectrum }: QuickstartResult): Table {
  return {
    columns: [
      { title: "|λ|", digits: 4 },
      { title: "frequency", unit: "1/year", digits: 4 },
      { title: "growth", unit: "1/year", digits: 3 },
      { title: "residual", digits: 3 },
      { title: "note" },
    ],
    rows: spectrum
      .filter(({ im }) => im >= 0)
      .map((row) => [
        Math.sqrt(row.re * row.re + row.im * row.im),
        row.frequency,
        row.growth,
        row.residual,
        row.flag ?? lineName(row),
      ]),
  };
}

/** Names of the lines everyone knows. */
function lineName({ frequency, im }: QuickstartResult["spectrum"][number]): string {
  if (im === 0) return "trend";
  if (Math.abs(frequency - 1) < 0.02) return "yearly";
  if (Math.abs(frequency - 2) < 0.02) return "half-yearly";
  return "";
}
