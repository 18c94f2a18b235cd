import { DymadError } from "../../../errors.js";

/** A stretch of samples in which the forcing is large. */
export interface Burst {
  /** which of the series */
  readonly series: number;
  /** first and last active sample */
  readonly start: number;
  readonly end: number;
  /** where the forcing is farthest from its mean */
  readonly peak: number;
}

export interface Activity {
  /** of all series together, units of the forcing */
  readonly mean: number;
  readonly deviation: number;
  /** distance from the mean from which on a sample is active */
  readonly level: number;
  /** share of samples that are active */
  readonly share: number;
  /** in the order of the series, and of time */
  readonly bursts: readonly Burst[];
}

export interface ActivityOptions {
  /** deviations from the mean beyond which a sample is active; default 2 */
  readonly threshold?: number;
  /** active samples with at most so many others between them belong to one burst; default 0 */
  readonly gap?: number;
}

/**
 * When a forcing is active, |f - mean| > threshold deviation, and the bursts in which it is.
 *
 * @param forcing  series, shape [T_i] each, with one mean and one deviation for all
 * @param options  threshold, gap
 * @returns        level, share of active samples, bursts
 * @throws         E_SPEC when threshold or gap is negative
 * @see            Brunton, Brunton, Proctor, Kaiser, Kutz 2017, "Chaos as an intermittently forced linear system", doi:10.1038/s41467-017-00030-8
 * @example        forcingActivity([Float64Array.of(0, 0, 0, 0, 9, 0, 0, 0, 0)]).bursts // [{ series: 0, start: 4, end: 4, peak: 4 }]
 */
export function forcingActivity(forcing: readonly Float64Array[], { threshold = 2, gap = 0 }: ActivityOptions = {}): Activity {
  if (!(threshold >= 0)) throw new DymadError("E_SPEC", `a threshold is not negative, got ${threshold}`, { path: ["threshold"] });
  if (!(gap >= 0)) throw new DymadError("E_SPEC", `a gap is not negative, got ${gap}`, { path: ["gap"] });
  const { mean, second } = moments(forcing);
  const deviation = Math.sqrt(second);
  const level = threshold * deviation;
  const away = (f: number): number => Math.abs(f - mean);
  const bursts: Burst[] = [];
  let [active, samples] = [0, 0];
  for (const [series, f] of forcing.entries()) {
    samples += f.length;
    for (let k = 0; k < f.length; k++) {
      if (!(away(f[k]) > level)) continue;
      active++;
      const last = bursts[bursts.length - 1];
      const goesOn = last !== undefined && last.series === series && k - last.end <= gap + 1;
      if (goesOn) bursts[bursts.length - 1] = { ...last, end: k, peak: away(f[k]) > away(f[last.peak]) ? k : last.peak };
      else bursts.push({ series, start: k, end: k, peak: k });
    }
  }
  return { mean, deviation, level, share: active / samples, bursts };
}

/** Fourth moment about the mean over the squared variance, of all series together; NaN where nothing varies. */
export function kurtosisOf(forcing: readonly Float64Array[]): number {
  const { second, fourth } = moments(forcing);
  return fourth / (second * second);
}

function moments(series: readonly Float64Array[]): { readonly mean: number; readonly second: number; readonly fourth: number } {
  let [count, sum] = [0, 0];
  for (const f of series) {
    count += f.length;
    for (const value of f) sum += value;
  }
  const mean = sum / count;
  let [second, fourth] = [0, 0];
  for (const f of series) {
    for (const value of f) {
      const square = (value - mean) * (value - mean);
      second += square;
      fourth += square * square;
    }
  }
  return { mean, second: second / count, fourth: fourth / count };
}
