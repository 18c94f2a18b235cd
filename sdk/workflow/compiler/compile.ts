import type { TrainingConfig } from "../../dynamics/training/config.js";
import { DymadError } from "../../errors.js";
import type { TrainingRequest } from "../registry/request.js";
import { check } from "./check.js";
import type { CompiledDraft, CompiledTraining, CompileWarning } from "./compiled.js";
import { type CompletedRequest, complete } from "./complete.js";
import type { GetDataset } from "./facts.js";
import { requestHash } from "./identity.js";
import { type ParsedRequest, parse } from "./parse.js";
import { type ResolvedRequest, resolve } from "./resolve.js";
import type { IssueList } from "./shape.js";

/**
 * Turns a training request into a complete, checked, frozen one: parse, resolve, complete, check, freeze. Pure: it touches neither
 * files nor store nor clock, so the same request on the same data always gives the same result and the same hash.
 *
 * @param request     the request in the words of docs/config.md
 * @param getDataset  facts of a data set of the request; it may throw a DymadError, whose issues join the others
 * @returns           plain JSON, frozen
 * @throws            every problem of the request at once (E_SPEC, E_SHAPE, E_DATA, E_UNSUPPORTED, E_BACKEND, ...), each with its
 *                    path, what is wrong with which value, and what to do
 */
export function compileTraining(request: TrainingRequest, { getDataset }: { readonly getDataset: GetDataset }): CompiledTraining {
  const list: IssueList = { issues: [] };
  const warnings: CompileWarning[] = [];
  const parsed = parse(request, list);
  const resolved = resolve(parsed, getDataset, warnings, list);
  const completed = check(parsed, resolved, complete(parsed, resolved, list), warnings, list);
  const draft = list.issues.length === 0 ? assemble(request, parsed, resolved, completed, warnings) : null;
  if (draft === null) throw DymadError.ofIssues(list.issues);
  return freeze(draft);
}

function assemble(
  request: TrainingRequest,
  parsed: ParsedRequest,
  resolved: ResolvedRequest,
  completed: CompletedRequest,
  warnings: readonly CompileWarning[],
): CompiledDraft | null {
  const { model, transform_x, transform_u, rest, phases } = completed;
  const { run, evaluation, split } = parsed;
  if (!model || !transform_x || !transform_u || !rest || !run || !evaluation || !split || !resolved.profile) return null;
  const config: TrainingConfig = {
    model,
    transform_x,
    transform_u,
    phases: phases.map(({ phase }) => phase),
    ...rest,
    seed: run.seed,
  };
  return {
    schema_version: 1,
    request,
    model_key: model.family,
    profile: resolved.profile.key,
    graph_mode: "none",
    config,
    data: resolved.data,
    split: resolved.data.valid === null ? split : null,
    run,
    evaluation,
    warnings,
  };
}

/** Last step: a copy that shares nothing with the caller, its hash, and no way to change either. */
function freeze(draft: CompiledDraft): CompiledTraining {
  const copy = JSON.parse(JSON.stringify(draft)) as CompiledDraft;
  return deepFreeze({ ...copy, hash: requestHash(copy) });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
