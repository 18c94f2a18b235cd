import { DymadError, type Issue } from "../../errors.js";
import { exp, log } from "../../numerics/elementary.js";
import { roundHalfEven, roundTo12 } from "./rounding.js";

/** A value a parameter may take. */
export type ParameterValue = number | string | boolean | null | readonly unknown[];
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** One thing to tune: a range, or a list of values. */
export interface ParameterSpec {
  readonly name: string;
  /** [lower, upper], lower < upper (equal for a single integer) */
  readonly bounds?: readonly [number, number] | undefined;
  /** a list instead of a range */
  readonly values?: readonly ParameterValue[] | undefined;
  /** how a range is divided; default linear */
  readonly scale?: "linear" | "log" | undefined;
  /** default float */
  readonly value_kind?: "float" | "int" | undefined;
  /** distance of admissible values from the lower bound on; integral for int */
  readonly step?: number | undefined;
  /** int: only odd or only even values */
  readonly parity?: "odd" | "even" | undefined;
}

/** Everything that is wrong with a parameter; paths begin with `path`. */
export function parameterIssues(spec: ParameterSpec, path: readonly (string | number)[]): Issue[] {
  const issues: Issue[] = [];
  const wrong = (key: string, message: string, hint?: string): void =>
    void issues.push({ code: "E_SPEC", path: [...path, key], message: `${message} (parameter ${spec.name})`, hint });
  const { bounds, values, scale = "linear", value_kind = "float", step, parity } = spec;
  if ((bounds === undefined) === (values === undefined))
    wrong("bounds", "a parameter has either bounds or values", "write one of them");
  if (values !== undefined && values.length === 0) wrong("values", "must hold at least one value");
  if (parity !== undefined && value_kind !== "int") wrong("parity", "parity is only for integers", "write value_kind: int");
  if (step !== undefined && !(step > 0)) wrong("step", `must be positive, got ${step}`);
  if (step !== undefined && value_kind === "int" && !Number.isInteger(step))
    wrong("step", `must be a whole number for an integer, got ${step}`);
  if (bounds === undefined) return issues;
  const [low, high] = bounds;
  if (!(Number.isFinite(low) && Number.isFinite(high) && (low < high || (value_kind === "int" && low === high))))
    wrong("bounds", `the lower bound must be below the upper one, got [${low}, ${high}]`);
  else if (scale === "log" && !(low > 0)) wrong("bounds", `must be positive on a log scale, got [${low}, ${high}]`);
  else if (value_kind === "int" && issues.length === 0 && integerRange(spec) === null) {
    const what = parity === undefined ? "integer" : `${parity} integer`;
    wrong("bounds", `there is no ${what} from ${low} to ${high}`, "widen the bounds");
  }
  return issues;
}

/** @throws E_SPEC with everything that is wrong with the parameters, equal names included */
export function checkParameters(specs: readonly ParameterSpec[], path: readonly (string | number)[] = ["parameters"]): void {
  const issues = specs.flatMap((spec, i) => {
    const twice = specs.findIndex(({ name }) => name === spec.name) < i;
    const again: Issue[] = twice ? [{ code: "E_SPEC", path: [...path, i, "name"], message: `${spec.name} is there twice` }] : [];
    return [...again, ...parameterIssues(spec, [...path, i])];
  });
  if (specs.length === 0) issues.push({ code: "E_SPEC", path, message: "there is no parameter to tune" });
  if (issues.length > 0) throw DymadError.ofIssues(issues);
}

/** First and last admissible integer, and the distance between neighbours; null when there is none. */
function integerRange({ bounds, step, parity }: ParameterSpec): { first: number; last: number; step: number } | null {
  const [low, high] = bounds as readonly [number, number];
  let first = Math.ceil(low);
  let by = step ?? 1;
  if (parity !== undefined) {
    const fits = (k: number): boolean => (Math.abs(k) % 2 === 1) === (parity === "odd");
    if (by % 2 === 1) {
      if (!fits(first)) first += by;
      by *= 2;
    } else if (!fits(first)) return null;
  }
  const last = first + Math.floor((Math.floor(high) - first) / by) * by;
  return last < first ? null : { first, last, step: by };
}

