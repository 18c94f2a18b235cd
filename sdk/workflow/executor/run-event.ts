import type { TrainingEvent } from "../../dynamics/training/events.js";
import type { Parameters } from "../../dynamics/tuning/parameter.js";

/** What a search tells of its trials. */
export interface TrialEvent {
  readonly kind: "trial";
  readonly state: "started" | "finished";
  /** number of the candidate, from 0 */
  readonly candidate: number;
  /** fold, from 0; `all` when the best candidate is trained again on all data */
  readonly fold: number | "all";
  readonly params: Parameters;
  /** metric of a finished trial; null when it has none */
  readonly value: number | null;
  /** why a finished trial has no metric */
  readonly failure: string | null;
  /** its result was there from an earlier attempt */
  readonly reused: boolean;
  readonly seconds: number | null;
  /** trials that are finished, and how many there will be; null where the results so far decide it */
  readonly done: number;
  readonly of: number | null;
  /** the best candidate whose folds are all finished */
  readonly best: { readonly candidate: number; readonly value: number; readonly params: Parameters } | null;
  readonly eta_seconds: number | null;
}

/** What a run tells while it works. Plain JSON. */
export type RunEvent = TrainingEvent | TrialEvent;

/** The values of a candidate in a line: the last part of each key, more where that is not enough. */
export function candidateText(params: Parameters): string {
  const keys = Object.keys(params);
  if (keys.length === 0) return "as written";
  return keys.map((key) => `${shortKey(key, keys)} ${valueText(params[key])}`).join(", ");
}

function shortKey(key: string, keys: readonly string[]): string {
  const parts = key.split(".");
  const ends = (n: number): string => parts.slice(-n).join(".");
  for (let n = 1; n < parts.length; n++) {
    if (keys.every((other) => other === key || !`.${other}`.endsWith(`.${ends(n)}`))) return ends(n);
  }
  return key;
}

const valueText = (value: unknown): string => {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  return typeof value === "string" ? value : JSON.stringify(value);
};
