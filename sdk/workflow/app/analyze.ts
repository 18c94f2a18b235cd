import { renderSvg } from "../../charts/svg.js";
import type { Cell, Table } from "../../charts/table.js";
import { writeNpz } from "../../formats/npz.js";
import { type AnalysisRequest, type CompiledAnalysis, compileAnalysis } from "../compiler/compile-analysis.js";
import type { RunFolder } from "../executor/run-folder.js";
import { trainedRequest } from "../executor/search-results.js";
import { runSpectralKoopman, type SpectralResult } from "../executor/spectral-koopman.js";
import type { AnalysisRecord } from "../facade/records.js";
import { type Files, machineFiles } from "../store/files.js";
import { arraysOf, chartsOf, finite, rowOf, summaryOf } from "./analysis-content.js";
import { modelOf } from "./evaluate.js";
import { dataFor, type TestData } from "./evaluation-data.js";
import { statusOf } from "./runs.js";

export interface AnalyzeOptions extends AnalysisRequest {
  /** other data than the request's test or validation trajectories; a path is relative to the working directory */
  readonly data?: TestData | undefined;
  /** handle by which the compiled request is known elsewhere */
  readonly known?: string | undefined;
}

/** An analysis of a run, and where its files lie. */
export interface RunAnalysis {
  readonly analysis_handle: string;
  readonly compiled: CompiledAnalysis;
  readonly on: "test" | "valid";
  readonly result: SpectralResult;
  /** by name, relative to the run directory */
  readonly artifacts: Readonly<Record<string, string>>;
  readonly summary: AnalysisRecord["summary"];
}

/**
 * Analyses the best model of a run on data and keeps what was found below `analyses/` of the run directory, named by the hash of the
 * compiled request: the same analysis has the same files and keeps its handle.
 *
 * @throws  E_SPEC when the workflow or a parameter is unknown or unfit; E_UNSUPPORTED for models without linear dynamics; E_DATA when the
 *          data are sampled unevenly; E_CONFLICT when the run has not ended, or its files have changed
 */
export async function analyzeRun(
  folder: RunFolder,
  options: AnalyzeOptions = {},
  files: Files = machineFiles,
): Promise<RunAnalysis> {
  const run = statusOf(folder).training_run;
  const model = modelOf(folder, run, files);
  const { on, dataset, handle } = dataFor(folder, run, trainedRequest(folder, run), options.data ?? null, files);
  const checkpoint_handle = run.checkpoint_handle as string;
  const compiled = compileAnalysis(options, {
    checkpoint_sha256: folder.facade.get("checkpoint", checkpoint_handle).record.sha256,
    data_sha256: folder.facade.get("dataset", handle).record.sha256,
  });
  const result = runSpectralKoopman(model, dataset, compiled.parameters);
  const place = files.join(folder.path("analyses"), compiled.hash.slice(0, 12));
  const artifacts: Record<string, string> = {};
  const keep = (name: string, file: string, content: string | Uint8Array): void => {
    const path = `${place}-${file}`;
    files.write(path, content);
    artifacts[name] = folder.relative(path);
  };
  keep("arrays", "arrays.npz", writeNpz(arraysOf(result)));
  if (compiled.parameters.figures) {
    for (const [name, chart] of Object.entries(chartsOf(compiled, result))) keep(name, `${name}.svg`, await renderSvg(chart));
  }
  const summary = summaryOf(result);
  const content = {
    schema_version: 1,
    ...compiled,
    on,
    summary,
    points: result.spectrum.points.map(rowOf),
    kept: result.retained.indices,
  };
  keep("summary", "summary.json", `${JSON.stringify(content, null, 2)}\n`);
  const origin = { checkpoint_handle, dataset: handle, request: options.known };
  const analysis_handle = keepRecord(folder, compiled, origin, artifacts, summary);
  folder.amend({ artifacts: folder.artifacts() });
  return { analysis_handle, compiled, on, result, artifacts, summary };
}

/** The eigenvalues of an analysis as a table, in its order. */
export function analysisTable({ result }: Pick<RunAnalysis, "result">): Table {
  const titles = ["growth", "frequency", "residual", "amplitude", "condition", "flag"];
  const rows = result.spectrum.points.flatMap((point): Cell[][] => {
    if (point.angularFrequency < 0) return [];
    const { growth, frequency, residual, amplitude, condition, flag } = point;
    return [[...[growth, frequency, residual, amplitude, condition].map(finite), flag]];
  });
  return { columns: titles.map((title) => ({ title })), rows };
}

/** The same analysis, by the hash of its request, keeps its records. */
function keepRecord(
  { facade }: RunFolder,
  { workflow_key, parameters, hash }: CompiledAnalysis,
  origin: { readonly checkpoint_handle: string; readonly dataset: string; readonly request: string | undefined },
  artifacts: Readonly<Record<string, string>>,
  summary: AnalysisRecord["summary"],
): string {
  const known = facade.list("analysis").find(({ handle }) => facade.get("analysis", handle).record.summary.request_hash === hash);
  if (known !== undefined) return known.handle;
  const { checkpoint_handle, dataset } = origin;
  const request = { workflow_key, checkpoint_handle, dataset_handles: { data: dataset }, parameters: { ...parameters } };
  const compiled_request_handle = facade.register("compiled_analysis_request", request, {}, origin.request).handle;
  const record = { workflow_key, compiled_request_handle, artifacts, summary: { request_hash: hash, ...summary } };
  return facade.register("analysis", record).handle;
}