/**
 * The admissible value nearest to a wish: of a list the nearest number (or the value itself, else the first); an integer by
 * parity and step, ties to the smaller; a step from the lower bound, rounded to 12 decimals; else clipped to the bounds.
 *
 * @example  project({ name: "N", bounds: [1, 9], value_kind: "int", parity: "odd" }, 4) // 3
 * @example  project({ name: "s", bounds: [0, 1], step: 0.25 }, 0.62) // 0.5
 */
export function project(spec: ParameterSpec, value: ParameterValue): ParameterValue {
  const { values, bounds, step, value_kind } = spec;
  if (values !== undefined) return nearestOf(values, value);
  const [low, high] = bounds as readonly [number, number];
  const wish = Number(value);
  if (value_kind === "int") {
    const { first, last, step: by } = integerRange(spec) as { first: number; last: number; step: number };
    const place = (wish - first) / by;
    // ties to the smaller
    return clip(first + Math.ceil(place - 0.5) * by, first, last);
  }
  if (step === undefined) return clip(wish, low, high);
  const last = low + Math.floor((high - low) / step + 1e-9) * step;
  return roundTo12(clip(low + Math.ceil((wish - low) / step - 0.5) * step, low, last));
}

function nearestOf(values: readonly ParameterValue[], wish: ParameterValue): ParameterValue {
  if (typeof wish !== "number" || !values.every((v) => typeof v === "number")) return values.includes(wish) ? wish : values[0];
  return values.reduce((a, b) => (Math.abs(Number(b) - wish) < Math.abs(Number(a) - wish) ? b : a));
}

const clip = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

/** The value at a place of the unit interval: 0 the lower bound, 1 the upper one, by logarithm on a log scale. */
export function fromUnit(spec: ParameterSpec, place: number): number {
  const { bounds, scale = "linear", value_kind } = spec;
  const [low, high] = bounds as readonly [number, number];
  const at = clip(place, 0, 1);
  const between = scale === "log" ? exp(log(low) + at * (log(high) - log(low))) : low + at * (high - low);
  const value = at === 1 ? high : between;
  // ties to the even integer first, then the nearest admissible one
  return project(spec, value_kind === "int" ? roundHalfEven(clip(value, low, high)) : value) as number;
}

/** How many values a parameter may take; Infinity for a range of floats without a step. */
export function countOf(spec: ParameterSpec): number {
  const { values, bounds, step, value_kind } = spec;
  if (values !== undefined) return values.length;
  const [low, high] = bounds as readonly [number, number];
  if (value_kind !== "int") return step === undefined ? Number.POSITIVE_INFINITY : Math.floor((high - low) / step + 1e-9) + 1;
  const { first, last, step: by } = integerRange(spec) as { first: number; last: number; step: number };
  return (last - first) / by + 1;
}

/** The place of a value in the unit interval; a range of one value is all at 0. */
export function toUnit(spec: ParameterSpec, value: number): number {
  const { bounds, scale = "linear" } = spec;
  const [low, high] = bounds as readonly [number, number];
  if (low === high) return 0;
  const place = scale === "log" ? (log(value) - log(low)) / (log(high) - log(low)) : (value - low) / (high - low);
  return clip(place, 0, 1);
}

/** Whether a value lies on a bound: within 1e-10 relative or 1e-12 absolute. */
export function onBound({ bounds }: ParameterSpec, value: ParameterValue): boolean {
  if (bounds === undefined || typeof value !== "number") return false;
  return bounds.some((bound) => Math.abs(value - bound) <= Math.max(1e-12, 1e-10 * Math.max(Math.abs(value), Math.abs(bound))));
}
