import { Option } from "commander";
import { formatNumber } from "../../sdk/charts/numbers.js";
import { textTable } from "../../sdk/charts/table.js";
import { DymadError } from "../../sdk/errors.js";
import { namedResolvent } from "../../sdk/workflow/app/analysis-content.js";
import { analysisTable, analyzeRun, furtherTables, type RunAnalysis } from "../../sdk/workflow/app/analyze.js";
import { analyzeData, type DataAnalysis } from "../../sdk/workflow/app/analyze-data.js";
import { responseRecords } from "../../sdk/workflow/app/resolvent-content.js";
import { definitionOf } from "../../sdk/workflow/compiler/analysis-definition.js";
import { machineFiles } from "../../sdk/workflow/store/files.js";
import type { DefineCommand } from "../command.js";
import { about, chosen, type RunWords } from "../run-argument.js";

interface AnalyzeWords extends RunWords {
  readonly workflow?: string;
  readonly data?: string;
  readonly train?: string;
  readonly test?: string;
  readonly out?: string;
  readonly parameters?: object;
}

export const defineAnalyze: DefineCommand = (program, around) => {
  about(
    program,
    "analyze",
    "Koopman spectrum of the trained model with residuals, pseudospectrum, resolvent gains and measure; or modes of transforms of data",
    `dymad analyze runs/first --parameters '{"pseudospectrum": {}, "measure": {"observable": "x1"}}'
  dymad analyze --workflow vortex_transform_modes --train train.npz --test test.npz --parameters '{"nx": 199, "ny": 449}'`,
  )
    .option("--workflow <key>", "which analysis; default spectral_koopman")
    .option("--data <file>", "npz or csv to judge a model by; default: the test data, else the validation trajectories")
    .option("--train <file>", "analyses of data: npz or csv that transforms are fitted on")
    .option("--test <file>", "analyses of data: npz or csv that is looked at")
    .option("--out <directory>", "analyses of data: where files go; default analyses")
    .addOption(new Option("--parameters <json>", "parameters of the analysis, see docs/config.md").argParser(mapping))
    .action(async (argument: string | undefined, options: AnalyzeWords) => {
      const { workflow: workflow_key, data, parameters, train, test, out } = options;
      const terminal = around.terminal(options.json ?? false);
      if (definitionOf(workflow_key).requires_checkpoint) {
        const folder = chosen(argument, options);
        const analysis = await analyzeRun(folder, { workflow_key, parameters, data });
        const found = (path: string): string => machineFiles.relative(around.cwd, folder.resolve(path));
        return around.answer({ text: text(analysis, found), data: document(analysis) }, terminal);
      }
      const given = { train: fileOf(train), test: fileOf(test) };
      const analysis = await analyzeData(given, { workflow_key, parameters, out });
      const found = (path: string): string => machineFiles.relative(around.cwd, machineFiles.join(analysis.directory, path));
      around.answer({ text: dataText(analysis, found), data: dataDocument(analysis) }, terminal);
    });
};

const fileOf = (path: string | undefined): { path: string } | undefined => (path === undefined ? undefined : { path });

/** Files are printed as they are found from here; records write them from the run directory. */
function text(analysis: RunAnalysis, found: (path: string) => string): string {
  const { summary, artifacts, warnings } = analysis;
  return [
    textTable(analysisTable(analysis)),
    ...Object.entries(furtherTables(analysis)).map(([title, table]) => `${title}\n${textTable(table)}`),
    `${summary.n_confirmed} of ${summary.n_eigs_full} eigenvalues are confirmed by ${summary.sample_count} pairs of samples, ${summary.n_eigs} kept`,
    ...warnings.map((message) => `warning: ${message}`),
    ...Object.values(artifacts).map((path) => found(path)),
  ].join("\n");
}

function document(analysis: RunAnalysis): unknown {
  const { analysis_handle, compiled, on, artifacts, summary, warnings, result, names } = analysis;
  const points = result.spectrum.points.map((point) => ({ ...point }));
  const resolvent = namedResolvent(result, names);
  return {
    analysis_handle,
    request_hash: compiled.hash,
    on,
    summary,
    warnings,
    points,
    kept: result.retained.indices,
    ...(resolvent === null ? {} : { responses: responseRecords(resolvent) }),
    artifacts,
  };
}

function dataText({ summary, artifacts, result }: DataAnalysis, found: (path: string) => string): string {
  const errors: readonly [string, unknown][] = [
    ["rate of the field through the modes", summary.rel_dx_error],
    ["rate of the coordinates through the modes", summary.rel_dz_error],
    ["field brought back from the coordinates", summary.rel_rec_error],
  ];
  return [
    `${summary.n_coordinates} coordinates of ${summary.nx} x ${summary.ny} values; modes at sample ${summary.index} of ${summary.n_samples}`,
    ...errors.map(
      ([what, error]) => `${what}: relative error ${typeof error === "number" ? formatNumber(error) : "unknown, nothing moves"}`,
    ),
    ...result.notes,
    ...Object.values(artifacts).map(found),
  ].join("\n");
}

const dataDocument = ({ analysis_handle, compiled, artifacts, summary, directory, result }: DataAnalysis): unknown => ({
  analysis_handle,
  request_hash: compiled.hash,
  summary,
  notes: result.notes,
  directory,
  artifacts,
});

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
