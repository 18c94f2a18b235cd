import { formatNumber } from "../charts/numbers.js";
import type { TrainedModel } from "../dynamics/evaluation/trained-model.js";
import { diagnosisWords } from "../dynamics/spectral/dmd/diagnostic.js";
import { modes } from "../dynamics/spectral/modes.js";
import type { Spectrum } from "../dynamics/spectral/spectrum.js";
import type { PhaseHistory } from "../dynamics/training/events.js";
import { DymadError } from "../errors.js";
import { namedResolvent } from "../workflow/app/analysis-content.js";
import { analyzeRun, type RunAnalysis } from "../workflow/app/analyze.js";
import { evaluateRun, modelOf } from "../workflow/app/evaluate.js";
import { forecastRun, type RunForecast } from "../workflow/app/forecast.js";
import { startPartialFit } from "../workflow/app/partial-fit.js";
import { writeReport } from "../workflow/app/report.js";
import { type Reproduction, reproduceRun } from "../workflow/app/reproduce.js";
import type { NamedResolvent } from "../workflow/app/resolvent-content.js";
import { cancel, logEnd, openRun, statusOf } from "../workflow/app/runs.js";
import { followTraining, resumeTraining, type StopSignal } from "../workflow/app/train.js";
import { requirePart } from "../workflow/executor/missing-part.js";
import type { ModeForecast } from "../workflow/executor/mode-forecast.js";
import type { RunEvent } from "../workflow/executor/run-event.js";
import type { RunFolder } from "../workflow/executor/run-folder.js";
import { readResults, type SearchResults } from "../workflow/executor/search-results.js";
import type { RunManifest } from "../workflow/facade/manifest.js";
import type { RunFailure } from "../workflow/facade/records.js";
import { machineFiles } from "../workflow/store/files.js";
import type { RunState } from "../workflow/store/run-states.js";
import { Evaluation } from "./evaluation.js";
import { followed, followedWork } from "./follow.js";
import { requireKnown } from "./known-options.js";
import { forecastKind } from "./results/forecast.js";
import type { Telling } from "./results/kind.js";
import { Log } from "./results/log.js";
import {
  analysisKind,
  type Modes,
  modeForecastKind,
  modesKind,
  type Pseudospectrum,
  pseudospectrumKind,
  resolventKind,
  spectrumKind,
} from "./results/spectral.js";
import { searchKind } from "./results/trials.js";
import { type DataOptions, type DataSource, readSource } from "./source.js";
import { inspectText } from "./text.js";

/** What a run is evaluated on. */
export interface EvaluateOptions {
  /** other data than the request's; a file is read like the training data */
  readonly test?: DataSource | undefined;
  /** data frames: which columns hold what */
  readonly columns?: DataOptions["columns"];
  /** values in memory without times: sampling interval, units of t */
  readonly dt?: number | undefined;
}

/** What a run forecasts from. */
export interface ForecastOptions {
  /** measured samples to begin from; a file is read like the training data */
  readonly data: DataSource;
  /** samples after the last known state of each trajectory */
  readonly steps?: number | undefined;
  /** data frames: which columns hold what */
  readonly columns?: DataOptions["columns"];
  /** values in memory without times: sampling interval, units of t */
  readonly dt?: number | undefined;
}

/** What a run is analysed by, and what is asked for. */
export interface AnalyzeOptions {
  /** default "spectral_koopman" */
  readonly workflow_key?: string | undefined;
  /** see docs/config.md; what is left out has its default */
  readonly parameters?: object | undefined;
  /** other data than the request's test or validation trajectories; a file is read like the training data */
  readonly data?: DataSource | undefined;
  /** data frames: which columns hold what */
  readonly columns?: DataOptions["columns"];
  /** values in memory without times: sampling interval, units of t */
  readonly dt?: number | undefined;
  /** when it is aborted the analysis ends with E_CANCELLED */
  readonly signal?: StopSignal | undefined;
}

/** How a run is done again. */
export interface ReproduceOptions extends ResumeOptions {
  /** directory of the second run; default beside the first, with `-again` */
  readonly out?: string | undefined;
}

/** How a run takes in further data. */
export interface PartialFitOptions extends ResumeOptions {
  /** directory of the new run; default beside the first */
  readonly out?: string | undefined;
  /** csv and data frames: which columns hold what; default as in the training data */
  readonly columns?: DataOptions["columns"];
  /** where the data have no times: sampling interval, units of t; default as in the training data */
  readonly dt?: number | undefined;
}

