import { productOf } from "../../dynamics/tuning/candidates.js";
import { type ParameterSpec, type ParameterValue, parameterIssues } from "../../dynamics/tuning/parameter.js";
import { linspace, logspace } from "../../dynamics/tuning/ranges.js";
import type { BoundRequest, SearchOptions, ValueList } from "../registry/options.js";
import type { TrainingRequest } from "../registry/request.js";
import { searchOptions } from "../registry/search-options.js";
import type { CompiledSearch } from "./compiled.js";
import { readSearchKey, type SearchKey } from "./search-keys.js";
import { kindOfKey } from "./search-kind.js";
import { type IssueList, isMapping, type Path, readShape, report } from "./shape.js";

/** A search that was read, before its candidates are compiled. */
export interface SearchPlan {
  readonly keys: readonly SearchKey[];
  readonly folds: number;
  readonly search: Omit<CompiledSearch, "lead" | "trials">;
  /** keys of a grid whose values were written one by one, so that each has a place */
  readonly written: Readonly<Record<string, readonly ParameterValue[]>>;
}

const cvPath = ["overrides", "cv"] as const;
const mostCandidates = 10_000;

/** Reads `overrides.cv` and the folds of a request; null, with the problems listed, when it cannot be used. */
export function readSearch(request: TrainingRequest, list: IssueList): SearchPlan | null {
  const known = list.issues.length;
  const overrides = (isMapping(request.overrides) ? request.overrides : {}) as Record<string, unknown>;
  const cv = readShape(searchOptions, overrides.cv ?? {}, "cv", cvPath, list);
  if (cv === null) return null;
  checkTogether(cv, request, list);
  const lists = readLists(cv, list);
  const keys = Object.keys(cv.param_grid ?? cv.search.bounds ?? {}).flatMap((key) => {
    const place = cv.param_grid !== undefined ? [...cvPath, "param_grid", key] : [...cvPath, "search", "bounds", key];
    return readSearchKey(key, request, place, list) ?? [];
  });
  const bounds =
    cv.search.bounds === undefined ? null : keys.flatMap((key) => readBound(key, cv.search.bounds!, request, list) ?? []);
  if (list.issues.length > known) return null;
  const { mode, max_iterations, reflection, expansion, contraction, shrink, starts, batch_size } = cv.search;
  const folds = isMapping(request.split) ? Number(request.split.folds ?? 1) : 1;
  return {
    keys,
    folds,
    written: Object.fromEntries(Object.entries(lists).filter(([key]) => Array.isArray(cv.param_grid?.[key]))),
    search: {
      mode,
      metric: cv.metric === "total" ? "valid_total" : cv.metric,
      goal: cv.selection.goal,
      tie_breakers: cv.selection.tie_breakers,
      candidates: bounds === null ? productOf(lists) : null,
      bounds,
      folds,
      max_iterations: max_iterations ?? null,
      coefficients: { reflection, expansion, contraction, shrink },
      starts,
      batch_size: batch_size ?? null,
      refit: cv.refit,
    },
  };
}

/** What only fits or clashes together. */
function checkTogether({ param_grid, search, selection, refit }: SearchOptions, request: TrainingRequest, list: IssueList): void {
  const { mode, bounds } = search;
  const modePath = [...cvPath, "search", "mode"];
  if (param_grid !== undefined && bounds !== undefined)
    report(
      list,
      cvPath,
      "has param_grid and search.bounds",
      "leave one of them out: a search goes over a grid or through bounds",
    );
  for (const [path, given] of [
    [[...cvPath, "param_grid"], param_grid],
    [[...cvPath, "search", "bounds"], bounds],
  ] as const) {
    if (given !== undefined && Object.keys(given).length === 0)
      report(list, path, "names no key", "write a key such as model.koopman_dimension, or leave it out");
  }
  if (bounds !== undefined && mode === "grid")
    report(
      list,
      modePath,
      "grid has no use for bounds",
      "write nelder_mead_like, batch_pattern_search or multi_start_nelder_mead",
    );
  if (bounds === undefined && mode === "multi_start_nelder_mead")
    report(list, modePath, "multi_start_nelder_mead needs search.bounds", "write bounds, or mode: nelder_mead_like over a grid");
  else if (bounds === undefined && param_grid === undefined && mode !== "grid")
    report(list, modePath, `${mode} has nothing to search`, "write param_grid or search.bounds");
  const twice = selection.tie_breakers.find((name, i, all) => all.indexOf(name) < i);
  if (twice !== undefined) report(list, [...cvPath, "selection", "tie_breakers"], `${twice} is there twice`, "leave one out");
  if (refit && isMapping(request.data) && request.data.valid !== undefined && request.data.valid !== null)
    report(list, [...cvPath, "refit"], "data.valid is given, so trials train on all of data.train already", "leave refit out");
}

/** The values of each key of a grid, ranges written out. */
function readLists({ param_grid = {} }: SearchOptions, list: IssueList): Record<string, readonly ParameterValue[]> {
  const lists: Record<string, readonly ParameterValue[]> = {};
  for (const [key, given] of Object.entries(param_grid)) {
    const values = valuesOf(given);
    if (values === null) {
      const name = "linspace" in given ? "linspace" : "logspace";
      const message = "must be [first, last, count] with a count of at least 1";
      report(list, [...cvPath, "param_grid", key, name], message, "the count is a whole number");
    } else lists[key] = values;
  }
  const count = Object.values(lists).reduce((product, { length }) => product * length, 1);
  if (count <= mostCandidates) return lists;
  report(
    list,
    [...cvPath, "param_grid"],
    `has ${count} combinations, more than ${mostCandidates}`,
    "use fewer values, or bounds",
  );
  return {};
}

function valuesOf(given: ValueList): readonly ParameterValue[] | null {
  if (Array.isArray(given)) return given as readonly ParameterValue[];
  const isLinear = "linspace" in given;
  const [first, last, count] = isLinear ? given.linspace : (given as { readonly logspace: readonly number[] }).logspace;
  if (!Number.isInteger(count) || count < 1 || count > mostCandidates) return null;
  return (isLinear ? linspace : logspace)(first, last, count);
}

function readBound(
  { key, path, place }: SearchKey,
  bounds: Readonly<Record<string, BoundRequest>>,
  request: TrainingRequest,
  list: IssueList,
): ParameterSpec | null {
  const given = bounds[key];
  const { lower, upper, parity, scale, kind } = isRange(given)
    ? { lower: given[0], upper: given[1], parity: undefined, scale: undefined, kind: undefined }
    : given;
  const found = kindOfKey(request, path);
  if (found === null) {
    report(list, place, "takes no number, so it has no bounds", "search over it with param_grid");
    return null;
  }
  const value_kind = kind ?? found;
  if (parity !== undefined && value_kind === "float") {
    report(list, [...place, "parity"], "is only for keys that take integers", "leave it out, or write kind: int");
    return null;
  }
  const spec: ParameterSpec = {
    name: key,
    bounds: [lower, upper],
    value_kind,
    ...(scale ? { scale } : {}),
    ...(parity ? { parity } : {}),
  };
  const issues = parameterIssues(spec, []);
  const words = (at: Path): Path => (at[0] === "bounds" ? [] : at);
  for (const { path: at, message, hint } of issues)
    report(list, [...place, ...words(at)], message.replace(` (parameter ${key})`, ""), hint);
  return issues.length === 0 ? spec : null;
}

const isRange = (bound: BoundRequest): bound is readonly number[] => Array.isArray(bound);
