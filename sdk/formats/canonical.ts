import { DymadError } from "../errors.js";

/**
 * JSON in one spelling: keys sorted by code unit, no spaces, -0 written 0, keys whose value is `undefined` left out.
 * Equal values have equal texts, so the text can be hashed.
 *
 * @param value  null, booleans, finite numbers, strings, arrays and plain objects of these
 * @throws       E_SPEC with the path of the value when it cannot be written (NaN, infinity, undefined in a list, a function, ...)
 * @see          RFC 8785, "JSON Canonicalization Scheme", doi:10.17487/RFC8785
 * @example      canonicalJson({ b: 1, a: [-0] }) // '{"a":[0],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

function write(value: unknown, path: readonly (string | number)[]): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw unwritable(String(value), path);
    return JSON.stringify(value === 0 ? 0 : value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, (item, i) => write(item, [...path, i])).join(",")}]`;
  if (isPlain(value)) {
    const entries = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${write(value[key], [...path, key])}`);
    return `{${entries.join(",")}}`;
  }
  throw unwritable(typeof value === "object" ? `a ${value?.constructor?.name ?? "value"}` : typeof value, path);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const unwritable = (what: string, path: readonly (string | number)[]): DymadError =>
  new DymadError("E_SPEC", `${what} at ${path.join(".") || "the top"} has no JSON form`, {
    path,
    hint: "use finite numbers, texts, booleans, null, lists and plain objects",
  });