/** How a run is followed. */
export interface ResumeOptions {
  /** hears what happens, epoch by epoch */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** when it is aborted the run is cancelled and keeps its best model */
  readonly signal?: StopSignal | undefined;
}

/** A training that was done, in its directory. */
export class Run {
  readonly #folder: RunFolder;
  /** run directory, absolute */
  readonly directory: string;
  readonly handle: string;
  readonly name: string;
  readonly status: RunState;
  readonly metrics: Readonly<Record<string, number | null>>;
  /** why the run FAILED */
  readonly failure: RunFailure | null;
  /** what a reader of the result must know, such as data that do not determine the dynamics */
  readonly warnings: readonly string[];

  private constructor(folder: RunFolder) {
    const { training_run, training_run_handle } = statusOf(folder);
    this.#folder = folder;
    this.directory = folder.root;
    this.handle = training_run_handle;
    this.name = training_run.run_name;
    this.status = training_run.status;
    this.metrics = training_run.metrics;
    this.failure = training_run.failure;
    this.warnings = training_run.warnings ?? [];
    Object.freeze(this);
  }

  static of(folder: RunFolder): Run {
    return new Run(folder);
  }

  /** @throws E_NOT_FOUND when a directory or handle names no run */
  static open(where: string): Run {
    return new Run(openRun(where));
  }

  get manifest(): RunManifest {
    return this.#folder.manifest();
  }

