import { DymadError, type ErrorCode, type Issue } from "../../../errors.js";
import { closestName } from "../../../formats/spelling.js";

export type Path = readonly (string | number)[];
export type RecordOf = Readonly<Record<string, unknown>>;

/** What a number must be, in words and as a test. */
export interface Rule {
  readonly what: string;
  readonly test: (value: number) => boolean;
}

export const rules = {
  finite: { what: "a finite number", test: Number.isFinite },
  positive: { what: "a positive number", test: (v: number) => Number.isFinite(v) && v > 0 },
  nonNegative: { what: "a number of at least 0", test: (v: number) => Number.isFinite(v) && v >= 0 },
  count: { what: "an integer of at least 1", test: (v: number) => Number.isSafeInteger(v) && v >= 1 },
  index: { what: "an integer of at least 0", test: (v: number) => Number.isSafeInteger(v) && v >= 0 },
} as const satisfies Record<string, Rule>;

/** Reads untyped values and remembers everything that is wrong with them; a wrong value is answered with its default. */
export class Reader {
  readonly issues: Issue[] = [];

  complain(path: Path, message: string, hint?: string, code: ErrorCode = "E_SPEC"): void {
    this.issues.push({
      code,
      path,
      message: `${path.join(".") || "the specification"} ${message}`,
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** Throws what has been found, if anything. */
  settle(): void {
    if (this.issues.length > 0) throw DymadError.ofIssues(this.issues);
  }

  /** An object whose keys are all known. */
  record(value: unknown, path: Path, keys: readonly string[]): RecordOf {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.complain(
        path,
        value === undefined ? "is missing" : `must be a mapping, got ${show(value)}`,
        `its keys are ${keys.join(", ")}`,
      );
      return {};
    }
    for (const key of Object.keys(value)) {
      if (keys.includes(key)) continue;
      const close = closestName(key, keys);
      this.complain(
        [...path, key],
        "is not a known key",
        close === null ? `known keys are ${keys.join(", ")}` : `did you mean ${close}?`,
      );
    }
    return value as RecordOf;
  }

  number(from: RecordOf, key: string, path: Path, rule: Rule, fallback?: number): number {
    const value = from[key];
    if (value === undefined && fallback !== undefined) return fallback;
    if (typeof value === "number" && rule.test(value)) return value;
    this.complain([...path, key], value === undefined ? "is missing" : `must be ${rule.what}, got ${show(value)}`);
    return fallback ?? 1;
  }

  choice<T extends string>(from: RecordOf, key: string, path: Path, choices: readonly T[], fallback?: T): T {
    const value = from[key];
    if (value === undefined && fallback !== undefined) return fallback;
    if (typeof value === "string" && (choices as readonly string[]).includes(value)) return value as T;
    const close = typeof value === "string" ? closestName(value, choices) : null;
    const hint = close === null ? `choose ${choices.join(", ")}` : `did you mean ${close}?`;
    this.complain([...path, key], value === undefined ? "is missing" : `cannot be ${show(value)}`, hint);
    return fallback ?? choices[0];
  }

  /** A pair [low, high] with low <= high. */
  range(value: unknown, path: Path, fallback?: readonly [number, number]): readonly [number, number] {
    if (value === undefined && fallback !== undefined) return fallback;
    if (isPair(value) && value[0] <= value[1]) return value;
    this.complain(path, value === undefined ? "is missing" : `must be a pair [low, high], got ${show(value)}`);
    return [0, 1];
  }

  /** A number for all of d dimensions, or a list of d numbers. */
  perDimension(from: RecordOf, key: string, path: Path, d: number, rule: Rule, fallback?: number): number | readonly number[] {
    const value = from[key];
    if (!Array.isArray(value)) return this.number(from, key, path, rule, fallback);
    const fits = value.length === d && value.every((v) => typeof v === "number" && rule.test(v));
    if (!fits) this.complain([...path, key], `must be ${rule.what}, or ${d} of them, got ${show(value)}`);
    return fits ? value : 1;
  }

  /** Rows of d finite numbers. */
  rows(value: unknown, path: Path, d: number): readonly (readonly number[])[] {
    const rows: unknown[] = Array.isArray(value) ? value : [];
    const fits = rows.length > 0 && rows.every((row) => Array.isArray(row) && row.length === d && row.every(Number.isFinite));
    if (!fits) this.complain(path, value === undefined ? "is missing" : `must be a list of points of ${d} numbers each`);
    return fits ? (rows as number[][]) : [new Array(d).fill(0)];
  }
}

export const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);

/** A value as a message shows it. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
