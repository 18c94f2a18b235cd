import type { ForecastData, ForecastOptions } from "./forecast.js";
import type { HorizonData } from "./horizon.js";
import type { LeaderboardData } from "./leaderboard.js";
import type { LossData } from "./loss.js";
import type { SpectrumData } from "./spectrum.js";
import type { Table } from "./table.js";

/** The one number a report opens with. */
export interface Headline {
  /** such as `RMSE` */
  readonly metric: string;
  readonly value: number;
  readonly unit?: string | undefined;
  /** one standard deviation, units of `value` */
  readonly uncertainty?: number | undefined;
  /** what it was measured on, such as `120 held-out months` */
  readonly on?: string | undefined;
  /** default true */
  readonly lowerIsBetter?: boolean | undefined;
  readonly baseline?: { readonly name: string; readonly value: number } | undefined;
}

/** One file of data a run has read. */
export interface DataFile {
  readonly path: string;
  /** bytes */
  readonly size?: number | undefined;
  readonly sha256?: string | undefined;
}

/** What was run: enough to run it again. Fields carry the names of the run manifest. */
export interface RunFacts {
  /** the whole configuration, as text or as JSON */
  readonly config?: unknown;
  readonly seeds?: Readonly<Record<string, number>> | undefined;
  readonly request_hash?: string | undefined;
  readonly data?: readonly DataFile[] | undefined;
  readonly checkpoint?: DataFile | undefined;
  readonly versions?: Readonly<Record<string, string>> | undefined;
  /** backend, dtype, threads, build, bitwise, device and what else the engine tells */
  readonly engine?: Readonly<Record<string, string | number | boolean | null>> | undefined;
  /** ISO 8601 */
  readonly started_at?: string | undefined;
  readonly finished_at?: string | undefined;
  /** further facts, by name */
  readonly more?: Readonly<Record<string, string | number>> | undefined;
}

/** Everything a report page can show. Only the title is needed; a run that failed shows what there is. */
export interface ReportData {
  readonly model: string;
  readonly data: string;
  /** ISO 8601; shown in UTC */
  readonly date: string;
  readonly status: "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  /** name or handle of the run */
  readonly run?: string | undefined;
  readonly headline?: Headline | undefined;
  /** what went wrong, and what to do about it */
  readonly failure?:
    | {
        readonly code?: string | undefined;
        readonly message: string;
        readonly hint?: string | undefined;
        /** last lines of the log */
        readonly log?: string | undefined;
      }
    | undefined;
  /** what a reader must know of the result */
  readonly warnings?: readonly string[] | undefined;
  readonly forecast?: ForecastData | undefined;
  readonly forecastOptions?: Pick<ForecastOptions, "history" | "maxStates"> | undefined;
  readonly horizon?: HorizonData | undefined;
  readonly loss?: LossData | undefined;
  readonly spectrum?: SpectrumData | undefined;
  readonly leaderboard?: LeaderboardData | undefined;
  /** further tables, each with its heading */
  readonly tables?: readonly { readonly title: string; readonly table: Table }[] | undefined;
  readonly facts?: RunFacts | undefined;
  /** commands that repeat the run, one a line */
  readonly reproduce?: string | undefined;
}
