import type { TrainingConfig } from "../../dynamics/training/config.js";
import { DymadError } from "../../errors.js";
import type { TrainingRequest } from "../registry/request.js";
import { check } from "./check.js";
import { checkEarlier } from "./check-earlier.js";
import type { CompiledDraft, CompiledEarlier, CompiledTraining, CompileWarning } from "./compiled.js";
import { type CompletedRequest, complete } from "./complete.js";
import { embedPhysics } from "./embedded-physics.js";
import type { GetDataset, GetEarlier, GetPhysics } from "./facts.js";
import { freeze } from "./freeze.js";
import { ofOneNode } from "./node-facts.js";
import { type ParsedRequest, parse } from "./parse.js";
import { type ResolvedRequest, resolve } from "./resolve.js";
import type { IssueList } from "./shape.js";

/** Compiles the training of one model: parse, resolve, complete, check, freeze. */
export function compileOne(
  request: TrainingRequest,
  getDataset: GetDataset,
  getPhysics?: GetPhysics,
  getEarlier?: GetEarlier,
): CompiledTraining {
  const list: IssueList = { issues: [] };
  const warnings: CompileWarning[] = [];
  const parsed = parse(request, list);
  const resolved = resolve(parsed, getDataset, warnings, list);
  // a model on a graph is that of one node
  const seen = ofOneNode(resolved);
  const completed = check(parsed, seen, complete(parsed, seen, list), getPhysics, warnings, list);
  const earlier = checkEarlier(parsed, resolved, completed, getEarlier, list);
  const draft = list.issues.length === 0 ? assemble(request, parsed, resolved, completed, earlier, warnings) : null;
  if (draft === null) throw DymadError.ofIssues(list.issues);
  return freeze(draft);
}

function assemble(
  request: TrainingRequest,
  parsed: ParsedRequest,
  resolved: ResolvedRequest,
  completed: CompletedRequest,
  earlier: CompiledEarlier | null,
  warnings: readonly CompileWarning[],
): CompiledDraft | null {
  const { model, transform_x, transform_u, transform_y, transform_p, transform_ew, transform_ea, rest, phases } = completed;
  const { run, evaluation, split } = parsed;
  if (!model || !transform_x || !transform_u || !rest || !run || !evaluation || !split || !resolved.profile) return null;
  const config: TrainingConfig = {
    model,
    transform_x,
    transform_u,
    ...(transform_y?.length ? { transform_y } : {}),
    ...(transform_p?.length ? { transform_p } : {}),
    ...(transform_ew?.length ? { transform_ew } : {}),
    ...(transform_ea?.length ? { transform_ea } : {}),
    phases: phases.map(({ phase }) => phase),
    ...rest,
    seed: run.seed,
  };
  return {
    schema_version: 1,
    request: embedPhysics(request, model),
    model_key: model.family,
    profile: resolved.profile.key,
    graph_mode: model.graph_mode,
    config,
    data: resolved.data,
    ...(earlier === null ? {} : { earlier }),
    split: resolved.data.valid === null ? split : null,
    run,
    evaluation,
    search: null,
    warnings,
  };
}
