import type { Telling } from "../../sdk/fluent/results/kind.js";
import type { DataAnalysis } from "../../sdk/workflow/app/analyze-data.js";
import { tellDataAnalysis } from "../../sdk/workflow/app/data-analysis-content.js";
import type { Figure, View } from "../bundle.js";
import { toldView } from "./told-view.js";

/** Everything that an analysis of data has found. */
export function dataAnalysisView(analysis: DataAnalysis & Telling): View {
  const { lines, tables, charts, captions } = tellDataAnalysis(analysis);
  const figures = Object.keys(charts()).map(
    (name): Figure => ({ chart: (options) => charts(options)[name], caption: captions[name] }),
  );
  const told = toldView(analysis, "", figures);
  return {
    ...told,
    remarks: [...lines, ...(told.remarks ?? [])],
    tables: Object.entries(tables).map(([title, table]) => ({ title, table })),
  };
}
