import { filesWords } from "../../workflow/app/analysis-words.js";
import type { DataAnalysis } from "../../workflow/app/analyze-data.js";
import { tellDataAnalysis } from "../../workflow/app/data-analysis-content.js";
import { ResultKind } from "./kind.js";

export const dataAnalysisKind: ResultKind<DataAnalysis> = new ResultKind<DataAnalysis>({
  headline: (analysis) => {
    const { workflow_key, analysis_handle } = analysis;
    return [`Analysis ${workflow_key} ${analysis_handle}`, ...tellDataAnalysis(analysis).lines].join("\n  ");
  },
  table: (analysis) => Object.values(tellDataAnalysis(analysis).tables)[0],
  further: ({ artifacts, directory }) => [filesWords(artifacts, `${directory}/`)],
});
