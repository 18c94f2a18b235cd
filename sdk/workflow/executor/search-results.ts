import { existsSync, readFileSync } from "node:fs";
import type { Parameters } from "../../dynamics/tuning/parameter.js";
import type { CompiledSearch, CompiledTraining, Fold } from "../compiler/compiled.js";
import { compileTrial } from "../compiler/trial.js";
import type { TrainingRunRecord } from "../facade/records.js";
import { lastingWrite } from "../store/atomic-write.js";
import type { RunFolder } from "./run-folder.js";

/** A candidate and what its trials reached. */
export interface CandidateResult {
  /** number of the candidate: its place in the grid, or the order in which it was first tried */
  readonly index: number;
  readonly params: Parameters;
  /** metric on each fold; null where a trial failed */
  readonly folds: readonly (number | null)[];
  readonly mean: number | null;
  readonly std: number | null;
  /** why a trial failed; the first of them */
  readonly failure: string | null;
}

/** The table of a search, as `search.json` holds it. No times are in it: the same search gives the same bytes. */
export interface SearchResults {
  readonly schema_version: 1;
  readonly request_hash: string;
  readonly mode: CompiledSearch["mode"];
  readonly metric: CompiledSearch["metric"];
  readonly goal: CompiledSearch["goal"];
  readonly tie_breakers: CompiledSearch["tie_breakers"];
  /** whether the search has come to its end */
  readonly finished: boolean;
  /** candidates the path of the search came to, those it came to again included */
  readonly search_points: number;
  /** by number */
  readonly candidates: readonly CandidateResult[];
  /** the candidate that was chosen, and the trial whose model is the run's; null while there is none */
  readonly best: {
    readonly index: number;
    readonly params: Parameters;
    readonly value: number;
    readonly fold: Fold;
    readonly request_hash: string;
  } | null;
}

export function writeResults(folder: RunFolder, results: SearchResults): void {
  lastingWrite(folder.path("search"), `${JSON.stringify(results, null, 2)}\n`);
}

/** The table of a run that searches; null when the run does not, or has no candidate yet. */
export function readResults(folder: RunFolder): SearchResults | null {
  const path = folder.path("search");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as SearchResults) : null;
}

/** The request of the model a run has left: that of its best trial when it searched, else its own. */
export function trainedRequest(folder: RunFolder, run: TrainingRunRecord): CompiledTraining {
  const { compiled } = folder.facade.get("compiled_training_request", run.compiled_request_handle).record;
  const best = compiled.search === null ? null : (readResults(folder)?.best ?? null);
  return best === null ? compiled : compileTrial(compiled, best.params, best.fold);
}
