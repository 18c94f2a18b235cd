import type { ModelSpec } from "../../dynamics/models/spec.js";
import type { TrainingRequest } from "../registry/request.js";

/** A request with the graph of its known part in place of a name, so that it can be compiled again without the source. */
export function embedPhysics(request: TrainingRequest, { physics }: ModelSpec): TrainingRequest {
  const { overrides } = request;
  const given = overrides?.model as { readonly physics?: unknown } | undefined;
  if (physics === null || typeof given?.physics !== "string") return request;
  return { ...request, overrides: { ...overrides, model: { ...overrides?.model, physics } } };
}
