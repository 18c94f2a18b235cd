import { Option } from "commander";
import { textTable } from "../../sdk/charts/table.js";
import { DymadError } from "../../sdk/errors.js";
import { namedResolvent } from "../../sdk/workflow/app/analysis-content.js";
import { fieldWords } from "../../sdk/workflow/app/analysis-words.js";
import { analysisTable, analyzeRun, furtherTables, type RunAnalysis } from "../../sdk/workflow/app/analyze.js";
import { analyzeData, type DataAnalysis } from "../../sdk/workflow/app/analyze-data.js";
import { tellDataAnalysis } from "../../sdk/workflow/app/data-analysis-content.js";
import { responseRecords } from "../../sdk/workflow/app/resolvent-content.js";
import { dataHint, definitionOf } from "../../sdk/workflow/compiler/analysis-definition.js";
import { type AnalysisDefinition, analyses } from "../../sdk/workflow/registry/analysis-options.js";
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
    "Koopman spectrum of the trained model with residuals, pseudospectrum, resolvent gains and measure; or, of data alone, HAVOK or modes of transforms",
    `dymad analyze runs/first --parameters '{"pseudospectrum": {}, "measure": {"observable": "x1"}}'
  dymad analyze --workflow havok --data series.npz --parameters '{"observable": "x1"}'
  dymad analyze --workflow vortex_transform_modes --train train.npz --test test.npz --parameters '{"nx": 199, "ny": 449}'`,
  )
    .option("--workflow <key>", `which analysis: ${analyses.map(({ key }) => key).join(", ")}; default spectral_koopman`)
    .option(
      "--data <file>",
      "npz or csv that havok looks at, or to judge a model by; default: the test data, else the validation trajectories",
    )
    .option("--train <file>", "vortex_transform_modes: npz or csv that transforms are fitted on")
    .option("--test <file>", "vortex_transform_modes: npz or csv that is looked at")
    .option("--out <directory>", "analyses of data: where files go; default analyses")
    .addOption(new Option("--parameters <json>", "parameters of the analysis, see docs/config.md").argParser(mapping))
    .action(async (argument: string | undefined, options: AnalyzeWords) => {
      const { workflow: workflow_key, data, parameters, train, test, out } = options;
      const terminal = around.terminal(options.json ?? false);
      const definition = definitionOf(workflow_key);
      if (definition.requires_checkpoint) {
        requireAbsent(definition, { "--train": train, "--test": test, "--out": out }, "a trained model: name its run");
        const folder = chosen(argument, options);
        const analysis = await analyzeRun(folder, { workflow_key, parameters, data });
        const found = (path: string): string => machineFiles.relative(around.cwd, folder.resolve(path));
        return around.answer({ text: text(analysis, found), data: document(analysis) }, terminal);
      }
      requireAbsent(definition, { "the run": argument ?? options.run }, `data: ${dataHint(definition)}`);
      const given = { train: fileOf(train), test: fileOf(test), data: fileOf(data) };
      const analysis = await analyzeData(given, { workflow_key, parameters, out });
      const found = (path: string): string => machineFiles.relative(around.cwd, machineFiles.join(analysis.directory, path));
      around.answer({ text: dataText(analysis, found), data: dataDocument(analysis) }, terminal);
    });
};

/** @throws E_USAGE when a word was typed that the analysis has no use for. `subject`: what it is about, and how that is named */
function requireAbsent({ key }: AnalysisDefinition, words: Readonly<Record<string, string | undefined>>, subject: string): void {
  const [first] = Object.entries(words).filter(([, value]) => value !== undefined);
  if (first === undefined) return;
  throw new DymadError("E_USAGE", `${key} has no use for ${first.join(" ")}`, { hint: `it is about ${subject}` });
}

const fileOf = (path: string | undefined): { path: string } | undefined => (path === undefined ? undefined : { path });

/** Files are printed as they are found from here; records write them from the run directory. */
function text(analysis: RunAnalysis, found: (path: string) => string): string {
  const { summary, artifacts, warnings } = analysis;
  return [
    textTable(analysisTable(analysis)),
    ...Object.entries(furtherTables(analysis)).map(([title, table]) => `${title}\n${textTable(table)}`),
    ...fieldWords(analysis),
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

function dataText(analysis: DataAnalysis, found: (path: string) => string): string {
  const { lines, tables } = tellDataAnalysis(analysis);
  const [[, first], ...others] = Object.entries(tables);
  return [
    textTable(first),
    ...others.map(([title, table]) => `${title}\n${textTable(table, { maxRows: 8 })}`),
    ...lines,
    ...analysis.warnings.map((message) => `warning: ${message}`),
    ...Object.values(analysis.artifacts).map(found),
  ].join("\n");
}

const dataDocument = ({
  analysis_handle,
  compiled,
  artifacts,
  summary,
  details,
  warnings,
  directory,
}: DataAnalysis): unknown => ({
  analysis_handle,
  request_hash: compiled.hash,
  summary,
  ...details,
  warnings,
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
