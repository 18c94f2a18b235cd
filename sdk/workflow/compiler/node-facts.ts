import type { DataRole } from "../registry/request.js";
import type { CompiledData } from "./compiled.js";
import type { ResolvedRequest } from "./resolve.js";

/** A request whose data have the columns of one node, as a model on a graph sees them; without a graph mode as it is. */
export function ofOneNode(resolved: ResolvedRequest): ResolvedRequest {
  if (resolved.graph_mode === "none") return resolved;
  const each = (data: CompiledData | null): CompiledData | null => {
    if (data === null || data.graph === null) return data;
    const { n_nodes } = data.graph;
    const { state_dim, control_dim, aux_dim } = data;
    return { ...data, state_dim: state_dim / n_nodes, control_dim: control_dim / n_nodes, aux_dim: aux_dim / n_nodes };
  };
  const data = Object.fromEntries(Object.entries(resolved.data).map(([role, one]) => [role, each(one)]));
  return { ...resolved, data: data as Readonly<Record<DataRole, CompiledData | null>> };
}
