import { fromUnit, type Parameters } from "../../dynamics/tuning/parameter.js";
import { DymadError } from "../../errors.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { DataRole, TrainingRequest } from "../registry/request.js";
import { runOptions } from "../registry/section-options.js";
import { compileOne } from "./compile-one.js";
import type { CompiledSearch, CompiledTraining } from "./compiled.js";
import { windowOf } from "./dimensions.js";
import { embedPhysics } from "./embedded-physics.js";
import type { DatasetFacts, GetDataset, GetPhysics } from "./facts.js";
import { freeze } from "./freeze.js";
import { readSearch, type SearchPlan } from "./read-search.js";
import { type IssueList, isMapping, readShape, report } from "./shape.js";
import { trialRequest } from "./trial.js";
import { TrialIssues } from "./trial-issues.js";

/** Whether a request asks for more than one training: by a search, or by several folds of which none is named. */
export function isSearch(request: unknown): boolean {
  if (!isMapping(request)) return false;
  if (isMapping(request.overrides) && request.overrides.cv !== undefined && request.overrides.cv !== null) return true;
  const split = isMapping(request.split) ? request.split : {};
  return typeof split.folds === "number" && Number.isInteger(split.folds) && split.folds > 1 && split.fold === undefined;
}

/**
 * Compiles a search: reads it, then compiles every candidate of a grid, or the middle and the corners of bounds, on the first fold
 * and on the last, so that a search that starts has no trial that cannot.
 */
export function compileSearch(given: TrainingRequest, getDataset: GetDataset, getPhysics?: GetPhysics): CompiledTraining {
  const list: IssueList = { issues: [] };
  let request = withoutEarlier(given, list);
  const plan = readSearch(request, list);
  const data = memoised(getDataset);
  if (plan === null) {
    // what is not about options has problems of its own
    list.issues.push(...problemsOf(request, data, getPhysics).filter(({ path }) => path[0] !== "overrides"));
    throw DymadError.ofIssues(list.issues);
  }
  const paths = new Map(plan.keys.map(({ key, path }) => [key, path]));
  const issues = new TrialIssues(plan);
  const compiled: CompiledTraining[] = [];
  const folds = plan.folds > 1 ? [0, plan.folds - 1] : [0];
  for (const params of probesOf(plan)) {
    for (const fold of folds) {
      try {
        const trial = compileOne(trialRequest(request, params, paths, fold), data, getPhysics);
        compiled.push(trial);
        // trials are compiled again where the source of the physics is not: all of them have the graph of the first
        request = embedPhysics(request, trial.config.model);
        issues.noteSuccess();
      } catch (error) {
        if (!(error instanceof DymadError)) throw error;
        issues.note(params, error.issues);
      }
    }
  }
  const run = readShape(runOptions, request.run ?? {}, "run", ["run"], list);
  list.issues.push(...issues.all());
  if (list.issues.length > 0 || run === null) throw DymadError.ofIssues(unique(list.issues));
  return assemble(request, plan, compiled, run);
}

/** Candidates have coordinates of their own, the pairs of an earlier run have its. */
function withoutEarlier(request: TrainingRequest, list: IssueList): TrainingRequest {
  if (!isMapping(request.data) || (request.data.earlier ?? null) === null) return request;
  const hint = "search on the first data alone, and go on with the run of the best";
  report(list, ["data", "earlier"], "cannot stand in a search", hint, "E_UNSUPPORTED");
  const { earlier: _, ...data } = request.data;
  return { ...request, data };
}

function assemble(
  request: TrainingRequest,
  plan: SearchPlan,
  compiled: readonly CompiledTraining[],
  run: CompiledTraining["run"],
): CompiledTraining {
  const [{ hash: _, ...first }] = compiled;
  const search: CompiledSearch = {
    ...plan.search,
    lead: compiled.reduce((most, { config }) => Math.max(most, windowOf(config)), 1),
    trials: sha256Hex(compiled.map(({ hash }) => hash).join("\n")),
  };
  const { fold: __, ...split } = first.split ?? { fold: 0 };
  const warnings = unique(compiled.flatMap((one) => one.warnings));
  if (search.mode === "nelder_mead_like" && search.folds === 1 && run.max_workers !== "auto" && run.max_workers > 1) {
    const message = "nelder_mead_like mostly tries one candidate after the other; batch_pattern_search has work for more workers";
    warnings.push({ path: ["run", "max_workers"], message });
  }
  return freeze({
    ...first,
    request,
    config: { ...first.config, seed: run.seed },
    split: first.split === null ? null : (split as CompiledTraining["split"]),
    run,
    search,
    warnings,
  });
}

/** The combinations that are compiled beforehand. */
function probesOf({ search }: SearchPlan): readonly Parameters[] {
  if (search.candidates !== null) return search.candidates;
  const bounds = search.bounds ?? [];
  const at = (place: (j: number) => number): Parameters =>
    Object.fromEntries(bounds.map((bound, j) => [bound.name, fromUnit(bound, place(j))]));
  return [
    at(() => 0.5),
    at(() => 0),
    at(() => 1),
    ...bounds.flatMap((_, axis) => [0, 1].map((end) => at((j) => (j === axis ? end : 0.5)))),
  ];
}

function problemsOf(request: TrainingRequest, data: GetDataset, getPhysics: GetPhysics | undefined): DymadError["issues"] {
  try {
    compileOne(trialRequest(request, {}, new Map(), 0), data, getPhysics);
    return [];
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    return error.issues;
  }
}

/** Data are looked at once, whatever comes of it. */
function memoised(getDataset: GetDataset): GetDataset {
  const known = new Map<DataRole, () => DatasetFacts>();
  return (role) => {
    if (!known.has(role)) {
      try {
        const facts = getDataset(role);
        known.set(role, () => facts);
      } catch (error) {
        known.set(role, () => {
          throw error;
        });
      }
    }
    return (known.get(role) as () => DatasetFacts)();
  };
}

/** Things said twice are said once. */
function unique<T extends { readonly path: readonly (string | number)[]; readonly message: string }>(said: readonly T[]): T[] {
  return [...new Map(said.map((one) => [`${one.path.join(".")}: ${one.message}`, one])).values()];
}
