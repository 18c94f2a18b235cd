import type { GraphMode, TimeDomain } from "../../dynamics/models/spec.js";
import { DymadError } from "../../errors.js";
import { lookUpModel, type ModelDefinition, type ModelVariant, models, modelWords } from "../registry/models.js";
import { nearest } from "../registry/nearest.js";
import type { DataOptions } from "../registry/options.js";
import { type Profile, profileByKey, profiles } from "../registry/profiles.js";
import type { DataFormat, DataRole } from "../registry/request.js";
import type { CompiledData, CompileWarning } from "./compiled.js";
import type { DatasetFacts, GetDataset } from "./facts.js";
import { dataRoles, type ParsedRequest } from "./parse.js";
import { type IssueList, quoted, report } from "./shape.js";

/** The things a request names, looked up. */
export interface ResolvedRequest {
  readonly model: ModelDefinition | null;
  readonly profile: Profile | null;
  readonly time_domain: TimeDomain;
  readonly graph_mode: GraphMode;
  readonly data: Readonly<Record<DataRole, CompiledData | null>>;
}

/** Second step: names become things: the family, the profile, the data sets. */
export function resolve(
  parsed: ParsedRequest,
  getDataset: GetDataset,
  warnings: CompileWarning[],
  list: IssueList,
): ResolvedRequest {
  const { model, variant, time_domain } = resolveModel(parsed, warnings, list);
  const data = { train: null, valid: null, test: null } as Record<DataRole, CompiledData | null>;
  for (const role of dataRoles) data[role] = resolveData(parsed, role, getDataset, list);
  checkColumns(data, list);
  const graph_mode = resolveGraphMode(parsed, { model, variant, data }, warnings, list);
  const profile = model && resolveProfile(parsed.reference_profile, model, list);
  return { model, time_domain, graph_mode, profile, data };
}

function resolveModel(
  parsed: ParsedRequest,
  warnings: CompileWarning[],
  list: IssueList,
): { model: ModelDefinition | null; variant: ModelVariant | null; time_domain: TimeDomain } {
  const time_domain = parsed.time_domain ?? "continuous";
  if (parsed.model_key === null) return { model: null, variant: null, time_domain };
  const path = ["model_key"];
  const lookup = lookUpModel(parsed.model_key);
  const exist = `the models are ${models.map((m) => m.key).join(", ")}`;
  if (lookup.found === "nothing") {
    const close = nearest(parsed.model_key, modelWords());
    report(list, path, `${quoted(parsed.model_key)} is not a model`, close === null ? exist : `did you mean ${close}? ${exist}`);
    return { model: null, variant: null, time_domain };
  }
  const { model, variant } = lookup;
  if (variant === null) return { model, variant, time_domain: domainOf(model, parsed.time_domain, list) };
  if (parsed.time_domain !== null && parsed.time_domain !== variant.time_domain) {
    const message = `${parsed.time_domain} contradicts the variant ${variant.name}, which is ${variant.time_domain}`;
    report(list, ["time_domain"], message, `write model_key: ${model.key} with the time domain you mean`);
  }
  const graph = variant.graph_mode === null ? "" : ` and graph_mode: ${variant.graph_mode}`;
  const message = `${variant.name} stands for model_key: ${model.key} with time_domain: ${variant.time_domain}${graph}`;
  warnings.push({ path, message });
  return { model, variant, time_domain: variant.time_domain };
}

/** The time domain that is asked for, or the model's own. */
function domainOf({ key, time_domains }: ModelDefinition, asked: TimeDomain | null, list: IssueList): TimeDomain {
  if (asked === null || time_domains.includes(asked)) return asked ?? time_domains[0];
  report(list, ["time_domain"], `${key} exists in ${time_domains[0]} time only`, `write ${time_domains[0]}, or leave it out`);
  return time_domains[0];
}

function resolveProfile(key: string | null, model: ModelDefinition, list: IssueList): Profile | null {
  const wanted = key ?? model.default_profile;
  const profile = profileByKey(wanted);
  const fitting = profiles.filter((p) => p.model_keys.includes(model.key)).map((p) => p.key);
  if (profile?.model_keys.includes(model.key)) return profile;
  const why = profile === undefined ? "is not a profile" : `is not a profile of ${model.key}`;
  report(list, ["reference_profile"], `${quoted(wanted)} ${why}`, `the profiles of ${model.key} are ${fitting.join(", ")}`);
  return null;
}

