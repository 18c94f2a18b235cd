import { datasetFromNpz } from "../../dynamics/data/archive.js";
import { type DatasetNames, nodesOf, truncate } from "../../dynamics/data/dataset.js";
import type { GraphFields } from "../../dynamics/data/graphs/fields.js";
import { withGraph } from "../../dynamics/data/graphs/with-graph.js";
import { type DatasetInspection, inspect } from "../../dynamics/data/inspect.js";
import type { Dataset } from "../../dynamics/data/series.js";
import { datasetFromCsv } from "../../dynamics/data/table.js";
import type { ColumnRoles } from "../../formats/roles.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { DatasetFacts } from "../compiler/facts.js";
import type { DataFormat } from "../registry/request.js";

/** How the bytes of a data file are read. */
export interface Reading {
  readonly format: DataFormat;
  readonly columns: Readonly<Record<string, string | readonly string[]>> | null;
  readonly dt: number | null;
  readonly n_samples: number | null;
  readonly n_steps: number | null;
  /** graph of a file that has none */
  readonly graph?: GraphFields | null;
  /** npz: names of the columns, which the file cannot hold */
  readonly names?: DatasetNames | null;
}

export interface LoadedData {
  readonly dataset: Dataset;
  readonly inspection: DatasetInspection;
  readonly facts: DatasetFacts;
}

/**
 * The data set in the bytes of a file.
 *
 * @param where  name of the file, for messages
 * @throws       E_FORMAT, E_SHAPE, E_DATA: what is wrong with the file or its values, all of it at once
 */
export function loadData(bytes: Uint8Array, reading: Reading, where: string): LoadedData {
  const read =
    reading.format === "npz"
      ? datasetFromNpz(bytes, { where, ...(reading.names ? { names: reading.names } : {}) })
      : datasetFromCsv(new TextDecoder().decode(bytes), {
          where,
          ...(reading.columns === null ? {} : { columns: reading.columns as unknown as ColumnRoles }),
          ...(reading.dt === null ? {} : { dt: reading.dt }),
        });
  const given = reading.graph ?? null;
  const whole = given === null || nodesOf(read) !== null ? read : withGraph(read, given);
  const dataset = truncate(whole, {
    ...(reading.n_samples === null ? {} : { n_samples: reading.n_samples }),
    ...(reading.n_steps === null ? {} : { n_steps: reading.n_steps }),
  });
  const inspection = inspect(dataset, { format: reading.format, bytes });
  return { dataset, inspection, facts: factsOf(inspection, sha256Hex(bytes), bytes.length) };
}

export function factsOf(inspection: DatasetInspection, sha256: string, size: number): DatasetFacts {
  const [shortest, longest] = inspection.n_steps_range;
  const { n_trajectories, state_dim, aux_dim, control_dim, parameter_dim, graph, dt } = inspection;
  return { sha256, size, n_trajectories, shortest, longest, state_dim, aux_dim, control_dim, parameter_dim, graph, dt };
}
