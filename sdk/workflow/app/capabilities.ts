import { z } from "zod";
import { DymadError } from "../../errors.js";
import { analyses } from "../registry/analysis-options.js";
import { type CatalogEntry, catalog, describeTraining, type TrainingDescription } from "../registry/catalog.js";
import { lookUpModel, type ModelDefinition, type ModelVariant, models, modelWords } from "../registry/models.js";
import { nearest } from "../registry/nearest.js";
import { type Profile, profiles } from "../registry/profiles.js";
import { evaluationOptions } from "../registry/section-options.js";
import type { Workspace } from "./workspace/workspace.js";

/** What can be trained; with a data set, what can be trained on it. */
export function trainingCapabilities(workspace: Workspace, dataset_handle?: string | undefined): readonly CatalogEntry[] {
  if (dataset_handle === undefined) return catalog.training;
  const { kind } = workspace.find(dataset_handle).facade.get("dataset", dataset_handle).record;
  return catalog.training.filter(({ key }) => key.endsWith(`-${kind}`));
}

export interface ResolvedModel {
  readonly capability: ModelDefinition;
  /** null when the word names the family */
  readonly variant: ModelVariant | null;
}

/** @throws E_NOT_FOUND with the nearest word */
export function resolveModel(word: string): ResolvedModel {
  const lookup = lookUpModel(word);
  if (lookup.found === "model") return { capability: lookup.model, variant: lookup.variant };
  const exist = `the models are ${models.map(({ key }) => key).join(", ")}`;
  const close = nearest(word, modelWords());
  throw new DymadError("E_NOT_FOUND", `${JSON.stringify(word)} is not a model`, {
    hint: close === null ? exist : `did you mean ${close}? ${exist}`,
  });
}

export const trainingCapability = (word: string): TrainingDescription => describeTraining(resolveModel(word).capability.key);

export const modelCapabilities = (): readonly ModelDefinition[] => models;

export const profileCapabilities = (): readonly Profile[] => profiles;

/** What can be evaluated, with the options as JSON Schema. */
export function evaluationCapabilities(): readonly (CatalogEntry & { readonly parameter_schema: object })[] {
  const parameter_schema = z.toJSONSchema(evaluationOptions, { io: "input" });
  return catalog.evaluations.map((entry) => ({ ...entry, parameter_schema }));
}

/** What can be asked of a trained model, with the parameters as JSON Schema. */
export function analysisCapabilities(): readonly (CatalogEntry & { readonly parameter_schema: object })[] {
  return analyses.map(({ parameters, ...entry }) => ({
    ...entry,
    parameter_schema: z.toJSONSchema(parameters, { io: "input" }),
  }));
}