function resolveData(parsed: ParsedRequest, role: DataRole, getDataset: GetDataset, list: IssueList): CompiledData | null {
  const options = parsed.data[role];
  if (options === null) return null;
  const path = ["data", role];
  const format = formatOf(options);
  if (format === null) {
    report(
      list,
      [...path, "path"],
      `${quoted(options.path)} ends neither in .npz nor in .csv`,
      "write format: npz or format: csv, or convert the file",
    );
    return null;
  }
  if (format === "npz" && (options.columns !== undefined || options.dt !== undefined)) {
    const key = options.columns !== undefined ? "columns" : "dt";
    report(list, [...path, key], "is only for csv: an npz file names its arrays", "leave it out");
    return null;
  }
  try {
    const facts = getDataset(role);
    if (options.kind === "graph" && facts.graph === null) {
      report(list, [...path, "kind"], "is graph, and the data have no graph", noGraph, "E_DATA");
    }
    return describeData(options, format, facts);
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    for (const issue of error.issues) {
      list.issues.push({ ...issue, path: issue.path[0] === "data" ? issue.path : [...path, "path"] });
    }
    return null;
  }
}

const noGraph = "give adj or ei in the file, or under data.train.graph";

/** The graph mode that is asked for, that of the variant, or the model's own for the data. */
function resolveGraphMode(
  { graph_mode: asked, data: options }: ParsedRequest,
  { model, variant, data }: Pick<ResolvedRequest, "model" | "data"> & { readonly variant: ModelVariant | null },
  warnings: CompileWarning[],
  list: IssueList,
): GraphMode {
  if (asked !== null && variant !== null && variant.graph_mode !== null && asked !== variant.graph_mode) {
    const message = `${asked} contradicts the variant ${variant.name}, which is ${variant.graph_mode}`;
    report(list, ["graph_mode"], message, "write model_key with the family and the graph mode you mean");
  }
  if (model === null || data.train === null) return "none";
  const { graph } = data.train;
  const regular = graph === null || options.train?.kind === "regular";
  const mode = asked ?? variant?.graph_mode ?? (regular ? "none" : (model.graph_modes[0] ?? "none"));
  if (mode === "none") return mode;
  if (!model.graph_modes.includes(mode)) {
    const known = model.graph_modes.length === 0 ? "none" : `none or ${model.graph_modes.join(", ")}`;
    report(list, ["graph_mode"], `${mode} is not a graph mode of ${model.key}`, `write ${known}`, "E_UNSUPPORTED");
    return "none";
  }
  for (const role of dataRoles) {
    if (data[role] === null || data[role].graph !== null) continue;
    report(list, ["graph_mode"], `${mode} needs a graph, and data.${role} has none`, noGraph.replace("train", role), "E_DATA");
  }
  if (graph !== null && graph.n_isolated > 0) {
    const message = `${graph.n_isolated} of ${graph.n_nodes} nodes have no edge: they hear only themselves`;
    warnings.push({ path: ["data", "train"], message });
  }
  return graph === null ? "none" : mode;
}

/** The format of a data file: what is written, or what the ending of its path says. */
export function formatOf(options: { readonly path: string; readonly format?: DataFormat | undefined }): DataFormat | null {
  if (options.format !== undefined) return options.format;
  const ending = options.path.toLowerCase().split(".").at(-1);
  return ending === "npz" || ending === "csv" ? ending : null;
}

function describeData(options: DataOptions, format: DataFormat, facts: DatasetFacts): CompiledData {
  return {
    path: options.path,
    format,
    columns: options.columns ?? null,
    given_dt: options.dt ?? null,
    given_graph: options.graph ?? null,
    n_samples: options.n_samples ?? null,
    n_steps: options.n_steps ?? null,
    ...facts,
  };
}

/** Every data set of a request has the same numbers of states and controls. */
function checkColumns(data: Readonly<Record<DataRole, CompiledData | null>>, list: IssueList): void {
  const { train } = data;
  if (train === null) return;
  for (const role of ["valid", "test"] as const) {
    const other = data[role];
    if (other === null) continue;
    for (const key of ["state_dim", "control_dim"] as const) {
      if (other[key] === train[key]) continue;
      const what = key === "state_dim" ? "states" : "controls";
      report(
        list,
        ["data", role],
        `has ${other[key]} ${what}, data.train has ${train[key]}`,
        "use data with the same columns",
        "E_SHAPE",
      );
    }
  }
}
