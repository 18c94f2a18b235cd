import { datasetToNpz } from "../../dynamics/data/archive.js";
import type { GraphFields } from "../../dynamics/data/graphs/fields.js";
import type { DatasetInspection } from "../../dynamics/data/inspect.js";
import { sampleSystem } from "../../dynamics/data/sampling/sampler.js";
import type { SampleSpec } from "../../dynamics/data/sampling/spec.js";
import { DymadError } from "../../errors.js";
import { writeNpz } from "../../formats/npz.js";
import { sha256Hex } from "../../formats/sha256.js";
import { formatOf } from "../compiler/resolve.js";
import { type LoadedData, loadData } from "../executor/data-file.js";
import type { ColumnRequest, DataFormat } from "../registry/request.js";
import { type Files, machineFiles } from "../store/files.js";
import { readConfigFile } from "./config-file.js";

export interface InspectOptions {
  readonly format?: DataFormat | undefined;
  readonly columns?: ColumnRequest | undefined;
  readonly dt?: number | undefined;
  /** graph of a file that has none */
  readonly graph?: GraphFields | undefined;
  /** use only the first trajectories */
  readonly n_samples?: number | undefined;
  /** use only the first samples of each */
  readonly n_steps?: number | undefined;
}

/**
 * Sizes, sampling and column statistics of a data file.
 *
 * @throws  E_NOT_FOUND, E_FORMAT, E_SHAPE, E_DATA: what is wrong with the file
 */
export function inspectData(path: string, options: InspectOptions = {}, files: Files = machineFiles): DatasetInspection {
  return readDataFile(path, options, files).inspection;
}

/** The values of a data file beside what {@link inspectData} says of it. */
export function readDataFile(
  path: string,
  options: InspectOptions = {},
  files: Files = machineFiles,
): Pick<LoadedData, "dataset" | "inspection"> {
  const format = formatOf({ path, format: options.format });
  const bytes = files.read(path);
  if (format === null) {
    throw new DymadError("E_DATA", `${path} ends neither in .npz nor in .csv`, {
      hint: "name the format (npz or csv), or convert the file",
    });
  }
  const columns = (options.columns ?? null) as Readonly<Record<string, string | readonly string[]>> | null;
  const { dt = null, graph = null, n_samples = null, n_steps = null } = options;
  return loadData(bytes, { format, columns, dt, graph, n_samples, n_steps }, path);
}

export interface SampledFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly n_trajectories: number;
  readonly n_steps: number;
  readonly seed: number;
}

/**
 * Samples the system a file describes and writes the data as npz.
 *
 * @throws  E_CONFLICT when the output exists; E_SPEC with every problem of the description
 */
export function sampleToFile(specPath: string, out: string, seed: number, files: Files = machineFiles): SampledFile {
  if (formatOf({ path: out }) !== "npz") {
    throw new DymadError("E_USAGE", `${out} does not end in .npz`, { hint: "samples are written as npz" });
  }
  if (files.exists(out))
    throw new DymadError("E_CONFLICT", `${out} exists`, { hint: "choose another file with --out, or remove this one" });
  const config = readConfigFile(specPath, files);
  const { dataset, t } = config.run((spec) => sampleSystem(spec as SampleSpec, { seed }));
  const bytes = writeNpz(datasetToNpz(dataset));
  files.write(out, bytes);
  return {
    path: out,
    size: bytes.length,
    sha256: sha256Hex(bytes),
    n_trajectories: dataset.trajectories.length,
    n_steps: t.length,
    seed,
  };
}
