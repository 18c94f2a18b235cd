import type { LeaderboardData } from "../../charts/leaderboard.js";
import type { Cell, Table } from "../../charts/table.js";
import { scoreFor } from "../../dynamics/tuning/selection.js";
import { candidateText } from "./run-event.js";
import type { CandidateResult, SearchResults } from "./search-results.js";

const titles = { forecast_rmse: "forecast RMSE", rollout_rmse: "rollout RMSE", valid_total: "validation loss" } as const;

/** The candidates of a search for a chart or a table. */
export function leaderboardOf({ metric, goal, candidates }: SearchResults): LeaderboardData {
  return {
    metric: `validation ${titles[metric].replace("validation ", "")}`,
    lowerIsBetter: goal === "minimize",
    candidates: candidates.map(({ params, folds, mean, std }) => ({
      name: candidateText(params),
      value: mean,
      ...(folds.length > 1 ? { uncertainty: std } : {}),
    })),
  };
}

/** All numbers of a search, best first: rank, number of the candidate, its values, mean, deviation, and the folds. */
export function searchTable({ metric, goal, candidates }: SearchResults): Table {
  const score = ({ mean }: CandidateResult): number => scoreFor(mean, goal);
  const order = [...candidates].sort((a, b) => (score(a) === score(b) ? a.index - b.index : score(a) < score(b) ? -1 : 1));
  const keys = [...new Set(candidates.flatMap(({ params }) => Object.keys(params)))];
  const folds = order[0]?.folds.length ?? 0;
  const cell = (value: unknown): Cell => (typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value));
  return {
    columns: [
      "rank",
      "candidate",
      ...keys,
      metric,
      "std",
      ...Array.from({ length: folds }, (_, i) => `fold_${i}`),
      "failure",
    ].map((title) => ({ title })),
    rows: order.map(({ index, params, mean, std, folds: values, failure }, i): Cell[] => [
      i + 1,
      index,
      ...keys.map((key) => cell(params[key])),
      mean,
      std,
      ...values,
      failure,
    ]),
  };
}
