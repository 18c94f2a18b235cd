import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { csvTable } from "../../charts/table.js";
import type { TrainingResult } from "../../dynamics/training/result.js";
import type { Parameters } from "../../dynamics/tuning/parameter.js";
import { carryOutAsync } from "../../dynamics/tuning/search.js";
import { foldStatistics, scoreFor, selectBest } from "../../dynamics/tuning/selection.js";
import { DymadError } from "../../errors.js";
import { canonicalJson } from "../../formats/canonical.js";
import type { CompiledSearch, CompiledTraining, Fold } from "../compiler/compiled.js";
import { compileTrial } from "../compiler/trial.js";
import { lastingWrite } from "../store/atomic-write.js";
import type { Ending } from "./ending.js";
import { leaderboardOf, searchTable } from "./leaderboard.js";
import type { RunFolder } from "./run-folder.js";
import type { RunLog } from "./run-log.js";
import { SearchProgress } from "./search-progress.js";
import { type CandidateResult, type SearchResults, writeResults } from "./search-results.js";
import { type Proposal, strategyOf } from "./search-strategy.js";
import type { StopFlag } from "./stop-flag.js";
import { TrialPool } from "./trial-pool.js";
import { type TrialRecord, TrialShelf } from "./trial-shelf.js";

const cancelLookMilliseconds = 200;

/** Ends a search from inside: it was asked to stop. */
class Stopped extends Error {}

/** A trial that is finished, or why it could not be made. */
type Trial =
  | { readonly record: TrialRecord; readonly failure: string | null }
  | { readonly record: null; readonly failure: string };

/**
 * Carries out the search of a run: trials in threads, finished ones on the shelf, the best so far in the run directory. What is on the
 * shelf already is not made again, so a search that was interrupted goes the same way to the same end.
 */
export class SearchRun {
  readonly #folder: RunFolder;
  readonly #compiled: CompiledTraining;
  readonly #search: CompiledSearch;
  readonly #shelf: TrialShelf;
  readonly #pool: TrialPool;
  readonly #stop: StopFlag;
  readonly #progress: SearchProgress;
  readonly #log: RunLog;
  readonly #candidates = new Map<string, CandidateResult>();
  /** trials under way or finished, by key: equal ones are made once */
  readonly #trials = new Map<string, Promise<Trial>>();
  readonly #workers: number;
  #points = 0;
  #published: string | null = null;

