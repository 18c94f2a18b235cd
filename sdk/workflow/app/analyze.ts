import type { Table } from "../../charts/table.js";
import type { TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import { DymadError } from "../../errors.js";
import { dataHint, definitionOf } from "../compiler/analysis-definition.js";
import { type AnalysisRequest, type CompiledFor, compileAnalysis } from "../compiler/compile-analysis.js";
import type { RunFolder } from "../executor/run-folder.js";
import { trainedRequest } from "../executor/search-results.js";
import { type AnalysisProgress, runSpectralKoopman, type SpectralResult } from "../executor/spectral-koopman.js";
import type { AnalysisRecord } from "../facade/records.js";
import { type Files, machineFiles } from "../store/files.js";
import { namedResolvent, spectralFindings } from "./analysis-content.js";
import { type AnalysisPlace, keepAnalysis } from "./analysis-files.js";
import type { HandledData } from "./analyze-data.js";
import { modelOf } from "./evaluate.js";
import { dataFor, type TestData } from "./evaluation-data.js";
import { modeForecastTable, modeForecastTitle } from "./mode-forecast-content.js";
import { resolventTable } from "./resolvent-content.js";
import { statusOf } from "./runs.js";
import { eigenvalueTable } from "./spectrum-content.js";
import { type WorkListening, workThrough } from "./work-through.js";

export interface AnalyzeOptions extends AnalysisRequest, WorkListening<AnalysisProgress> {
  /** other data than the request's test or validation trajectories; a path is relative to the working directory */
  readonly data?: TestData | undefined;
  /** handle by which the compiled request is known elsewhere */
  readonly known?: string | undefined;
}

/** An analysis of a run, and where its files lie. */
export interface RunAnalysis {
  readonly analysis_handle: string;
  readonly compiled: CompiledFor<"spectral_koopman">;
  readonly on: "test" | "valid";
  readonly result: SpectralResult;
  /** of the states in the data */
  readonly names: readonly string[];
  /** by name, as the records write them: relative to the run directory */
  readonly artifacts: Readonly<Record<string, string>>;
  readonly summary: AnalysisRecord["summary"];
  /** what a reader of the numbers must know */
  readonly warnings: readonly string[];
}

/**
 * Analyses the best model of a run on data and keeps what was found below `analyses/` of the run directory, named by the hash of the
 * compiled request: the same analysis has the same files and keeps its handle.
 *
 * @throws  E_SPEC when the workflow or a parameter is unknown or unfit; E_UNSUPPORTED for models without linear dynamics; E_DATA when the
 *          data are sampled unevenly; E_CONFLICT when the run has not ended, or its files have changed; E_CANCELLED when it was stopped
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
  const analysis = await analyzeModel(
    placeIn(folder, files),
    {
      model,
      checkpoint: { handle: checkpoint_handle, sha256: folder.facade.get("checkpoint", checkpoint_handle).record.sha256 },
      data: { handle, sha256: folder.facade.get("dataset", handle).record.sha256, dataset },
      on,
    },
    options,
  );
  folder.amend({ artifacts: folder.artifacts() });
  return analysis;
}

/** A trained model and what it is judged by, under the handles of their records. */
export interface AnalyzedModel {
  readonly model: TrainedModel;
  readonly checkpoint: { readonly handle: string; readonly sha256: string };
  readonly data: HandledData;
  readonly on: "test" | "valid";
}

/** The same for any model, whoever trained it; what is found is kept in the given place. */
export async function analyzeModel(
  place: AnalysisPlace,
  { model, checkpoint, data, on }: AnalyzedModel,
  { known, onProgress, signal, ...request }: Omit<AnalyzeOptions, "data">,
): Promise<RunAnalysis> {
  const compiled = compileAnalysis(request, { checkpoint: checkpoint.sha256, data: data.sha256 });
  if (compiled.workflow_key !== "spectral_koopman") {
    throw new DymadError("E_SPEC", `${compiled.workflow_key} is about data, not about a model`, {
      path: ["workflow_key"],
      hint: `${dataHint(definitionOf(compiled.workflow_key))}; in code, dymad.dataset(FILE).analyze({ workflow_key: "${compiled.workflow_key}" })`,
    });
  }
  const result = await workThrough(runSpectralKoopman(model, data.dataset, compiled.parameters), { onProgress, signal });
  const findings = spectralFindings(compiled, result, { on, names: data.dataset.names.x });
  const origin = { checkpoint_handle: checkpoint.handle, dataset_handles: { data: data.handle }, request: known };
  const kept = await keepAnalysis(place, compiled, findings, origin);
  return {
    ...kept,
    compiled,
    on,
    result,
    names: data.dataset.names.x,
    summary: findings.summary,
    warnings: findings.warnings ?? [],
  };
}

function placeIn(folder: RunFolder, files: Files): AnalysisPlace {
  const { facade } = folder;
  return { facade, files, directory: folder.path("analyses"), relative: (path) => folder.relative(path) };
}

/** The eigenvalues of an analysis as a table, in its order. */
export const analysisTable = ({ result }: Pick<RunAnalysis, "result">): Table => eigenvalueTable(result.spectrum);

/** What else an analysis was asked for that has rows, under the title of its table. */
export function furtherTables({ result, names }: Pick<RunAnalysis, "result" | "names">): Readonly<Record<string, Table>> {
  const tables: Record<string, Table> = {};
  const resolvent = namedResolvent(result, names);
  if (resolvent !== null) {
    const title = resolvent.atPeaks ? "Peaks of the gain" : "Gains";
    tables[`${title}, ${resolvent.forcing === "control" ? "control" : "latent coordinates"} forced`] = resolventTable(resolvent);
  }
  if (result.forecast !== null) tables[modeForecastTitle(result.forecast)] = modeForecastTable(result.forecast);
  return tables;
}
