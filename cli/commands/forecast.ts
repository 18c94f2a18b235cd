import { Option } from "commander";
import { textTable } from "../../sdk/charts/table.js";
import { DymadError } from "../../sdk/errors.js";
import {
  checkForecastFile,
  forecastRun,
  forecastTable,
  type RunForecast,
  writeForecast,
} from "../../sdk/workflow/app/forecast.js";
import type { DefineCommand } from "../command.js";
import { about, chosen, type RunWords } from "../run-argument.js";

interface ForecastWords extends RunWords {
  readonly data: string;
  readonly steps?: number;
  readonly out?: string;
}

export const defineForecast: DefineCommand = (program, around) => {
  about(
    program,
    "forecast",
    "go on from measured data with the trained model",
    "dymad forecast runs/first --data new.csv --steps 12",
  )
    .requiredOption("--data <file>", "npz or csv; relative to the working directory")
    .addOption(
      new Option("--steps <number>", "samples after the last state of each trajectory; default: the file's own times").argParser(
        wholeSteps,
      ),
    )
    .option("--out <file>", "csv or npz file to write; it must not exist")
    .action((argument: string | undefined, options: ForecastWords) => {
      const { data, steps, out } = options;
      const folder = chosen(argument, options);
      if (out !== undefined) checkForecastFile(out);
      const forecast = forecastRun(folder, { data, steps });
      if (out !== undefined) writeForecast(out, forecast);
      around.answer({ text: text(forecast, out), data: document(forecast, out) }, around.terminal(options.json ?? false));
    });
};

function text(forecast: RunForecast, out: string | undefined): string {
  const table = forecastTable(forecast);
  const { length } = forecast.dataset.trajectories;
  const shown =
    out === undefined
      ? textTable(table)
      : `wrote ${out}: ${length} trajectories, ${table.rows.length} rows of ${table.columns.length - 2} states`;
  return [shown, ...forecast.troubles].join("\n");
}

/** Values stand in the document unless they went into a file. */
function document({ window, dataset, troubles }: RunForecast, out: string | undefined): unknown {
  const { trajectories, names } = dataset;
  const rows = trajectories.map(({ t, x }) => ({ t: [...t], x: Array.from(t, (_, k) => [...x.row(k)]) }));
  const values = out === undefined ? { trajectories: rows } : { path: out };
  return {
    window,
    names: names.x,
    n_trajectories: trajectories.length,
    n_rows: trajectories.map(({ t }) => t.length),
    troubles,
    ...values,
  };
}

function wholeSteps(typed: string): number {
  if (/^[1-9]\d*$/.test(typed) && Number.isSafeInteger(Number(typed))) return Number(typed);
  throw new DymadError("E_USAGE", `--steps must be a whole number above 0, got ${JSON.stringify(typed)}`, {
    hint: "for example --steps 12",
  });
}
