import type { Dataset } from "../../dynamics/data/series.js";
import { requireStep } from "../../dynamics/data/step.js";
import type { Diagnostic } from "../../dynamics/spectral/dmd/diagnostic.js";
import { relativeError, samplesOfCoordinates, simulateHavok } from "../../dynamics/spectral/dmd/driven.js";
import { type Activity, forcingActivity } from "../../dynamics/spectral/dmd/forcing.js";
import { type Havok, havok } from "../../dynamics/spectral/dmd/havok.js";
import { diagnoseHavok } from "../../dynamics/spectral/dmd/havok-diagnostic.js";
import { suggestDelay } from "../../dynamics/spectral/dmd/suggested-delay.js";
import { pickColumns } from "../../numerics/linalg/lstsq.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { HavokAnalysisOptions } from "../registry/analysis-request.js";
import { columnOf } from "./eigenfunction-field.js";
import { atParameters } from "./error-place.js";

/** A time in which the push is large. */
export interface TimedBurst {
  /** which of the data, counted from 0 */
  readonly trajectory: number;
  /** times of the newest samples of the first and the last active window, units of `t` */
  readonly start: number;
  readonly end: number;
  readonly peak_time: number;
  /** the push there, units of `x` */
  readonly peak: number;
}

/** A HAVOK analysis in the times and units of the data. Lists have an entry for each trajectory that holds a window. */
export interface HavokResult extends Havok {
  /** step of the data, units of `t` */
  readonly dt: number;
  /** of the columns that were looked at, shape [n] */
  readonly names: readonly string[];
  /** which trajectories of the data */
  readonly trajectories: readonly number[];
  /** when a window ends, shape [T_i - d], units of `t` */
  readonly times: readonly Float64Array[];
  /** the newest sample of each window, shape [T_i - d, n], units of `x` */
  readonly samples: readonly Matrix[];
  /** the same brought back from the linear system that the measured push drives, and from the one left to itself */
  readonly driven: readonly Matrix[];
  readonly undriven: readonly Matrix[];
  /** of the samples brought back, relative to their deviation: from measured coordinates, driven, undriven */
  readonly errors: { readonly restored: number; readonly driven: number; readonly undriven: number };
  readonly activity: Activity;
  readonly bursts: readonly TimedBurst[];
  /** what to know before the numbers are believed; empty when nothing was found */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The analysis `havok`: the linear system of a series' delays, what pushes it and when, and how far that explains the series.
 *
 * @throws  E_DATA when the data are sampled unevenly or do not vary; E_NOT_FOUND when the observable is no column; E_SPEC, E_SHAPE when
 *          delay or rank do not suit the data
 */
export function runHavok(data: Dataset, options: HavokAnalysisOptions): HavokResult {
  const dt = requireStep(data, "HAVOK");
  const { observable, threshold } = options;
  const columns = observable === null ? [...data.names.x.keys()] : [columnOf(data, observable, ["parameters", "observable"])];
  const snapshots = { trajectories: data.trajectories.map(({ x }) => pickColumns(x, columns)), dt };
  // in any case: it refuses data that do not vary
  const suggested = suggestDelay(snapshots);
  const delay = options.delay ?? suggested;
  const found = atParameters(() => havok(snapshots, delay, { rank: options.rank, threshold: options.residual_threshold }));
  const trajectories = data.trajectories.flatMap(({ t }, i) => (t.length > delay ? [i] : []));
  const samples = trajectories.map((i) => snapshots.trajectories[i].slice(delay, snapshots.trajectories[i].rows));
  const simulated = (driven: boolean): Matrix[] => samplesOfCoordinates(found, simulateHavok(found, driven));
  const [driven, undriven] = [simulated(true), simulated(false)];
  const errors = {
    restored: relativeError(samplesOfCoordinates(found), samples),
    driven: relativeError(driven, samples),
    undriven: relativeError(undriven, samples),
  };
  const times = trajectories.map((i) => data.trajectories[i].t.subarray(delay));
  const activity = activityOf(found, threshold);
  return {
    ...found,
    dt,
    names: columns.map((j) => data.names.x[j]),
    trajectories,
    times,
    samples,
    driven,
    undriven,
    errors,
    activity,
    bursts: activity.bursts.map(({ series, start, end, peak }) => ({
      trajectory: trajectories[series],
      start: times[series][start],
      end: times[series][end],
      peak_time: times[series][peak],
      peak: found.forcing[series][peak],
    })),
    diagnostics: [...diagnoseHavok(found, errors.driven), ...leftOut(data, trajectories, delay)],
  };
}

/** Within a window all pushes are seen at once: active samples nearer than that belong together. What is rounding is never active. */
function activityOf({ forcing, kurtosis, delay }: Havok, threshold: number): Activity {
  const found = forcingActivity(forcing, { threshold, gap: delay });
  return Number.isNaN(kurtosis) ? { ...found, share: 0, bursts: [] } : found;
}

/** What the data hold beside the windows that were looked at. */
function leftOut({ trajectories, names }: Dataset, used: readonly number[], delay: number): Diagnostic[] {
  const out: Diagnostic[] = [];
  const short = trajectories.length - used.length;
  if (short > 0) {
    out.push({
      code: "left-out",
      message: `${short} of ${trajectories.length} trajectories are shorter than a window of ${delay + 1} samples and are left out`,
      hint: "shorten the delay, and they count",
    });
  }
  if (names.u.length > 0) {
    out.push({
      code: "left-out",
      message: `control (${names.u.join(", ")}) is left out: what it does to the series counts as push`,
      hint: "look at records without control, or decompose with it: dmdWithControl",
    });
  }
  return out;
}
