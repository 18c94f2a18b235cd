import type { Parameters } from "../../dynamics/tuning/parameter.js";
import { canonicalJson } from "../../formats/canonical.js";
import { keyed } from "../../numerics/random.js";
import type { TrainingRequest } from "../registry/request.js";
import { compileOne } from "./compile-one.js";
import type { CompiledTraining, Fold } from "./compiled.js";
import { pathOf, withValue } from "./search-keys.js";
import { isMapping, type Path } from "./shape.js";

/**
 * The request of one trial: an ordinary training request, without the search, with the values of a candidate in their places and a
 * seed of its own. The seed depends on the seed of the search, the candidate and the fold alone, so it is the same in whatever order
 * trials are made; a candidate that names `run.seed` has that one.
 *
 * @param paths  the place of each key of the candidate
 */
export function trialRequest(
  request: TrainingRequest,
  params: Parameters,
  paths: ReadonlyMap<string, Path>,
  fold: Fold,
): TrainingRequest {
  const { cv: _, ...overrides } = (isMapping(request.overrides) ? request.overrides : {}) as Record<string, unknown>;
  const wrong = request.overrides !== undefined && request.overrides !== null && !isMapping(request.overrides);
  const { name: __, max_workers: ___, ...run } = (isMapping(request.run) ? request.run : {}) as Record<string, unknown>;
  const split = isMapping(request.split) ? request.split : {};
  const folds = Number(split.folds ?? 1);
  const division = fold === "all" ? { train_frac: 1, seed: split.seed } : folds > 1 ? { ...split, fold } : split;
  const bare = {
    ...request,
    // what is no mapping is left for the compiler to name
    overrides: wrong ? request.overrides : overrides,
    ...(Object.keys(division).length > 0 ? { split: JSON.parse(JSON.stringify(division)) as TrainingRequest["split"] } : {}),
    run: { ...run, seed: seedOf(run.seed, params, fold) },
  } as TrainingRequest;
  return [...paths].reduce((at, [key, path]) => withValue(at, path, params[key]), bare);
}

/** The seed of a trial; a root seed that is none stays as it is, for the compiler to name. */
function seedOf(root: unknown, params: Parameters, fold: Fold): unknown {
  if (root !== undefined && !(Number.isSafeInteger(root) && (root as number) >= 0)) return root;
  const key = keyed((root as number | undefined) ?? 0)
    .fold("trial")
    .fold(canonicalJson(params))
    .fold(fold);
  return key.integers(1, 0, Number.MAX_SAFE_INTEGER)[0];
}

/** A trial of a compiled search as a compiled training; pure, from what the search has recorded. */
export function compileTrial(search: CompiledTraining, params: Parameters, fold: Fold): CompiledTraining {
  return compileOne(
    trialRequest(search.request, params, new Map(Object.keys(params).map((key) => [key, pathOf(key)])), fold),
    (role) => search.data[role]!,
  );
}
