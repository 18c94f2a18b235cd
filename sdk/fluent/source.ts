import { type ArrayFields, datasetFromArrays } from "../dynamics/data/arrays.js";
import { nodesOf } from "../dynamics/data/dataset.js";
import type { GraphFields } from "../dynamics/data/graphs/fields.js";
import { withGraph } from "../dynamics/data/graphs/with-graph.js";
import type { Dataset } from "../dynamics/data/series.js";
import { datasetFromFrame, type Frame } from "../dynamics/data/table.js";
import { DymadError } from "../errors.js";
import { Matrix } from "../numerics/linalg/matrix.js";
import { memoryPath } from "../workflow/app/compile.js";
import type { ColumnRequest, DataFormat, DataReference, DataRole } from "../workflow/registry/request.js";

/**
 * Where data come from: the path of an npz or csv file, arrays by field, one matrix [T, n] or one per trajectory, a data frame
 * (anything with `columns` and `values`), or a data set that is there already.
 */
export type DataSource = string | ArrayFields | Matrix | readonly Matrix[] | Frame | Dataset;

/** How a source is read. */
export interface DataOptions {
  /** files: default by the ending of the path */
  readonly format?: DataFormat | undefined;
  /** csv and data frames: which columns hold what */
  readonly columns?: ColumnRequest | undefined;
  /** sampling interval where the source has no times, units of t */
  readonly dt?: number | undefined;
  /** graph of the nodes that the columns belong to, where the source has none */
  readonly graph?: GraphFields | undefined;
  /** use only the first trajectories */
  readonly n_samples?: number | undefined;
  /** use only the first samples of each */
  readonly n_steps?: number | undefined;
}

/** A source in the words of a request, with its values when they do not come from a file. */
export interface SourceParts {
  readonly reference: DataReference;
  readonly dataset: Dataset | null;
}

/** @throws E_SPEC when the source is none of the known forms; what is wrong with values in memory */
export function readSource(source: DataSource, options: DataOptions, role: DataRole): SourceParts {
  const { format, columns, dt, graph, n_samples, n_steps } = options;
  const limits = { ...(n_samples === undefined ? {} : { n_samples }), ...(n_steps === undefined ? {} : { n_steps }) };
  if (typeof source === "string") {
    const reading = {
      ...(format ? { format } : {}),
      ...(columns ? { columns } : {}),
      ...(dt === undefined ? {} : { dt }),
      ...(graph ? { graph } : {}),
    };
    return { reference: { path: source, ...reading, ...limits }, dataset: null };
  }
  return { reference: { path: memoryPath(role), ...limits }, dataset: withGivenGraph(toDataset(source, options), graph) };
}

const withGivenGraph = (dataset: Dataset, graph: GraphFields | undefined): Dataset =>
  graph === undefined || nodesOf(dataset) !== null ? dataset : withGraph(dataset, graph);

function toDataset(source: Exclude<DataSource, string>, { columns, dt }: DataOptions): Dataset {
  const step = dt === undefined ? {} : { dt };
  if (columns !== undefined && typeof source === "object" && source !== null && !isFrame(source)) {
    throw new DymadError("E_SPEC", "is for files and data frames: values in memory have their fields already", {
      path: ["columns"],
      hint: "leave it out, and give arrays by field, such as { t, x, u }",
    });
  }
  if (source instanceof Matrix) return datasetFromArrays({ x: source, ...step });
  if (Array.isArray(source) && source.every((item) => item instanceof Matrix)) return datasetFromArrays({ x: source, ...step });
  if (typeof source === "object" && source !== null && !Array.isArray(source)) {
    if ("trajectories" in source) return source;
    if (isFrame(source)) return datasetFromFrame(source, { ...(columns ? { columns: columns as never } : {}), ...step });
    if ("x" in source) return datasetFromArrays({ ...step, ...source });
  }
  throw new DymadError("E_SPEC", "this is not a source of data", {
    path: ["data"],
    hint: "give a path, arrays such as { t, x, u }, a Matrix, or a data frame; nested lists are { x: [...] }",
  });
}

const isFrame = (source: Exclude<DataSource, string>): source is Frame =>
  typeof source === "object" && source !== null && "columns" in source && "values" in source;
