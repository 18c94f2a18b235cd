import { Option } from "commander";
import { textTable } from "../../sdk/charts/table.js";
import { DymadError } from "../../sdk/errors.js";
import { analysisTable, analyzeRun, type RunAnalysis } from "../../sdk/workflow/app/analyze.js";
import type { DefineCommand } from "../command.js";
import { about, chosen, type RunWords } from "./runs.js";

interface AnalyzeWords extends RunWords {
  readonly workflow?: string;
  readonly data?: string;
  readonly parameters?: object;
}

export const defineAnalyze: DefineCommand = (program, around) => {
  about(
    program,
    "analyze",
    "Koopman spectrum of the trained model with residuals, pseudospectrum and measure",
    `dymad analyze runs/first --parameters '{"pseudospectrum": {}, "measure": {"observable": "x1"}}'`,
  )
    .option("--workflow <key>", "which analysis; default spectral_koopman")
    .option("--data <file>", "npz or csv to judge by; default: the test data, else the validation trajectories")
    .addOption(new Option("--parameters <json>", "parameters of the analysis, see docs/config.md").argParser(mapping))
    .action(async (argument: string | undefined, options: AnalyzeWords) => {
      const { workflow: workflow_key, data, parameters } = options;
      const analysis = await analyzeRun(chosen(argument, options), { workflow_key, parameters, data });
      around.answer({ text: text(analysis), data: document(analysis) }, around.terminal(options.json ?? false));
    });
};

function text(analysis: RunAnalysis): string {
  const { summary, artifacts } = analysis;
  return [
    textTable(analysisTable(analysis)),
    `${summary.n_confirmed} of ${summary.n_eigs_full} eigenvalues are confirmed by ${summary.sample_count} pairs of samples, ${summary.n_eigs} kept`,
    ...Object.values(artifacts),
  ].join("\n");
}

function document({ analysis_handle, compiled, on, artifacts, summary, result }: RunAnalysis): unknown {
  const points = result.spectrum.points.map((point) => ({ ...point }));
  return { analysis_handle, request_hash: compiled.hash, on, summary, points, kept: result.retained.indices, artifacts };
}

function mapping(typed: string): object {
  try {
    const value: unknown = JSON.parse(typed);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new DymadError("E_USAGE", `--parameters must be a JSON mapping, got ${typed}`, {
    hint: `for example --parameters '{"threshold": 0.1}'`,
  });
}
