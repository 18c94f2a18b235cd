import type { TrainingRequest } from "../registry/request.js";
import { compileOne } from "./compile-one.js";
import { compileSearch, isSearch } from "./compile-search.js";
import type { CompiledTraining } from "./compiled.js";
import type { GetDataset, GetEarlier, GetPhysics } from "./facts.js";

/**
 * Turns a training request into a complete, checked, frozen one: parse, resolve, complete, check, freeze. Pure: it touches neither
 * files nor store nor clock, so the same request on the same data always gives the same result and the same hash.
 *
 * A request with `overrides.cv`, or with several folds of which none is named, is a search: every candidate of a grid, and the
 * corners of bounds, are compiled before anything starts.
 *
 * @param request     the request in the words of docs/config.md
 * @param given       `getDataset` gives the facts of a data set of the request, `getPhysics` the function that a text under
 *                    `model.physics` names, `getEarlier` the facts of the training that `data.earlier` names, and without them such
 *                    words are refused; all may throw a DymadError, whose issues join the others
 * @returns           plain JSON, frozen
 * @throws            every problem of the request at once (E_SPEC, E_SHAPE, E_DATA, E_UNSUPPORTED, E_BACKEND, ...), each with its
 *                    path, what is wrong with which value, and what to do
 */
export function compileTraining(
  request: TrainingRequest,
  {
    getDataset,
    getPhysics,
    getEarlier,
  }: {
    readonly getDataset: GetDataset;
    readonly getPhysics?: GetPhysics | undefined;
    readonly getEarlier?: GetEarlier | undefined;
  },
): CompiledTraining {
  if (isSearch(request)) return compileSearch(request, getDataset, getPhysics);
  return compileOne(request, getDataset, getPhysics, getEarlier);
}
