import { compositions } from "../../dynamics/models/composition.js";
import type { ModelFamily, ModelSpec } from "../../dynamics/models/spec.js";
import type { TrainingConfig } from "../../dynamics/training/config.js";
import type { TransformStage } from "../../dynamics/transforms/spec.js";
import { absentLayers, absentModelOptions, interpolationKind, modelOptions } from "../registry/model-options.js";
import { type ModelDefinition, models } from "../registry/models.js";
import { profiles } from "../registry/profiles.js";
import type { ModelRequest } from "../registry/request.js";
import { dataloaderOptions, precisionOptions, selectionOptions } from "../registry/section-options.js";
import { readCriterion } from "./criterion.js";
import { delayOf } from "./dimensions.js";
import { dividedData, trainPart } from "./divided-data.js";
import { type FittedProfile, fitProfile } from "./fit-profile.js";
import type { ParsedRequest } from "./parse.js";
import { type PlacedPhase, readPhases } from "./phases.js";
import { type KernelMachineOptions, readKernelMachine } from "./read-kernels.js";
import { readTransform } from "./read-transform.js";
import type { ResolvedRequest } from "./resolve.js";
import { type IssueList, isMapping, overlay, quoted, readShape, report } from "./shape.js";

/** A configuration with every default filled in; a part with problems is null. */
export interface CompletedRequest {
  readonly model: ModelSpec | null;
  /** `model.physics` as it was written; null for families without a known part */
  readonly physics: unknown;
  readonly transform_x: readonly TransformStage[] | null;
  readonly transform_u: readonly TransformStage[] | null;
  /** empty = as they are */
  readonly transform_y: readonly TransformStage[] | null;
  readonly transform_p: readonly TransformStage[] | null;
  readonly transform_ew: readonly TransformStage[] | null;
  readonly transform_ea: readonly TransformStage[] | null;
  readonly phases: readonly PlacedPhase[];
  readonly rest: Pick<TrainingConfig, "criterion" | "dataloader" | "selection" | "dtype"> | null;
}

const notYet: Readonly<Record<string, string>> = {
  plotting: "leave it out: the report draws every state; evaluation.plot_selection and max_plots choose the trajectories",
};

/** Third step: the profile is laid over the defaults of the library, and the request over both. */
export function complete(parsed: ParsedRequest, resolved: ResolvedRequest, list: IssueList): CompletedRequest {
  const { overrides } = parsed;
  for (const [key, hint] of Object.entries(notYet)) {
    if (overrides[key] !== undefined && overrides[key] !== null)
      report(list, ["overrides", key], "is not supported yet", hint, "E_UNSUPPORTED");
  }
  const { model } = resolved;
  // Without a family the rest is still read, against the defaults all families share, so that its problems are told too.
  const profile = resolved.profile ?? profiles[0];
  const given_x = readTransform(overrides.transform_x, ["overrides", "transform_x"], list);
  const given_u = readTransform(overrides.transform_u, ["overrides", "transform_u"], list);
  const own = isMapping(overrides.model) ? overrides.model : {};
  const part = parsed.data.valid !== null ? 1 : trainPart(resolved, parsed.split);
  const fitted = fitProfile(profile, dividedData(resolved, parsed.split, delayOf(given_x ?? null)), own, given_x ?? null, part);
  const chain = (given: readonly TransformStage[] | null | undefined, fit: FittedProfile["transform_x"]) =>
    given === undefined ? ((fit as readonly TransformStage[] | null) ?? identity) : given;

  const further = (key: "transform_y" | "transform_p" | "transform_ew" | "transform_ea"): readonly TransformStage[] | null => {
    const given = readTransform(overrides[key], ["overrides", key], list);
    return given === undefined ? [] : given;
  };

  const section = (name: string, base: unknown): unknown => overlay(base, overrides[name] ?? {});
  const criterion = readCriterion(profile.criterion, overrides.criterion ?? undefined, ["overrides", "criterion"], list);
  const dataloader = readShape(
    dataloaderOptions,
    section("dataloader", profile.dataloader),
    "dataloader",
    ["overrides", "dataloader"],
    list,
  );
  const selection = readShape(selectionOptions, section("selection", {}), "selection", ["overrides", "selection"], list);
  const onProcessor = ["auto", "cpu"].includes(parsed.run?.device ?? "auto");
  // Other devices compute in float32 only; asking for one leaves nothing to choose.
  const double_precision = profile.double_precision && onProcessor;
  const precision = readShape(precisionOptions, section("data", { double_precision }), "precision", ["overrides", "data"], list);
  const read =
    model === null || resolved.profile === null ? null : readModel(model, fitted.model, overrides.model, resolved, list);
  const transform_x = chain(given_x, fitted.transform_x);
  const windows = read !== null && compositions[read.spec.family].encoder === "window";
  return {
    model: read === null ? null : { ...read.spec, sequence: windows ? delayOf(transform_x) + 1 : 1 },
    physics: read?.physics ?? null,
    transform_x,
    transform_u: chain(given_u, fitted.transform_u),
    transform_y: further("transform_y"),
    transform_p: further("transform_p"),
    transform_ew: further("transform_ew"),
    transform_ea: further("transform_ea"),
    phases: readPhases(overrides.phases ?? undefined, fitted, criterion ?? {}, ["overrides", "phases"], list),
    rest:
      criterion && dataloader && selection && precision
        ? { criterion, dataloader, selection, dtype: precision.double_precision ? "float64" : "float32" }
        : null,
  };
}

function readModel(
  model: ModelDefinition,
  defaults: ModelRequest,
  value: unknown,
  resolved: ResolvedRequest,
  list: IssueList,
): { spec: ModelSpec; physics: unknown } | null {
  const path = ["overrides", "model"];
  if (value !== undefined && value !== null && !isMapping(value)) {
    report(list, path, `must be a mapping of model options, got ${quoted(value)}`);
    return null;
  }
  const own: Record<string, unknown> = { ...value };
  const foreign = models.map(({ key }) => key).filter((key) => key !== model.key);
  for (const key of Object.keys(own)) {
    const owner = foreign.find((family) => hasOption(family, key));
    if (owner === undefined || hasOption(model.key, key)) continue;
    report(list, [...path, key], `is an option of ${owner}, not of ${model.key}`, "leave it out");
    delete own[key];
  }
  const { graph_mode, time_domain } = resolved;
  const onGraph = graph_mode === "node" ? { processor_type: "gnn_smp" } : {};
  const options = readShape(modelOptions[model.key], overlay(overlay(defaults, onGraph), own), "model", path, list);
  if (options === null) return null;
  const { physics = null, input_order = "cubic", ...given } = options;
  const kernels = "kernel" in given;
  const machine = kernels ? readKernelMachine(given as unknown as KernelMachineOptions, path, list) : null;
  if (kernels && machine === null) return null;
  const rest = machine === null ? given : { ...without(given, Object.keys(machine)), kernel: machine };
  const spec = { ...absentLayers, ...absentModelOptions, ...rest, family: model.key, time_domain, graph_mode } as ModelSpec;
  return { spec: { ...spec, input_order: interpolationKind(input_order) }, physics };
}

const without = (record: object, keys: readonly string[]): object =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));

function hasOption(family: ModelFamily, key: string): boolean {
  return key in (modelOptions[family] as unknown as { readonly shape: Record<string, unknown> }).shape;
}

const identity: readonly TransformStage[] = [{ type: "identity" }];
