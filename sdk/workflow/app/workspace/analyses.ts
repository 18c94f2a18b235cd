import { DymadError } from "../../../errors.js";
import { definitionOf, requireInputs } from "../../compiler/analysis-definition.js";
import { type AnalysisRequest, compileAnalysis } from "../../compiler/compile-analysis.js";
import { loadData } from "../../executor/data-file.js";
import type { AnalysisRecord, CompiledAnalysisRecord, ObjectSummary } from "../../facade/records.js";
import type { AnalysisPlace } from "../analysis-files.js";
import { analyzeModel, analyzeRun, type RunAnalysis } from "../analyze.js";
import { analyzeHandled, type HandledData } from "../analyze-data.js";
import { openCheckpoint } from "./checkpoints.js";
import { givenData, knownDataset } from "./datasets.js";
import type { Workspace } from "./workspace.js";

export interface AnalysisWords {
  readonly workflow_key: string;
  /** analyses of a trained model */
  readonly checkpoint_handle?: string | undefined;
  /** analyses of a trained model: data to judge by; default the test data of the run, else its validation trajectories */
  readonly dataset_handle?: string | undefined;
  /** data sets by the words of the registry */
  readonly dataset_handles?: Readonly<Record<string, string>> | undefined;
  readonly parameters?: object | undefined;
}

export interface CompiledAnalysisHandle {
  readonly summary: ObjectSummary;
  /** with every default filled in */
  readonly compiled_request: CompiledAnalysisRecord & { readonly handle: string };
}

/**
 * Checks an analysis, fills in its defaults, and records it; nothing is computed.
 *
 * @throws  E_SPEC with every problem: unknown workflow, missing or superfluous handles, unknown or unfit parameters
 */
export function compileAnalysisRequest(workspace: Workspace, words: AnalysisWords): CompiledAnalysisHandle {
  const { workflow_key, checkpoint_handle = null, dataset_handle } = words;
  const dataset_handles = { ...words.dataset_handles, ...(dataset_handle === undefined ? {} : { data: dataset_handle }) };
  requireInputs(definitionOf(workflow_key), { checkpoint: checkpoint_handle !== null, datasets: Object.keys(dataset_handles) });
  const inputs = Object.fromEntries(
    Object.entries(dataset_handles).map(([name, handle]) => [name, knownDataset(workspace, handle).record.sha256]),
  );
  if (checkpoint_handle !== null) {
    const { folder, record } = openCheckpoint(workspace, checkpoint_handle);
    if (folder === null && inputs.data === undefined) throw dataless(checkpoint_handle);
    inputs.checkpoint = record.sha256;
  }
  const compiled = compileAnalysis({ workflow_key, parameters: words.parameters }, inputs);
  const record: CompiledAnalysisRecord = {
    workflow_key: compiled.workflow_key,
    checkpoint_handle,
    dataset_handles,
    parameters: { ...compiled.parameters },
  };
  const { handle } = workspace.facade.register("compiled_analysis_request", record);
  return { summary: workspace.facade.describe(handle), compiled_request: { handle, ...record } };
}

export interface AnalysisResult {
  readonly summary: ObjectSummary;
  readonly analysis: AnalysisRecord & { readonly handle: string };
  /** relative to the root, by name */
  readonly artifacts: Readonly<Record<string, string>>;
}

/**
 * Carries out an analysis and keeps what was found, that of a run's model beside the run, any other below `analyses/` of the root; the same
 * analysis keeps its handle.
 *
 * @throws  E_UNSUPPORTED for models without linear dynamics; E_DATA when the data are sampled unevenly; E_CONFLICT when a file has changed
 */
export async function runAnalysisRequest(workspace: Workspace, handle: string): Promise<AnalysisResult> {
  const { record } = workspace.facade.get("compiled_analysis_request", handle);
  const { workflow_key, parameters, dataset_handles, checkpoint_handle } = record;
  const request = { workflow_key, parameters, known: handle };
  if (checkpoint_handle === null) {
    const data = Object.entries(dataset_handles).map(([name, one]) => [name, handledData(workspace, one)] as const);
    const { analysis_handle } = await analyzeHandled(placeOf(workspace), Object.fromEntries(data), request);
    return describeAnalysis(workspace, analysis_handle);
  }
  const { analysis_handle } = await analyzeCheckpoint(workspace, checkpoint_handle, dataset_handles.data, request);
  return describeAnalysis(workspace, analysis_handle);
}

/** What a run has trained is analysed beside the run; a file that came from elsewhere, below the root. */
function analyzeCheckpoint(
  workspace: Workspace,
  checkpoint: string,
  data: string | undefined,
  request: AnalysisRequest & { readonly known: string },
): Promise<RunAnalysis> {
  const { folder, model, record } = openCheckpoint(workspace, checkpoint);
  if (folder !== null) {
    const given = data === undefined ? undefined : givenData(workspace, data);
    return analyzeRun(folder, { ...request, data: given }, workspace.files);
  }
  if (data === undefined) throw dataless(checkpoint);
  const origin = { handle: checkpoint, sha256: record.sha256 };
  return analyzeModel(placeOf(workspace), { model, checkpoint: origin, data: handledData(workspace, data), on: "test" }, request);
}

const dataless = (checkpoint: string): DymadError =>
  new DymadError("E_SPEC", `is missing: no run here has made ${checkpoint}, so that it has no data of its own`, {
    path: ["dataset_handle"],
    hint: "name the data to judge the model by",
  });

function placeOf({ facade, files, root }: Workspace): AnalysisPlace {
  return { facade, files, directory: files.join(root, "analyses"), relative: (path) => files.relative(root, path) };
}

/** A registered data set with its values. */
export function handledData(workspace: Workspace, handle: string): HandledData {
  const { record, file } = knownDataset(workspace, handle);
  const { dataset } = loadData(workspace.files.read(file), { ...record, n_samples: null, n_steps: null }, record.path);
  return { handle, sha256: record.sha256, dataset };
}

/** What an analysis has found, and where its files lie. */
export function describeAnalysis(workspace: Workspace, handle: string): AnalysisResult {
  const { facade, folder } = workspace.find(handle);
  const { record } = facade.get("analysis", handle);
  const place = (path: string): string =>
    workspace.relative(folder === null ? workspace.files.resolve(path) : folder.resolve(path));
  const artifacts = Object.fromEntries(Object.entries(record.artifacts).map(([name, path]) => [name, place(path)]));
  return { summary: facade.describe(handle), analysis: { handle, ...record }, artifacts };
}
