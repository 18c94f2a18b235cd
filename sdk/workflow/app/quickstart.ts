import { renderReport } from "../../charts/report.js";
import type { Dataset } from "../../dynamics/data/series.js";
import type { TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import { modelSpectrum } from "../../dynamics/spectral/model-spectrum.js";
import type { SpectrumPoint } from "../../dynamics/spectral/spectrum.js";
import { DymadError } from "../../errors.js";
import type { RunEvent } from "../executor/run-event.js";
import { names, RunFolder } from "../executor/run-folder.js";
import { type Files, machineFiles } from "../store/files.js";
import {
  type CarbonDioxide,
  delays,
  forecastError,
  lastYearRepeated,
  monthsOf,
  ranks,
  readCarbonDioxide,
} from "./carbon-dioxide.js";
import { modelOf } from "./evaluate.js";
import { fitLinear, koopmanRequest } from "./quickstart-models.js";
import { quickstartReport } from "./quickstart-report.js";
import type { CandidateScore, QuickstartResult, SpectrumRow } from "./quickstart-result.js";
import { historyOf, runReport } from "./report.js";
import { statusOf } from "./runs.js";
import { followTraining, type StopSignal, startTraining } from "./train.js";

export interface QuickstartOptions {
  /** the CO2 series, see notebooks/data */
  readonly dataPath: string;
  /** run directory; an earlier quick start in it is replaced */
  readonly out: string;
  readonly seed?: number;
  readonly command?: string | null;
  readonly onStage?: (stage: { readonly text: string; readonly done: number; readonly of: number }) => void;
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: StopSignal;
}

/** What stands in the run's record of what was typed: by it a later quick start knows its own. */
const mark = "dymad quickstart";

/**
 * The first real run: ten years of monthly CO2 at Mauna Loa forecast by a discrete Koopman model with a learned nonlinear part.
 *
 * Delay and rank are those of the linear delay model that best forecasts the last ten training years; the held-out years are looked
 * at once, at the end. The Koopman model starts as the linear model and is trained by gradient through rollouts; it goes the whole
 * road of a run: compiled request, worker process, checkpoint, manifest, report.
 *
 * @throws  E_CONFLICT when the directory holds something that is not a quick start; E_WRITE when it cannot be made; E_CANCELLED; E_DIVERGED
 */
export async function quickstart(options: QuickstartOptions, files: Files = machineFiles): Promise<QuickstartResult> {
  const root = files.resolve(options.out);
  requireOwn(root, files);
  files.requireWritable(root);
  const study = readCarbonDioxide(files.readText(options.dataPath));
  const candidates = await select(study, options);
  const chosen = candidates.reduce((a, b) => (b.rmse < a.rmse ? b : a));

  const linear = fitLinear(study, chosen, study.testStart);
  const { testStart, months } = study;
  const test = testWindow(study, chosen.delay + 1);
  const linearForecast = aheadOf(linear, test);

  if (files.exists(root)) files.remove(root);
  const started = await startTraining(
    {
      request: koopmanRequest(study, chosen, options.seed ?? 0),
      base: files.dirname(root),
      memory: { train: monthsOf(study, 0, testStart), test },
      out: root,
      command: options.command ?? mark,
    },
    files,
  );
  const { folder, handle, compiled } = started;
  const run = await followTraining(folder, handle, { onEvent: options.onEvent, signal: options.signal });
  if (run.status !== "SUCCEEDED") {
    const code = run.status === "CANCELLED" ? "E_CANCELLED" : "E_DIVERGED";
    throw new DymadError(code, run.failure?.message ?? `the run ended ${run.status}`, {
      hint: run.failure?.hint ?? `see ${names.log} in ${root}`,
    });
  }
  options.onStage?.({ text: "spectrum and report", done: 0, of: 1 });
  const model = modelOf(folder, run, files);
  const koopmanForecast = aheadOf(model, test);
  const baseline = lastYearRepeated(study, testStart);
  const metrics = {
    rmse: forecastError(study, testStart, koopmanForecast),
    rmse_linear: forecastError(study, testStart, linearForecast),
    rmse_baseline: forecastError(study, testStart, baseline),
    horizon_months: months - testStart,
  };
  const spectrum = modelSpectrum(model, monthsOf(study, 0, testStart), { threshold: 1, order: "energy" }).points.map(rowOf);
  files.write(files.join(root, "spectrum.json"), `${JSON.stringify(spectrum, null, 2)}\n`);
  folder.amend({ metrics: { ...folder.manifest().metrics, ...metrics } });
  const page = await renderReport(
    quickstartReport({
      study,
      base: runReport(statusOf(folder), compiled, historyOf(folder, files)),
      candidates,
      metrics,
      spectrum,
      forecasts: { koopman: koopmanForecast, linear: linearForecast, baseline },
    }),
  );
  const report_path = folder.path("report");
  files.write(report_path, page);
  folder.amend({ artifacts: [...folder.artifacts(), folder.artifact(files.join(root, "spectrum.json"))] });
  options.onStage?.({ text: "spectrum and report", done: 1, of: 1 });
  return { run_dir: root, report_path, metrics, winner: winnerOf(metrics), chosen, candidates, spectrum };
}

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

/** Scores every delay and rank by the free forecast of the last ten training years from the months before them. */
async function select(study: CarbonDioxide, options: QuickstartOptions): Promise<CandidateScore[]> {
  const grid = delays.flatMap((delay) => ranks.filter((rank) => rank <= delay).map((rank) => ({ delay, rank })));
  const scores: CandidateScore[] = [];
  for (const [i, candidate] of grid.entries()) {
    options.onStage?.({
      text: `linear delay models: ${candidate.delay + 1} months, rank ${candidate.rank}`,
      done: i + 1,
      of: grid.length,
    });
    // A signal is heard only between pieces of work.
    await new Promise((done) => setTimeout(done, 0));
    if (options.signal?.aborted) throw new DymadError("E_CANCELLED", "the quick start was cancelled");
    const model = fitLinear(study, candidate, study.selectionStart);
    const window = monthsOf(study, study.selectionStart - candidate.delay - 1, study.testStart);
    scores.push({ ...candidate, rmse: forecastError(study, study.selectionStart, aheadOf(model, window)) });
  }
  return scores;
}

/** Held-out months with the training months a forecast starts from. */
function testWindow(study: CarbonDioxide, window: number): Dataset {
  return monthsOf(study, study.testStart - window, study.months);
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
