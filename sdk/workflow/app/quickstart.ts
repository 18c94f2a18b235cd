import { renderReport } from "../../charts/report.js";
import type { Dataset } from "../../dynamics/data/series.js";
import type { TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import { modelSpectrum } from "../../dynamics/spectral/model-spectrum.js";
import type { SpectrumPoint } from "../../dynamics/spectral/spectrum.js";
import type { Parameters } from "../../dynamics/tuning/parameter.js";
import { DymadError } from "../../errors.js";
import { names, RunFolder } from "../executor/run-folder.js";
import type { CandidateResult } from "../executor/search-results.js";
import type { TrainingRequest } from "../registry/request.js";
import { type Files, machineFiles } from "../store/files.js";
import { delays, forecastError, lastYearRepeated, monthsOf, readCarbonDioxide } from "./carbon-dioxide.js";
import { modelOf } from "./evaluate.js";
import { koopmanRequest, linearRequest, searched } from "./quickstart-models.js";
import { quickstartReport } from "./quickstart-report.js";
import type { CandidateScore, QuickstartResult, SpectrumRow } from "./quickstart-result.js";
import { type FinishedSearch, searchToEnd } from "./quickstart-search.js";
import { historyOf, runReport } from "./report.js";
import { statusOf } from "./runs.js";
import type { StopSignal } from "./train.js";

export interface QuickstartOptions {
  /** the CO2 series, see notebooks/data */
  readonly dataPath: string;
  /** run directory of the Koopman model, the linear models' is beside it; an earlier quick start in them is replaced */
  readonly out: string;
  readonly seed?: number;
  readonly command?: string | null;
  readonly onStage?: (stage: { readonly text: string; readonly done: number; readonly of: number }) => void;
  readonly signal?: StopSignal;
}

/** What stands in the run's record of what was typed: by it a later quick start knows its own. */
const mark = "dymad quickstart";

const longestWindow = Math.max(...delays) + 1;

/**
 * The first real run: ten years of monthly CO2 at Mauna Loa forecast by a discrete Koopman model with a learned nonlinear part.
 *
 * Two searches settle everything on the training years, by free forecasts of the last ten of them: delay and rank among linear delay
 * models, and how the Koopman model, which starts as the best of them, is trained. The best of each is trained on all training years;
 * then the held-out years are forecast, once by each. Both go the whole road of a run: compiled request, worker process, checkpoint,
 * manifest; the report tells of both.
 *
 * @throws  E_CONFLICT when a directory holds something that is not a quick start; E_WRITE when it cannot be made; E_CANCELLED; E_DIVERGED
 */
export async function quickstart(options: QuickstartOptions, files: Files = machineFiles): Promise<QuickstartResult> {
  const roots = [options.out, `${options.out}-linear`].map((root) => files.resolve(root));
  for (const root of roots) {
    requireOwn(root, files);
    files.requireWritable(root);
  }
  const [root, linearRoot] = roots;
  const study = readCarbonDioxide(files.readText(options.dataPath));
  const { testStart, months } = study;
  const search = async (request: TrainingRequest, out: string, window: number, text: string): Promise<FinishedSearch> => {
    if (files.exists(out)) files.remove(out);
    const memory = { train: monthsOf(study, 0, testStart), test: monthsOf(study, testStart - window, months) };
    const order = { request, base: files.dirname(out), memory, out, command: options.command ?? mark };
    return searchToEnd(order, files, { text, onStage: options.onStage, signal: options.signal });
  };

  const linear = await search(linearRequest(study), linearRoot, longestWindow, "linear delay models");
  const candidates = linear.results.candidates.flatMap(scoreOf);
  const [chosen] = scoreOf(linear.results.candidates[linear.best.index]);
  const window = chosen.delay + 1;
  const koopman = await search(koopmanRequest(study, chosen, options.seed ?? 0), root, window, "Koopman recipes");

  options.onStage?.({ text: "spectrum and report", done: 0, of: 1 });
  const test = monthsOf(study, testStart - window, months);
  const [model, linearModel] = [koopman, linear].map(({ folder, run }) => modelOf(folder, run, files));
  const [koopmanForecast, linearForecast] = [aheadOf(model, test), aheadOf(linearModel, test)];
  const baseline = lastYearRepeated(study, testStart);
  const metrics = {
    rmse: forecastError(study, testStart, koopmanForecast),
    rmse_linear: forecastError(study, testStart, linearForecast),
    rmse_baseline: forecastError(study, testStart, baseline),
    horizon_months: months - testStart,
  };
  const spectrum = modelSpectrum(model, monthsOf(study, 0, testStart), { threshold: 1, order: "energy" }).points.map(rowOf);
  const { folder, compiled, best, results } = koopman;
  files.write(files.join(root, "spectrum.json"), `${JSON.stringify(spectrum, null, 2)}\n`);
  folder.amend({ metrics: { ...folder.manifest().metrics, ...metrics } });
  const recipe = recipeOf(best.params);
  const selection = {
    linear: candidates.length,
    koopman: results.candidates.length,
    held_out_forecasts: 1,
  };
  const page = await renderReport(
    quickstartReport({
      study,
      base: runReport(statusOf(folder), compiled, historyOf(folder, files)),
      candidates,
      recipes: results.candidates,
      metrics,
      spectrum,
      forecasts: { koopman: koopmanForecast, linear: linearForecast, baseline },
    }),
  );
  const report_path = folder.path("report");
  files.write(report_path, page);
  folder.amend({ artifacts: [...folder.artifacts(), folder.artifact(files.join(root, "spectrum.json"))] });
  options.onStage?.({ text: "spectrum and report", done: 1, of: 1 });
  const winner = winnerOf(metrics);
  return {
    run_dir: root,
    linear_run_dir: linearRoot,
    report_path,
    metrics,
    winner,
    chosen,
    recipe,
    selection,
    candidates,
    spectrum,
  };
}

/** What a linear candidate reached; nothing when it failed. */
function scoreOf({ params, mean }: CandidateResult): CandidateScore[] {
  return mean === null ? [] : [{ delay: params[searched.delay] as number, rank: params[searched.rank] as number, rmse: mean }];
}

const recipeOf = (params: Parameters): QuickstartResult["recipe"] => ({
  learning_rate: params[searched.learning_rate] as number,
  horizon: (params[searched.horizon] as readonly number[])[0],
});

/** Refuses to replace what another command has made. */
function requireOwn(root: string, files: Files): void {
  if (!files.exists(root) || files.list(root).length === 0) return;
  const own = files.exists(files.join(root, names.manifest)) && (RunFolder.open(root).manifest().command ?? "").startsWith(mark);
  if (own) return;
  throw new DymadError("E_CONFLICT", `${root} exists and is not an earlier quick start`, {
    path: ["out"],
    hint: "name another directory with --out; a quick start replaces only its own earlier run",
  });
}

/** The months a model forecasts after its window, ppm. */
function aheadOf(model: TrainedModel, data: Dataset): Float64Array {
  return model.forecast(data.trajectories)[0].x.data.slice(model.window);
}

const confirmed = (flag: SpectrumPoint["flag"]): string | null => (flag === "ok" ? null : flag);

function rowOf({ re, im, frequency, growth, residual, flag }: SpectrumPoint): SpectrumRow {
  return { re, im, frequency, growth, residual: Number.isFinite(residual) ? residual : null, flag: confirmed(flag) };
}

function winnerOf({ rmse, rmse_linear, rmse_baseline }: QuickstartResult["metrics"]): QuickstartResult["winner"] {
  const least = Math.min(rmse, rmse_linear, rmse_baseline);
  return least === rmse ? "koopman" : least === rmse_linear ? "linear" : "baseline";
}
