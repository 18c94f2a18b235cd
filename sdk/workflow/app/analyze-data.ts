import { datasetToNpz } from "../../dynamics/data/archive.js";
import type { Dataset } from "../../dynamics/data/series.js";
import { DymadError } from "../../errors.js";
import { writeNpz } from "../../formats/npz.js";
import { sha256Hex } from "../../formats/sha256.js";
import { definitionOf, requireInputs } from "../compiler/analysis-definition.js";
import { type AnalysisRequest, type CompiledFor, compileAnalysis } from "../compiler/compile-analysis.js";
import { type HavokResult, runHavok } from "../executor/havok.js";
import { names } from "../executor/run-folder.js";
import { runTransformModes, type TransformModesResult } from "../executor/vortex-transform-modes.js";
import { Facade } from "../facade/facade.js";
import type { AnalysisRecord } from "../facade/records.js";
import type { DataAnalysisKey } from "../registry/analysis-request.js";
import { FileStore } from "../store/file-store.js";
import { type Files, machineFiles } from "../store/files.js";
import { type AnalysisPlace, type Findings, keepAnalysis } from "./analysis-files.js";
import { type DatasetFile, readDatasetFile, registerRecord } from "./dataset-file.js";
import { havokFindings } from "./havok-content.js";
import { transformModesFindings } from "./transform-modes-content.js";

/** Data of an analysis, by the part they play: files, or values in memory. */
export interface AnalysisData {
  readonly train?: DatasetFile | Dataset | undefined;
  readonly test?: DatasetFile | Dataset | undefined;
  /** of analyses that are about one data set */
  readonly data?: DatasetFile | Dataset | undefined;
}

/** The words of the registry for each part. */
const inputs: { readonly [P in keyof AnalysisData]-?: string } = {
  train: "train_dataset_handle",
  test: "test_dataset_handle",
  data: "data",
};

export interface AnalyzeDataOptions extends AnalysisRequest {
  /** directory of what is found and of its records; default `analyses` */
  readonly out?: string | undefined;
}

/** An analysis of data, and where its files lie. */
interface KeptDataAnalysis<K extends DataAnalysisKey> {
  readonly workflow_key: K;
  readonly analysis_handle: string;
  readonly compiled: CompiledFor<K>;
  /** absolute */
  readonly directory: string;
  /** by name, relative to the directory */
  readonly artifacts: Readonly<Record<string, string>>;
  readonly summary: AnalysisRecord["summary"];
  /** what its summary file says beside that */
  readonly details: Readonly<Record<string, unknown>>;
  /** what a reader of the numbers must know */
  readonly warnings: readonly string[];
}

export interface TransformModesAnalysis extends KeptDataAnalysis<"vortex_transform_modes"> {
  readonly result: TransformModesResult;
}

export interface HavokAnalysis extends KeptDataAnalysis<"havok"> {
  readonly result: HavokResult;
}

/** The analyses of data by their keys. */
export interface DataAnalyses {
  readonly vortex_transform_modes: TransformModesAnalysis;
  readonly havok: HavokAnalysis;
}

export type DataAnalysis = DataAnalyses[DataAnalysisKey];

/** Data at hand, under the handle of their record. */
export interface HandledData {
  readonly handle: string;
  readonly sha256: string;
  readonly dataset: Dataset;
}

/**
 * Analyses data without a model, and keeps what was found in a directory, named by the hash of the compiled request: the same analysis
 * has the same files and keeps its handle.
 *
 * @throws  E_SPEC when the workflow or a parameter is unknown or unfit, or data are missing; what is wrong with the data
 */
export async function analyzeData(
  data: AnalysisData,
  { out = "analyses", ...request }: AnalyzeDataOptions = {},
  files: Files = machineFiles,
): Promise<DataAnalysis> {
  const directory = files.resolve(out);
  const place: AnalysisPlace = {
    facade: new Facade(new FileStore(files.join(directory, names.store))),
    files,
    directory,
    relative: (path) => files.relative(directory, path),
  };
  const given = Object.entries(inputs).flatMap(([part, word]) => {
    const source = data[part as keyof AnalysisData];
    return source === undefined ? [] : [[word, source] as const];
  });
  const datasets = given.map(([word]) => word);
  requireInputs(definitionOf(request.workflow_key), { checkpoint: false, datasets });
  const handled = given.map(([word, source]) => [word, handledIn(place, source)] as const);
  return analyzeHandled(place, Object.fromEntries(handled), request);
}

/** The same for data that have their records already. `known`: handle of the compiled request. */
export async function analyzeHandled(
  place: AnalysisPlace,
  data: Readonly<Record<string, HandledData>>,
  { known, ...request }: AnalysisRequest & { readonly known?: string | undefined },
): Promise<DataAnalysis> {
  const of = <T>(pick: (one: HandledData) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(data).map(([name, one]) => [name, pick(one)]));
  const compiled = compileAnalysis(
    request,
    of(({ sha256 }) => sha256),
  );
  const origin = { checkpoint_handle: null, dataset_handles: of(({ handle }) => handle), request: known };
  const kept = async (findings: Findings) => ({
    ...(await keepAnalysis(place, compiled, findings, origin)),
    directory: place.directory,
    summary: findings.summary,
    details: findings.details,
    warnings: findings.warnings ?? [],
  });
  switch (compiled.workflow_key) {
    case "vortex_transform_modes": {
      const { train_dataset_handle: train, test_dataset_handle: test } = data;
      const result = runTransformModes(train.dataset, test.dataset, compiled.parameters);
      const { workflow_key } = compiled;
      return { workflow_key, compiled, result, ...(await kept(transformModesFindings(compiled, result))) };
    }
    case "havok": {
      const result = runHavok(data.data.dataset, compiled.parameters);
      const { workflow_key } = compiled;
      return { workflow_key, compiled, result, ...(await kept(havokFindings(compiled, result))) };
    }
    case "spectral_koopman":
      throw new DymadError("E_SPEC", `${compiled.workflow_key} is about a trained model`, {
        path: ["checkpoint_handle"],
        hint: "analyse the run that trained it",
      });
  }
}

/** Values in memory become a file beside what is found, named by its content. */
function handledIn({ facade, files, directory, relative }: AnalysisPlace, source: DatasetFile | Dataset): HandledData {
  if ("path" in source) {
    const { dataset, record } = readDatasetFile(files.read(source.path), source, relative(files.resolve(source.path)));
    return { handle: registerRecord(facade, record), sha256: record.sha256, dataset };
  }
  const bytes = writeNpz(datasetToNpz(source));
  const path = files.join(directory, "data", `${sha256Hex(bytes).slice(0, 12)}.npz`);
  if (!files.exists(path)) files.write(path, bytes);
  return handledIn({ facade, files, directory, relative }, { path });
}
