import { DymadError, type Issue } from "../../../errors.js";
import { widthsOf, withTrajectories } from "../dataset.js";
import type { Dataset } from "../series.js";
import { checkColumns } from "./checks.js";
import { type GraphFields, readGraphs } from "./fields.js";

/**
 * The same trajectories as states of the nodes of a graph, whose columns stand node after node.
 *
 * @param fields  `adj` or `ei`, `ew`, `ea`; `n_nodes`
 * @throws        E_SHAPE, E_DATA with every problem: indices, doubled edges, columns that nodes cannot share
 */
export function withGraph(dataset: Dataset, fields: GraphFields): Dataset {
  const issues: Issue[] = [];
  const lengths = dataset.trajectories.map(({ t }) => t.length);
  const widths = widthsOf(dataset);
  const graphs = readGraphs(fields, lengths, widths.x, issues);
  for (const field of ["u", "y"] as const)
    if (graphs[0] !== undefined) issues.push(...checkColumns(field, widths[field], graphs[0].nodes));
  if (issues.length > 0) throw DymadError.ofIssues(issues);
  return withTrajectories(
    dataset,
    dataset.trajectories.map((one, i) => ({ ...one, graph: graphs[i] })),
  );
}
