import type { ForecastData } from "./forecast.js";
import type { HorizonData } from "./horizon.js";
import { type LeaderboardData, ranked } from "./leaderboard.js";
import { type LossData, leastOf } from "./loss.js";
import { formatNumber, listWords } from "./numbers.js";
import { isFlagged, type SpectrumData } from "./spectrum.js";

/** How to read the picture of forecasts. */
export function forecastCaption({ trainEnd, forecasts }: ForecastData): string {
  const trained = trainEnd !== undefined && trainEnd !== null;
  const region = trained
    ? " The shaded part was not used for training; there the truth is dashed."
    : " The truth (dashed) was not used for training.";
  const band = forecasts.some(({ lower }) => lower !== undefined) ? " Bands show the uncertainty." : "";
  return `Does the forecast follow what happened?${region}${band} A line that leaves the axis went further than is drawn.`;
}

/** Where along the horizons the first model beats every baseline: to the end, at the start, or in between. */
export function horizonCaption({ series, horizons, horizonUnit = "", metric }: HorizonData): string {
  const question = "How far ahead can it be trusted?";
  const model = series.find(({ role }) => role !== "baseline");
  const baselines = series.filter(({ role }) => role === "baseline");
  if (model === undefined || baselines.length === 0 || horizons.length === 0) return `${question} ${metric} at each horizon.`;

  const below = Array.from(horizons, (_, h) => baselines.every(({ errors }) => model.errors[h] < errors[h]));
  const last = below.length - 1;
  const far = (h: number): string => {
    const number = formatNumber(horizons[h]);
    return horizonUnit === "" ? number : `${number} ${Number(number) === 1 ? horizonUnit.replace(/s$/, "") : horizonUnit}`;
  };
  const names = listWords(baselines.map(({ name }) => name));
  const [firstLost, lastLost] = [below.indexOf(false), below.lastIndexOf(false)];
  if (firstLost < 0) return `${question} ${model.name} stays below ${names} at every horizon up to ${far(last)}.`;
  if (!below.includes(true)) {
    const never = baselines.filter(({ errors }) => below.every((_, h) => !(model.errors[h] < errors[h])));
    const stronger = never.length === 0 ? "the better of " : "";
    const told = never.length === 0 ? names : listWords(never.map(({ name }) => name));
    return `${question} ${model.name} is no better than ${stronger}${told} at any horizon.`;
  }

  const ends = [
    ...(firstLost > 0 ? [`up to ${far(firstLost - 1)}`] : []),
    ...(lastLost < last ? [`from ${far(lastLost + 1)} on`] : []),
  ];
  const between = below.slice(firstLost, lastLost).filter(Boolean).length;
  if (ends.length > 0) {
    const mixed = between === 0 ? "" : "; elsewhere the lead changes";
    return `${question} ${model.name} stays below ${names} ${ends.join(" and ")}${mixed}.`;
  }
  const [from, to] = [below.indexOf(true), below.lastIndexOf(true)];
  const gaps = between < to - from + 1 ? ", not throughout" : "";
  return `${question} ${model.name} is below ${names} only between ${far(from)} and ${far(to)}${gaps}.`;
}

/** Where the loss was least, how training ended, and which weights were kept when that is known. */
export function lossCaption(data: LossData): string {
  const question = "Did the training converge?";
  const least = leastOf(data);
  if (least === null) return `${question} ${withoutLeast(data)}`;
  const values = Array.from(data.valid ?? data.train).filter(Number.isFinite);
  const ratio = values[values.length - 1] / least.value;
  const name = data.valid === undefined ? "training" : "validation";
  const end = ratio > 1.05 ? ` It ended at ${formatNumber(ratio, 3)} times that.` : " It ended there.";
  return `${question} The ${name} loss was least, ${formatNumber(least.value, 3)}, at epoch ${least.epoch}.${end}${keptWords(data, least.epoch)}`;
}

/** What there is to say where no validation loss, or without one no training loss, can be drawn. */
function withoutLeast({ valid, ...rest }: LossData): string {
  const finite = (values: ArrayLike<number>): boolean => Array.from(values).some(Number.isFinite);
  const which = valid === undefined ? "training" : "validation";
  if (finite(valid ?? rest.train)) return `No ${which} loss was above zero.`;
  const trained = valid === undefined ? null : leastOf(rest);
  if (trained !== null) {
    return `No validation loss was finite; the training loss was least, ${formatNumber(trained.value, 3)}, at epoch ${trained.epoch}.`;
  }
  return "No loss was finite.";
}

function keptWords({ bestEpoch, keptBy }: LossData, leastEpoch: number): string {
  if (bestEpoch === undefined) return "";
  if (bestEpoch === leastEpoch) return " The weights of that epoch were kept.";
  return ` The weights of epoch ${bestEpoch} were kept${keptBy === undefined ? "" : `: there the ${keptBy} was least`}.`;
}

/** What colour, fill and the grey line mean, and what they say here. */
export function spectrumCaption({ timeDomain, eigenvalues }: SpectrumData): string {
  const border = timeDomain === "discrete" ? "inside the unit circle" : "left of the imaginary axis";
  const flagged = eigenvalues.filter(isFlagged).length;
  const hollow =
    flagged === 0
      ? "None is flagged."
      : `The ${flagged} hollow ones are flagged and should not be read as motions of the system.`;
  return `Which motions did the model find? Eigenvalues ${border} decay; dark ones have a small residual and are well supported by the data. ${hollow}`;
}

/** Who leads, and by how much. */
export function leaderboardCaption(data: LeaderboardData): string {
  const [first, second] = ranked(data).filter(({ value }) => value !== null && Number.isFinite(value));
  if (first === undefined) return "Which candidate is best? None has finished.";
  if (second === undefined) return `Which candidate is best? Only ${first.name} has finished.`;
  const word = data.lowerIsBetter === false ? "higher" : "lower";
  return `Which candidate is best (${data.metric}, ${word} is better)? ${first.name} with ${formatNumber(first.value)}, before ${second.name} with ${formatNumber(second.value)}.`;
}
