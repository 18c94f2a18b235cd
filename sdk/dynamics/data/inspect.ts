import { sha256Hex } from "../../formats/sha256.js";
import { numbered, widthsOf } from "./dataset.js";
import { type GraphInspection, inspectGraphs } from "./graphs/inspection.js";
import type { Dataset } from "./series.js";
import { uniformStep } from "./step.js";

/** One column over all trajectories. The statistics are over its finite values, and null when there are none. */
export interface ColumnSummary {
  readonly field: "x" | "u" | "y" | "p";
  readonly name: string;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** population standard deviation */
  readonly std: number | null;
  /** values that are NaN or infinite */
  readonly nan: number;
}

/** What a dataset is, in numbers: plain JSON. */
export interface DatasetInspection {
  readonly format: "npz" | "csv" | "memory";
  readonly kind: "regular" | "graph";
  readonly n_trajectories: number;
  /** rows per trajectory; null when they differ */
  readonly n_steps: number | null;
  readonly n_steps_range: readonly [number, number];
  readonly is_ragged: boolean;
  readonly state_dim: number;
  readonly control_dim: number;
  readonly aux_dim: number;
  readonly parameter_dim: number;
  readonly has_graph: boolean;
  readonly n_nodes: number | null;
  /** null without a graph; columns above are those of all nodes together */
  readonly graph: GraphInspection | null;
  /** the sample step, units of `t`; null when sampling is irregular or steps differ */
  readonly dt: number | null;
  readonly t_range: readonly [number, number];
  readonly columns: readonly ColumnSummary[];
  /** of the file's bytes; null for data in memory */
  readonly sha256: string | null;
  /** bytes of the file; null for data in memory */
  readonly size: number | null;
}

/**
 * Sizes, sampling and column statistics of a dataset.
 *
 * @param source  `format` it was read from, and the file's `bytes` for its hash and size
 */
export function inspect(
  dataset: Dataset,
  source: { readonly format?: DatasetInspection["format"]; readonly bytes?: Uint8Array } = {},
): DatasetInspection {
  const { trajectories } = dataset;
  const graph = inspectGraphs(dataset);
  const widths = widthsOf(dataset);
  const lengths = trajectories.map(({ t }) => t.length);
  const shortest = lengths.reduce((a, b) => Math.min(a, b));
  const longest = lengths.reduce((a, b) => Math.max(a, b));
  const names = { ...dataset.names, y: numbered("y", widths.y), p: numbered("p", widths.p) };
  return {
    format: source.format ?? "memory",
    kind: graph === null ? "regular" : "graph",
    n_trajectories: trajectories.length,
    n_steps: shortest === longest ? longest : null,
    n_steps_range: [shortest, longest],
    is_ragged: shortest !== longest,
    state_dim: widths.x,
    control_dim: widths.u,
    aux_dim: widths.y,
    parameter_dim: widths.p,
    has_graph: graph !== null,
    n_nodes: graph?.n_nodes ?? null,
    graph,
    dt: uniformStep(dataset),
    t_range: [
      trajectories.reduce((least, { t }) => Math.min(least, t[0]), Number.POSITIVE_INFINITY),
      trajectories.reduce((most, { t }) => Math.max(most, t[t.length - 1]), Number.NEGATIVE_INFINITY),
    ],
    columns: (["x", "u", "y", "p"] as const).flatMap((field) =>
      names[field].map((name, j) => summarise(dataset, field, name, j, widths[field])),
    ),
    sha256: source.bytes === undefined ? null : sha256Hex(source.bytes),
    size: source.bytes?.length ?? null,
  };
}

/** Mean and variance by Welford's update: one pass, and no cancellation when the mean is large. */
function summarise(dataset: Dataset, field: ColumnSummary["field"], name: string, j: number, width: number): ColumnSummary {
  let [count, nan, mean, squares] = [0, 0, 0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const one of dataset.trajectories) {
    const value = one[field];
    const data = value === null ? [] : "cols" in value ? value.data : value;
    for (let k = j; k < data.length; k += width) {
      const v = data[k];
      if (!Number.isFinite(v)) {
        nan++;
        continue;
      }
      count++;
      const off = v - mean;
      mean += off / count;
      squares += off * (v - mean);
      min = Math.min(min, v);
      max = Math.max(max, v);
    }
  }
  if (count === 0) return { field, name, min: null, max: null, mean: null, std: null, nan };
  return { field, name, min, max, mean, std: Math.sqrt(squares / count), nan };
}
