import { formatDuration, formatNumber } from "../sdk/charts/numbers.js";
import type { RunEvaluation } from "../sdk/workflow/app/evaluate.js";
import { dataPaths, type RunStatus } from "../sdk/workflow/app/runs.js";
import type { RunSearch } from "../sdk/workflow/app/search.js";
import { candidateText } from "../sdk/workflow/executor/run-event.js";
import { quotedWord } from "./quoted-word.js";

/** The end of a run in at most five lines, after the leaderboard of a search: what, the headline number beside its baseline, where, and what to type next. */
export function endOfRun(shown: string, status: RunStatus, evaluation: RunEvaluation | null, search: RunSearch | null): string {
  const { training_run: run } = status;
  const seconds = run.metrics.seconds;
  const took = seconds === null || seconds === undefined ? "" : ` in ${formatDuration(seconds)}`;
  const lines = [...(search === null ? [] : [search.text])];
  lines.push(`${run.status} ${run.model_key} on ${dataPaths(status).join(", ")}, ${run.metrics.epochs ?? 0} epochs${took}`);
  if (evaluation !== null) lines.push(evaluationLine(evaluation));
  if (run.failure !== null) {
    lines.push(`error[${run.failure.code}] ${run.failure.message}`);
    if (run.failure.hint !== null) lines.push(`  help: ${run.failure.hint}`);
  }
  for (const message of run.warnings ?? []) lines.push(`warning: ${message}`);
  lines.push(`run: ${shown}`);
  lines.push(`next: dymad ${run.status === "FAILED" ? "log" : "report"} ${quotedWord(shown)}`);
  return lines.join("\n");
}

export function evaluationLine({ metrics, baselines, on }: RunEvaluation): string {
  const set = on === "test" ? "test" : "validation";
  const diverged = metrics.n_diverged ? `, ${metrics.n_diverged} diverged` : "";
  const beside = baselines.map(({ name, rmse_mean }) => `${name}: ${formatNumber(rmse_mean)}`).join(", ");
  return `rollout RMSE ${formatNumber(metrics.rmse_mean)} on ${metrics.n_test_trajectories} ${set} trajectories (${beside})${diverged}`;
}

function progressLines(at: NonNullable<RunStatus["progress"]>): string[] {
  return [
    `phase: ${at.phase}/${at.phases} ${at.trainer}${at.name === at.trainer ? "" : ` (${at.name})`}`,
    `epoch: ${at.epoch}/${at.epochs}`,
    `loss: ${at.loss === null ? "not finite" : formatNumber(at.loss)}`,
    ...(at.best === null ? [] : [`best: ${formatNumber(at.best)}`]),
    `elapsed: ${formatDuration(at.elapsed_seconds)}`,
  ];
}

function searchLines({ done, of, best, eta_seconds: eta, elapsed_seconds }: NonNullable<RunStatus["search_progress"]>): string[] {
  return [
    `trials: ${done}${of === null ? "" : `/${of}`}`,
    ...(best === null ? [] : [`best: ${formatNumber(best.value)} (${candidateText(best.params)})`]),
    `elapsed: ${formatDuration(elapsed_seconds)}`,
    ...(eta === null ? [] : [`eta: ${formatDuration(eta)}`]),
  ];
}

/** State, handles and metrics of a run, one a line. */
export function statusText({ run_dir, training_run_handle, training_run: run, progress, search_progress }: RunStatus): string {
  const metrics = Object.entries(run.metrics).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `run: ${run_dir}`,
    `status: ${run.status}`,
    ...(progress === null ? [] : progressLines(progress)),
    ...(search_progress === null ? [] : searchLines(search_progress)),
    `training_run: ${training_run_handle}`,
    ...(run.checkpoint_handle === null ? [] : [`checkpoint: ${run.checkpoint_handle}`]),
    ...(run.failure === null ? [] : [`failure: ${run.failure.code} ${run.failure.message}`]),
    ...(run.failure?.hint ? [`help: ${run.failure.hint}`] : []),
    ...(run.warnings ?? []).map((message) => `warning: ${message}`),
    ...metrics.map(([name, value]) => `${name}: ${formatNumber(value)}`),
  ].join("\n");
}
