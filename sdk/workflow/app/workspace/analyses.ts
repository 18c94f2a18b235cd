import { latentPairs } from "../../../dynamics/spectral/model-spectrum.js";
import { DymadError } from "../../../errors.js";
import { writeNpz } from "../../../formats/npz.js";
import { compileAnalysis } from "../../compiler/compile-analysis.js";
import { loadData } from "../../executor/data-file.js";
import type { RunFolder } from "../../executor/run-folder.js";
import type { AnalysisRecord, CheckpointRecord, CompiledAnalysisRecord, ObjectSummary } from "../../facade/records.js";
import { analyzeRun } from "../analyze.js";
import { openCheckpoint } from "./checkpoints.js";
import { givenData, knownDataset } from "./datasets.js";
import type { Workspace } from "./workspace.js";

export interface AnalysisWords {
  readonly workflow_key: string;
  readonly checkpoint_handle: string;
  /** data to judge by; default the test data of the run, else its validation trajectories */
  readonly dataset_handle?: string | undefined;
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
 * @throws  E_SPEC with every problem: unknown workflow, unknown or unfit parameters
 */
export function compileAnalysisRequest(workspace: Workspace, words: AnalysisWords): CompiledAnalysisHandle {
  const { workflow_key, checkpoint_handle, dataset_handle } = words;
  const { record } = runOf(workspace, checkpoint_handle);
  const data = dataset_handle === undefined ? null : knownDataset(workspace, dataset_handle).record;
  const hashes = { checkpoint_sha256: record.sha256, data_sha256: data?.sha256 ?? "" };
  const { parameters } = compileAnalysis({ workflow_key, parameters: words.parameters }, hashes);
  const compiled: CompiledAnalysisRecord = {
    workflow_key,
    checkpoint_handle,
    dataset_handles: dataset_handle === undefined ? {} : { data: dataset_handle },
    parameters: { ...parameters },
  };
  const { handle } = workspace.facade.register("compiled_analysis_request", compiled);
  return { summary: workspace.facade.describe(handle), compiled_request: { handle, ...compiled } };
}

export interface AnalysisResult {
  readonly summary: ObjectSummary;
  readonly analysis: AnalysisRecord & { readonly handle: string };
  /** relative to the root, by name */
  readonly artifacts: Readonly<Record<string, string>>;
}

/**
 * Carries out an analysis and keeps what was found; the same analysis keeps its handle.
 *
 * @throws  E_UNSUPPORTED for models without linear dynamics; E_DATA when the data are sampled unevenly; E_CONFLICT when a file has changed
 */
export async function runAnalysisRequest(workspace: Workspace, handle: string): Promise<AnalysisResult> {
  const { record } = workspace.facade.get("compiled_analysis_request", handle);
  const { workflow_key, parameters, dataset_handles } = record;
  const { folder } = runOf(workspace, record.checkpoint_handle as string);
  const data = dataset_handles.data === undefined ? undefined : givenData(workspace, dataset_handles.data);
  const { analysis_handle } = await analyzeRun(folder, { workflow_key, parameters, data, known: handle }, workspace.files);
  return describeAnalysis(workspace, analysis_handle);
}

/** What an analysis has found, and where its files lie. */
export function describeAnalysis(workspace: Workspace, handle: string): AnalysisResult {
  const { facade, folder } = workspace.find(handle);
  const { record } = facade.get("analysis", handle);
  const place = (path: string): string => workspace.relative(folder === null ? path : folder.resolve(path));
  const artifacts = Object.fromEntries(Object.entries(record.artifacts).map(([name, path]) => [name, place(path)]));
  return { summary: facade.describe(handle), analysis: { handle, ...record }, artifacts };
}

/** A checkpoint and the run that made it. */
function runOf(workspace: Workspace, checkpoint: string): { readonly folder: RunFolder; readonly record: CheckpointRecord } {
  const { folder, record } = openCheckpoint(workspace, checkpoint);
  if (folder !== null) return { folder, record };
  throw new DymadError("E_UNSUPPORTED", `${checkpoint} is a file that no run here has made`, {
    path: ["checkpoint_handle"],
    hint: "analyse the checkpoint of a run",
  });
}

/**
 * Keeps what a spectral analysis starts from: encoded states, the states one step later, and the linear map between them, as npz beside
 * the record (`encoded_p0`, `encoded_p1` [M, k], `full_matrix` [k, k]).
 *
 * @throws  E_UNSUPPORTED for models without linear dynamics; E_DATA when the data are sampled unevenly
 */
export function registerSnapshot(workspace: Workspace, checkpoint_handle: string, dataset_handle: string): ObjectSummary {
  const { model } = openCheckpoint(workspace, checkpoint_handle);
  const { record, file } = knownDataset(workspace, dataset_handle);
  const { dataset } = loadData(workspace.files.read(file), { ...record, n_samples: null, n_steps: null }, record.path);
  const { A, P0, P1, dt, timeDomain: time_domain } = latentPairs(model, dataset);
  const arrays = { encoded_p0: P0, encoded_p1: P1, full_matrix: A };
  const npz = writeNpz(
    Object.fromEntries(Object.entries(arrays).map(([name, { rows, cols, data }]) => [name, { shape: [rows, cols], data }])),
  );
  const snapshot = {
    checkpoint_handle,
    model_key: model.record.model.family,
    sample_count: P0.rows,
    obs_dim: P0.cols,
    metadata: { dataset_handle, dt, time_domain },
  };
  return workspace.facade.describe(workspace.facade.register("spectral_snapshot", snapshot, { npz }).handle);
}
