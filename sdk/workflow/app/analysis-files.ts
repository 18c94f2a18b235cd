import type { ChartSpec } from "../../charts/spec.js";
import { renderSvg } from "../../charts/svg.js";
import type { ShapedArray } from "../../formats/npy.js";
import { writeNpz } from "../../formats/npz.js";
import type { CompiledAnalysis } from "../compiler/compile-analysis.js";
import type { Facade } from "../facade/facade.js";
import type { AnalysisRecord, CompiledAnalysisRecord } from "../facade/records.js";
import type { Files } from "../store/files.js";

/** Where analyses are kept: a store for their records, a directory for their files. */
export interface AnalysisPlace {
  readonly facade: Facade;
  readonly files: Files;
  /** absolute */
  readonly directory: string;
  /** a path as records write it */
  relative(path: string): string;
}

/** What an analysis has found, in the forms it is kept in. */
export interface Findings {
  /** numbers of the record */
  readonly summary: AnalysisRecord["summary"];
  readonly eigenvalues?: AnalysisRecord["eigenvalues"];
  readonly responses?: AnalysisRecord["responses"];
  readonly warnings?: AnalysisRecord["warnings"];
  /** further parts of the summary file */
  readonly details: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, ShapedArray>>;
  readonly charts: Readonly<Record<string, ChartSpec>>;
}

/** Handles of what was analysed. */
export type AnalysisOrigin = Pick<CompiledAnalysisRecord, "checkpoint_handle" | "dataset_handles"> & {
  /** handle by which the compiled request is known elsewhere */
  readonly request?: string | undefined;
};

export interface KeptAnalysis {
  readonly analysis_handle: string;
  /** paths as records write them, by name */
  readonly artifacts: Readonly<Record<string, string>>;
}

/**
 * Writes what was found, in files named by the hash of the compiled request, and records it: the same analysis has the same files and
 * keeps its handle.
 */
export async function keepAnalysis(
  place: AnalysisPlace,
  compiled: CompiledAnalysis,
  findings: Findings,
  origin: AnalysisOrigin,
): Promise<KeptAnalysis> {
  const { files, directory } = place;
  const { summary, details, arrays, charts } = findings;
  const artifacts: Record<string, string> = {};
  const keep = (name: string, file: string, content: string | Uint8Array): void => {
    const path = files.join(directory, `${compiled.hash.slice(0, 12)}-${file}`);
    files.write(path, content);
    artifacts[name] = place.relative(path);
  };
  keep("arrays", "arrays.npz", writeNpz(arrays));
  for (const [name, chart] of Object.entries(charts)) keep(name, `${name}.svg`, await renderSvg(chart));
  const content = { schema_version: 1, ...compiled, summary, ...details };
  keep("summary", "summary.json", `${JSON.stringify(content, null, 2)}\n`);
  return { analysis_handle: record(place.facade, compiled, origin, artifacts, findings), artifacts };
}

function record(
  facade: Facade,
  { workflow_key, parameters, hash }: CompiledAnalysis,
  { checkpoint_handle, dataset_handles, request: known }: AnalysisOrigin,
  artifacts: Readonly<Record<string, string>>,
  { summary: found, eigenvalues, responses, warnings = [] }: Findings,
): string {
  const same = facade.list("analysis").find(({ handle }) => facade.get("analysis", handle).record.summary.request_hash === hash);
  if (same !== undefined) return same.handle;
  const request = { workflow_key, checkpoint_handle, dataset_handles, parameters: { ...parameters } };
  const compiled_request_handle =
    known !== undefined && facade.has(known) ? known : facade.register("compiled_analysis_request", request, {}, known).handle;
  const summary = { request_hash: hash, ...found };
  const kept = { workflow_key, compiled_request_handle, artifacts, summary };
  const more = {
    ...(eigenvalues === undefined ? {} : { eigenvalues }),
    ...(responses === undefined ? {} : { responses }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
  return facade.register("analysis", { ...kept, ...more }).handle;
}