  constructor(parts: { folder: RunFolder; handle: string; compiled: CompiledTraining; log: RunLog; stop: StopFlag }) {
    const { folder, handle, compiled, log, stop } = parts;
    this.#folder = folder;
    this.#compiled = compiled;
    this.#search = compiled.search as CompiledSearch;
    this.#stop = stop;
    this.#log = log;
    const { max_workers, device } = compiled.run;
    const most = max_workers === "auto" ? availableParallelism() : max_workers;
    // a device is one, whoever asks it
    const onProcessor = device === "auto" || device === "cpu";
    this.#workers = onProcessor ? most : 1;
    this.#shelf = new TrialShelf(folder, this.#search.lead);
    // trials at once use the machine already; one at a time may have the threads of a training
    const shared = onProcessor && this.#workers === 1;
    const task = { root: folder.root, handle, lead: this.#search.lead, shared, stop: stop.shared };
    this.#pool = new TrialPool(task, this.#workers);
    const { candidates, mode, folds, refit } = this.#search;
    const trials = mode === "grid" && candidates !== null ? candidates.length * folds + (refit ? 1 : 0) : null;
    this.#progress = new SearchProgress(log, trials);
  }

  async run(): Promise<Ending> {
    const started = Date.now();
    const look = setInterval(() => existsSync(this.#folder.signal("cancel")) && this.#stop.ask(), cancelLookMilliseconds);
    this.#stop.onImpatience = () => void this.#pool.end();
    const end = (status: Ending["status"], failure: Ending["failure"]): Ending =>
      this.#ending(status, failure, (Date.now() - started) / 1000);
    try {
      await carryOutAsync(strategyOf(this.#search, this.#compiled.run.seed), (batch) => this.#evaluate(batch));
      const best = this.#best();
      if (best === null) {
        this.#publish(true);
        const why = [...this.#candidates.values()].find(({ failure }) => failure !== null)?.failure ?? "the search made no trial";
        const message = `no candidate has a finite ${this.#search.metric}; the first failed because: ${why}`;
        return end("FAILED", { code: "E_DIVERGED", message, hint: "see search.json; mend the request, and search again" });
      }
      if (this.#search.refit) await this.#trial(best, "all");
      await this.#draw(this.#publish(true));
      return end("SUCCEEDED", null);
    } catch (error) {
      if (error instanceof Stopped) {
        this.#publish(false);
        return end("CANCELLED", null);
      }
      if (!(error instanceof DymadError)) throw error;
      return end("FAILED", { code: error.code, message: error.message, hint: error.hint ?? null });
    } finally {
      clearInterval(look);
      await this.#pool.end();
    }
  }

  /** Scores of proposals, each tried on every fold. */
  async #evaluate(batch: readonly Proposal[]): Promise<number[]> {
    this.#points += batch.length;
    const fresh = batch.filter(({ params }, i) => {
      const name = canonicalJson(params);
      return !this.#candidates.has(name) && batch.findIndex((other) => canonicalJson(other.params) === name) === i;
    });
    const first = this.#candidates.size;
    await Promise.all(fresh.map((proposal, i) => this.#candidate(proposal, proposal.index ?? first + i)));
    return batch.map(({ params }) => scoreFor(this.#candidates.get(canonicalJson(params))?.mean ?? null, this.#search.goal));
  }

  async #candidate({ params }: Proposal, index: number): Promise<void> {
    const folds = Array.from({ length: this.#search.folds }, (_, fold) => fold);
    const trials = await Promise.all(folds.map((fold) => this.#trial({ index, params }, fold)));
    const values = trials.map(({ record }) => record?.values[this.#search.metric] ?? null);
    const failure = trials.find((trial) => trial.failure !== null)?.failure ?? null;
    const result: CandidateResult = { index, params, folds: values, ...foldStatistics(values), failure };
    this.#candidates.set(canonicalJson(params), result);
    const best = this.#best();
    this.#progress.best = best && { candidate: best.index, value: best.mean as number, params: best.params };
    if (best === result) this.#publish(false);
  }

  /** One trial; what is on the shelf is taken from there. */
  async #trial(candidate: { readonly index: number; readonly params: Parameters }, fold: Fold): Promise<Trial> {
    const telling = { candidate: candidate.index, fold, params: candidate.params };
    let compiled: CompiledTraining;
    try {
      compiled = compileTrial(this.#compiled, candidate.params, fold);
    } catch (error) {
      // bounds have an inside that the corners do not show
      if (!(error instanceof DymadError)) throw error;
      this.#progress.finished({ ...telling, value: null, failure: error.message, reused: false, seconds: null });
      return { record: null, failure: error.message };
    }
    const key = this.#shelf.keyOf(compiled);
    const known = this.#trials.get(key);
    if (known !== undefined) return known;
    const made = this.#make(compiled, key, telling);
    this.#trials.set(key, made);
    return made;
  }

  async #make(
    compiled: CompiledTraining,
    key: string,
    telling: { candidate: number; fold: Fold; params: Parameters },
  ): Promise<Trial> {
    if (this.#stop.asked) throw new Stopped();
    const found = this.#shelf.find(key);
    const finished = (record: TrialRecord, reused: boolean): Trial => {
      const failure = record.failure?.message ?? null;
      const value = record.values[this.#search.metric];
      this.#progress.finished({ ...telling, value, failure, reused, seconds: record.seconds });
      return { record, failure: failure ?? (value === null ? `${this.#search.metric} is not finite` : null) };
    };
    if (found !== null) return finished(found, true);
    const answer = await this.#pool.carryOut(compiled, () => this.#progress.started(telling));
    if (this.#stop.asked) throw new Stopped();
    if ("outcome" in answer) return finished(this.#shelf.put(compiled, answer.outcome), false);
    const { code, message } = answer.trouble;
    this.#progress.finished({ ...telling, value: null, failure: `${code} ${message}`, reused: false, seconds: null });
    return { record: null, failure: `${code} ${message}` };
  }

  #best(): CandidateResult | null {
    const { goal, tie_breakers } = this.#search;
    return selectBest([...this.#candidates.values()], { goal, tie_breakers });
  }

  /** The trial whose model is the run's: the refitted one, else the fold with most to train on (in time the last, else the first). */
  #winner(): { readonly best: CandidateResult; readonly fold: Fold; readonly key: string; readonly hash: string } | null {
    const best = this.#best();
    if (best === null) return null;
    const inTime = this.#compiled.split?.time_frac !== undefined;
    const folds: Fold[] = [...(this.#search.refit ? (["all"] as const) : []), inTime ? this.#search.folds - 1 : 0];
    for (const fold of folds) {
      const trial = compileTrial(this.#compiled, best.params, fold);
      const key = this.#shelf.keyOf(trial);
      if (this.#shelf.find(key) !== null) return { best, fold, key, hash: trial.hash };
    }
    return null;
  }

  /** Writes the table and the best model, so that a search that is killed leaves both. */
  #publish(finished: boolean): SearchResults {
    const winner = this.#winner();
    if (winner !== null && winner.key !== this.#published) {
      lastingWrite(this.#folder.path("checkpoint"), this.#shelf.checkpoint(winner.key));
      this.#published = winner.key;
    }
    const { mode, metric, goal, tie_breakers } = this.#search;
    const results: SearchResults = {
      schema_version: 1,
      request_hash: this.#compiled.hash,
      mode,
      metric,
      goal,
      tie_breakers,
      finished,
      search_points: this.#points,
      candidates: [...this.#candidates.values()].sort((a, b) => a.index - b.index),
      best: winner && {
        index: winner.best.index,
        params: winner.best.params,
        value: winner.best.mean as number,
        fold: winner.fold,
        request_hash: winner.hash,
      },
    };
    writeResults(this.#folder, results);
    lastingWrite(this.#folder.path("leaderboard"), csvTable(searchTable(results)));
    return results;
  }

  /** The drawing library is large, and needed once. A search without its picture is a search all the same. */
  async #draw(results: SearchResults): Promise<void> {
    try {
      const { leaderboardChart, renderSvg } = await import("../../charts/index.js");
      lastingWrite(this.#folder.path("chart"), await renderSvg(leaderboardChart(leaderboardOf(results))));
    } catch (error) {
      this.#log.line(`warning: the leaderboard was not drawn: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #ending(status: Ending["status"], failure: Ending["failure"], seconds: number): Ending {
    const winner = this.#winner();
    const record = winner && this.#shelf.find(winner.key);
    const result: TrainingResult | null = winner &&
      record && { ...record, status, failure: null, checkpoint: this.#shelf.checkpoint(winner.key), snapshot: null, seconds };
    const metrics = {
      search_candidates: this.#candidates.size,
      search_trials: this.#progress.done,
      search_best: winner?.best.mean ?? null,
    };
    return { status, result, failure, threads: this.#pool.width, device: null, metrics };
  }
}
