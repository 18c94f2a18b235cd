/** What a missing or undefined number is shown as. */
export const MISSING = "–";

/**
 * A number with `digits` significant digits: plain between 1e-3 and 1e6, else with an exponent.
 *
 * @example   formatNumber(0.0152345) // "0.01523"
 */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return MISSING;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(digits - 1).replace("e+", "e");
  if (Number.isInteger(value) && size < 1e6) return String(value);
  return value.toFixed(Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
}

/**
 * A value with its uncertainty, both to the place of the uncertainty's first digit (its second when the first is 1).
 *
 * @param uncertainty   one standard deviation or half width, units of `value`; not positive: the plain number
 * @example             formatUncertain(0.01523, 0.0004) // "0.0152 ± 0.0004"
 */
export function formatUncertain(value: number, uncertainty: number): string {
  if (!(uncertainty > 0) || !Number.isFinite(uncertainty) || !Number.isFinite(value)) return formatNumber(value);
  const exponent = Math.floor(Math.log10(uncertainty));
  const places = Number(uncertainty.toExponential(1)[0]) === 1 ? 1 - exponent : -exponent;
  if (places > 8 || exponent >= 6) return `${formatNumber(value)} ± ${formatNumber(uncertainty, 2)}`;
  const fixed = (x: number): string => x.toFixed(Math.max(0, places));
  return `${fixed(value)} ± ${fixed(uncertainty)}`;
}

/**
 * A duration a person can read.
 *
 * @param seconds   at least 0
 * @example         formatDuration(252) // "4 min 12 s"
 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return MISSING;
  if (seconds < 1) return seconds === 0 ? "0 s" : `${formatNumber(seconds * 1e3, seconds < 0.1 ? 2 : 3)} ms`;
  if (seconds < 59.95) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const two = (n: number): string => String(n).padStart(2, "0");
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** A file size in decimal units: `12.3 kB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  return `${formatNumber(bytes / 1000 ** power, 3)} ${["B", "kB", "MB", "GB", "TB"][power]}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}
