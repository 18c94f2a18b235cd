import { leaderboardCaption } from "../../sdk/charts/captions.js";
import { type LeaderboardData, leaderboardChart } from "../../sdk/charts/leaderboard.js";
import type { TuningResult } from "../../sdk/dynamics/tuning/tuning-spec.js";
import type { Telling } from "../../sdk/fluent/results/kind.js";
import { tuningBoard } from "../../sdk/workflow/app/tuning.js";
import { leaderboardOf } from "../../sdk/workflow/executor/leaderboard.js";
import type { SearchResults } from "../../sdk/workflow/executor/search-results.js";
import type { Figure, View } from "../bundle.js";
import { toldView } from "./told-view.js";

/** The candidates of a search compared, and the table of its cross-validation, best first. */
export const searchView = (search: SearchResults & Telling): View =>
  toldView(search, "Candidates, best first", boardFigure(leaderboardOf(search)));

/** The evaluations of a tuning compared. */
export const tuningView = (tuning: TuningResult & Telling): View =>
  toldView(tuning, "Evaluations, best first", boardFigure(tuningBoard(tuning)));

/** None when no candidate has a number. */
function boardFigure(data: LeaderboardData): Figure[] {
  const known = data.candidates.some(({ value }) => value !== null && Number.isFinite(value));
  return known ? [{ chart: (options) => leaderboardChart(data, options), caption: leaderboardCaption(data) }] : [];
}