  /**
   * Errors of free rollouts of the best model.
   *
   * @param options  `test`: other data than the request's, whatever `dymad.dataset` takes
   * @throws         E_NOT_FOUND when the run left no model; E_SPEC when `test` is no data; E_SHAPE when its columns are others
   */
  async evaluate(options: EvaluateOptions = {}): Promise<Evaluation> {
    requireKnown("run.evaluate", options, ["test", "columns", "dt"]);
    const { test, ...reading } = options;
    if (test === undefined || test === null) return new Evaluation(evaluateRun(this.#folder));
    if (typeof test === "string") return new Evaluation(evaluateRun(this.#folder, { testData: test }));
    return new Evaluation(evaluateRun(this.#folder, { testData: readSource(test, reading, "test").dataset }));
  }

  /**
   * Forecasts of the best model, units of the data.
   *
   * @param options  `data` to begin from: whatever `dymad.dataset` takes, read with `columns` and `dt`; `steps`: how many samples
   *                 after the last known state of each trajectory, default the times of the data from their first window on
   * @throws         E_SPEC when `data` is no data; E_DATA when the future control is missing, or the data do not suit the model
   */
  async forecast(options: ForecastOptions): Promise<RunForecast & Telling> {
    requireKnown("run.forecast", options, ["data", "steps", "columns", "dt"]);
    const { data, steps, ...reading } = options;
    const values = typeof data === "string" ? null : readSource(data, reading, "test").dataset;
    return forecastKind.of(forecastRun(this.#folder, { data: values ?? (data as string), steps }));
  }

  /**
   * Analyses the best model and keeps eigenvalues, vectors and charts below `analyses/` of the run directory.
   *
   * @param options  workflow, `parameters`, other `data` to judge by, and a `signal` to stop it
   * @throws         E_SPEC when a parameter is unknown or unfit; E_UNSUPPORTED for models without linear dynamics; E_DATA when the data are
   *                 sampled unevenly; E_CANCELLED when it was stopped
   */
  async analyze(options: AnalyzeOptions = {}): Promise<RunAnalysis & Telling> {
    requireKnown("run.analyze", options, ["workflow_key", "parameters", "data", "columns", "dt", "signal"]);
    const { workflow_key, parameters, data, signal: given, ...reading } = options;
    const values = data === undefined || typeof data === "string" ? null : readSource(data, reading, "test").dataset;
    const judge = values ?? (data as string | undefined);
    return followedWork("analyse", { signal: given, listens: false }, async (signal, onProgress) =>
      analysisKind.of(await analyzeRun(this.#folder, { workflow_key, parameters, data: judge, signal, onProgress })),
    );
  }

  /** Eigenvalues of the latent operator with residuals on the data, modes and eigenfunctions; see `analyze` for `data`. */
  async spectrum(parameters: object = {}): Promise<Spectrum & Telling> {
    const { result } = await this.analyze({ parameters });
    return spectrumKind.of(result.spectrum, diagnosisWords(result.diagnostics));
  }

  /**
   * Where residuals are small in the complex plane, around the spectrum. `parameters`: method, plane, re, im, points.
   *
   * @throws  E_UNSUPPORTED when the operator of a discrete model is asked for in the continuous plane
   */
  async pseudospectrum(parameters: object = {}): Promise<Pseudospectrum & Telling> {
    const { result } = await this.analyze({ parameters: { pseudospectrum: parameters } });
    const field = requirePart("pseudospectrum", result.pseudospectrum, result.missing);
    return pseudospectrumKind.of({ ...field, spectrum: result.spectrum }, diagnosisWords(result.diagnostics));
  }

  /**
   * How strongly lasting forcing is answered over angular frequencies, through control where the model has it, and the strongest responses.
   * `parameters`: frequencies, points, count, at.
   *
   * @throws  E_SPEC when a discrete model knows no such frequency; E_NUMERIC when constants are left out and another eigenvalue is defective
   */
  async resolvent(parameters: object = {}): Promise<NamedResolvent & Telling> {
    const { result, names } = await this.analyze({ parameters: { resolvent: parameters } });
    const resolvent = requirePart("resolvent", namedResolvent(result, names), result.missing);
    return resolventKind.of(resolvent, diagnosisWords(result.diagnostics));
  }

  /**
   * What the kept eigenvalues alone forecast from the first samples of each trajectory, with the errors. `parameters`: keep, remove_one, order;
   * see `analyze` for other `data`.
   *
   * @throws  E_UNSUPPORTED when the model has control, or a transform has no inverse; E_NUMERIC when a kept eigenvalue is defective
   */
  async forecastByModes(parameters: object = {}, { data }: Pick<AnalyzeOptions, "data"> = {}): Promise<ModeForecast & Telling> {
    const { result } = await this.analyze({ parameters: { ...parameters, forecast: true }, data });
    return modeForecastKind.of(requirePart("forecast", result.forecast, result.missing), diagnosisWords(result.diagnostics));
  }

  /**
   * Koopman modes of the kept eigenvalues as rows, in latent coordinates, shape [r, k], or through decoder and transforms in the states,
   * shape [r, n], at the sample nearest to the mean. `parameters`: keep, remove_one, order.
   *
   * @throws  E_UNSUPPORTED when modes in the states are asked for and the encoder sees more than states, or a transform has no derivative
   */
  async modes(parameters: object = {}, space: "latent" | "state" = "latent"): Promise<Modes & Telling> {
    const { result, names } = await this.analyze({ parameters });
    const warnings = diagnosisWords(result.diagnostics);
    const { retained, stateModes, missing } = result;
    const { points } = retained.spectrum;
    if (space === "latent") {
      const latent = modes(retained.spectrum);
      const coordinates = Array.from({ length: latent.cols }, (_, j) => `z${j + 1}`);
      return modesKind.of(Object.assign(latent, { points, space, names: coordinates }), warnings);
    }
    const patterns = requirePart("state_modes", stateModes, missing);
    return modesKind.of(Object.assign(patterns, { points, space, names }), warnings);
  }

  /**
   * The best model.
   *
   * @throws  E_CONFLICT when the run has not ended, or its checkpoint is no longer the file it has written
   */
  async model(): Promise<TrainedModel> {
    return modelOf(this.#folder, statusOf(this.#folder).training_run);
  }

  /**
   * Losses, phase by phase.
   *
   * @throws  E_NOT_FOUND when the run has not ended by itself: losses are written at the end
   */
  async history(): Promise<readonly PhaseHistory[]> {
    if (!machineFiles.exists(this.#folder.path("history"))) {
      throw new DymadError("E_NOT_FOUND", `the run is ${Run.of(this.#folder).status} and has kept no losses`, {
        hint: "they are written when a training ends by itself; log() and events.jsonl tell how far it came",
      });
    }
    return (JSON.parse(machineFiles.readText(this.#folder.path("history"))) as { phases: readonly PhaseHistory[] }).phases;
  }

  /**
   * The candidates of a search with what they reached, by number, and the best of them.
   *
   * @throws  E_NOT_FOUND when the run did not search, or has come to no candidate yet
   */
  async search(): Promise<SearchResults & Telling> {
    const results = readResults(this.#folder);
    if (results !== null) return searchKind.of(results);
    throw new DymadError("E_NOT_FOUND", `the run ${this.name} has no search results`, {
      hint: "a plan with .search({ param_grid }) makes a run that searches",
    });
  }

  /** The last 64 kB of the log. */
  async log(): Promise<Log> {
    return new Log(logEnd(this.#folder));
  }

  /** Writes the report page and gives its path. */
  async report(): Promise<string> {
    return (await writeReport(this.#folder)).report_path;
  }

  /**
   * Goes on with a run that was cancelled or whose process was lost, and waits for the end: it has the bits of a run that was never
   * interrupted.
   *
   * @returns  the run as it is then; this value stays as it was
   * @throws   E_CONFLICT when the run still runs, has succeeded, or has diverged
   */
  async resume(options: ResumeOptions = {}): Promise<Run> {
    requireKnown("run.resume", options, ["onEvent", "signal"]);
    const { handle, from } = await resumeTraining(this.#folder);
    return followed({ ...this, attached: false }, options, async ({ onEvent, signal }) => {
      await followTraining(this.#folder, handle, { onEvent, signal, from });
      return Run.of(this.#folder);
    });
  }

  /**
   * Takes in further data: the same model from the pairs of samples of this run and those of `data` together, in a run of its own, as if
   * all had been there at once. Trajectories of `data` are others than those before: no pair joins them. Pieces may come one after the
   * other, each to the run before it; their samples need not be kept.
   *
   * For runs of `dmd` with `reference_profile: "dmd-streaming"`, or `kwargs: { streaming: true }` in their phase: least squares, total least
   * squares, forward-backward and residual filter. Transforms stay as this run has fitted them; a validation set stays, else a part of
   * `data` validates, as the split of the request says.
   *
   * @param data     whatever `dymad.dataset` takes
   * @param options  `out`, `columns`, `dt`, `onEvent`, `signal`
   * @returns        the new run; this one stays as it is
   * @throws         E_UNSUPPORTED when this run has kept no sums of pairs; E_SHAPE, E_DATA when columns or the step are others; E_CONFLICT
   *                 when the directory is taken
   * @see            Hemati, Williams, Rowley 2014, "Dynamic mode decomposition for large and streaming datasets", doi:10.1063/1.4901016
   */
  async partialFit(data: DataSource, options: PartialFitOptions = {}): Promise<Run> {
    requireKnown("run.partialFit", options, ["out", "columns", "dt", "onEvent", "signal"]);
    const { out, onEvent, signal, ...reading } = options;
    const { folder, handle } = await startPartialFit(this.#folder, readSource(data, reading, "train"), { out: out ?? null });
    const followedRun = { name: folder.manifest().run_name, directory: folder.root, attached: false };
    return followed(followedRun, { onEvent, signal }, async (hearing) => {
      await followTraining(folder, handle, hearing);
      return Run.of(folder);
    });
  }

  /**
   * Compiles the recorded request again, trains it again in a directory of its own, and compares the bits.
   *
   * @returns        hashes of request, data, engine and model of both, and whether they are `equal`
   * @throws         E_CONFLICT when that directory is taken; what is wrong with the data files today
   */
  async reproduce(options: ReproduceOptions = {}): Promise<Reproduction> {
    requireKnown("run.reproduce", options, ["out", "onEvent", "signal"]);
    return reproduceRun(this.#folder, options);
  }

  /**
   * Waits for the end of a run that was started elsewhere, or by `start()`, telling all that happened from its beginning.
   *
   * @param options  `signal`: when it is aborted the following ends, and the run goes on
   * @returns        the run as it is then; this value stays as it was
   */
  async follow(options: ResumeOptions = {}): Promise<Run> {
    requireKnown("run.follow", options, ["onEvent", "signal"]);
    return followed({ ...this, attached: true }, options, async ({ onEvent, signal }) => {
      await followTraining(this.#folder, this.handle, { onEvent, leave: signal });
      return Run.of(this.#folder);
    });
  }

  /**
   * Asks the run to stop after its present epoch; it keeps its best model. `follow()` waits for that.
   *
   * @throws  E_CONFLICT when it has ended already
   */
  async cancel(): Promise<void> {
    cancel(this.#folder);
  }

  describe(): string {
    const rmse = this.metrics.best_valid_rmse;
    const best = rmse === null || rmse === undefined ? "" : `, validation RMSE ${formatNumber(rmse)}`;
    const why = this.failure === null ? "" : `: ${this.failure.code} ${this.failure.message}`;
    const warned = this.warnings.map((message) => `\n  warning: ${message}`).join("");
    return `Run ${this.name} ${this.status}${why}${best} (${this.directory})${warned}`;
  }

  toString(): string {
    return this.describe();
  }

  [inspectText](): string {
    return this.describe();
  }
}
