import { DymadError } from "../../errors.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { names, type RunFolder } from "../executor/run-folder.js";
import { readResults, type SearchResults } from "../executor/search-results.js";
import type { TrainingRunRecord } from "../facade/records.js";
import type { Files } from "../store/files.js";
import { followTraining, type StopSignal, startTraining, type TrainingOrder } from "./train.js";

/** A search that has come to its end: the run has the best candidate, trained on all of its training data. */
export interface FinishedSearch {
  readonly folder: RunFolder;
  readonly run: TrainingRunRecord;
  readonly compiled: CompiledTraining;
  readonly results: SearchResults;
  readonly best: NonNullable<SearchResults["best"]>;
}

/** How a search is followed. */
export interface SearchWatch {
  /** what is searched, such as `Koopman recipes` */
  readonly text: string;
  readonly onStage?: ((stage: { readonly text: string; readonly done: number; readonly of: number }) => void) | undefined;
  readonly signal?: StopSignal | undefined;
}

/**
 * Starts a search, tells how far it is, and waits for its end.
 *
 * @throws  E_CANCELLED when it was cancelled; E_DIVERGED, or the code of its failure, when it left no model
 */
export async function searchToEnd(order: TrainingOrder, files: Files, watch: SearchWatch): Promise<FinishedSearch> {
  const { folder, handle, compiled } = await startTraining(order, files);
  const { text, onStage, signal } = watch;
  const run = await followTraining(folder, handle, {
    onEvent: (event) => {
      if (event.kind === "trial" && event.state === "finished") onStage?.({ text, done: event.done, of: event.of ?? event.done });
    },
    signal,
  });
  const results = readResults(folder);
  if (run.status === "SUCCEEDED" && results !== null && results.best !== null) {
    return { folder, run, compiled, results, best: results.best };
  }
  const code = run.status === "CANCELLED" ? "E_CANCELLED" : "E_DIVERGED";
  throw new DymadError(code, run.failure?.message ?? `the search ended ${run.status}`, {
    hint: run.failure?.hint ?? `see ${names.log} in ${folder.root}`,
  });
}
