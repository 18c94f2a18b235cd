import { type LeaderboardData, leaderboardTable } from "../../charts/leaderboard.js";
import { textTable } from "../../charts/table.js";
import { leaderboardOf } from "../executor/leaderboard.js";
import type { RunFolder } from "../executor/run-folder.js";
import { readResults, type SearchResults } from "../executor/search-results.js";

/** The table of a run that searches, for programs, for a terminal and for a page; null when there is none. */
export interface RunSearch {
  readonly results: SearchResults;
  readonly leaderboard: LeaderboardData;
  /** the best ten, as text */
  readonly text: string;
}

export function searchOf(folder: RunFolder): RunSearch | null {
  const results = readResults(folder);
  if (results === null) return null;
  const leaderboard = leaderboardOf(results);
  return { results, leaderboard, text: textTable(leaderboardTable(leaderboard), { maxRows: 10 }) };
}
