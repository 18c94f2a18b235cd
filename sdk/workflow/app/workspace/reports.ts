import { diffRuns, type RunComparison } from "../diff-runs.js";
import { type ExportedConfig, exportConfig } from "../export-config.js";
import { writeReport } from "../report.js";
import { type RunChart, type RunChartName, runChart } from "../run-chart.js";
import { type Verification, verifyRun } from "../verify-run.js";
import type { Workspace } from "./workspace.js";

export async function writeReportOf(
  workspace: Workspace,
  handle: string,
): Promise<{ readonly report_path: string; readonly resource: string }> {
  const { report_path } = await writeReport(workspace.run(handle), workspace.files);
  return { report_path: workspace.relative(report_path), resource: `dymad://runs/${handle}/report` };
}

export const chartOf = (workspace: Workspace, handle: string, name: RunChartName): Promise<RunChart> =>
  runChart(workspace.run(handle), name, workspace.files);

/** An exported request, and what to type in the root to train it again. */
export function exportRunConfig(
  workspace: Workspace,
  handle: string,
  out: string | null,
): ExportedConfig & { readonly commands: readonly string[] } {
  const exported = exportConfig(workspace.run(handle), out, workspace.files);
  const commands = out === null ? [] : [`dymad config validate ${out}`, `dymad train ${out} --out runs/again`];
  return { ...exported, commands };
}

export const verifyRunOf = (workspace: Workspace, handle: string): Verification =>
  verifyRun(workspace.run(handle), workspace.files);

export const diffRunsOf = (workspace: Workspace, first: string, second: string): RunComparison =>
  diffRuns(workspace.run(first), workspace.run(second));
