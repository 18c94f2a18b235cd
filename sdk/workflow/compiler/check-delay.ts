import type { DataRole } from "../registry/request.js";
import type { CompiledData } from "./compiled.js";
import type { CompletedRequest } from "./complete.js";
import { dataRoles, type ParsedRequest } from "./parse.js";
import type { ResolvedRequest } from "./resolve.js";
import { type IssueList, report } from "./shape.js";

/** A delay leaves at least one sample of every trajectory; false when it does not. */
export function checkDelay(
  key: "transform_x" | "transform_u" | "transform_y",
  parsed: ParsedRequest,
  completed: CompletedRequest,
  { data }: ResolvedRequest,
  list: IssueList,
): boolean {
  const stages = completed[key] ?? [];
  const i = stages.findIndex(({ type }) => type === "delay");
  const stage = stages[i];
  if (stage?.type !== "delay") return true;
  const width = ({ state_dim, control_dim, aux_dim }: CompiledData): number =>
    key === "transform_x" ? state_dim : key === "transform_u" ? control_dim : aux_dim;
  const used = dataRoles.filter((role) => data[role] !== null && width(data[role]) > 0);
  if (used.length === 0) return true;
  const shortest = (role: DataRole): number => (data[role] as CompiledData).shortest;
  const role = used.reduce((a, b) => (shortest(b) < shortest(a) ? b : a));
  const { delay } = stage;
  if (shortest(role) > delay) return true;
  const path = ["overrides", key, ...(Array.isArray(parsed.overrides[key]) ? [i] : []), "delay"];
  const message = `${delay} needs more than ${delay} samples, the shortest trajectory of data.${role} has ${shortest(role)}`;
  const remedy = shortest(role) > 2 ? `write ${shortest(role) - 2} or less, or leave` : "leave";
  report(list, path, message, `${remedy} out short trajectories`, "E_DATA");
  return false;
}
