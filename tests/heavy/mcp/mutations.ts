import fc from "fast-check";

/** Values that no argument should be. */
const nasty = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  0,
  0.5,
  1e308,
  2 ** 53,
  "",
  " ",
  "../../etc/passwd",
  "/etc/passwd",
  "a\0b",
  "x".repeat(70_000),
  "💥",
  "__proto__",
  "constructor",
  "ds_000000",
  "run_zzzzzzzz",
  [],
  [[]],
  {},
  { a: { b: [null] } },
  { __proto__: { admin: true } },
);

const mutation = fc.oneof(
  fc.record({ kind: fc.constant("drop" as const), at: fc.nat() }),
  fc.record({ kind: fc.constant("set" as const), at: fc.nat(), value: nasty }),
  fc.record({ kind: fc.constant("deep" as const), at: fc.nat(), value: nasty }),
  fc.record({
    kind: fc.constant("add" as const),
    key: fc.oneof(fc.string(), fc.constantFrom("__proto__", "wait_ms", "limit")),
    value: nasty,
  }),
  fc.record({ kind: fc.constant("whole" as const), value: nasty }),
);

export type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

export const mutations = (count: number, seed: number): Mutation[] => fc.sample(mutation, { numRuns: count, seed });

/** Arguments with one thing wrong. */
export function mutated(args: Readonly<Record<string, unknown>>, change: Mutation): unknown {
  const keys = Object.keys(args);
  const key = "at" in change && keys.length > 0 ? keys[change.at % keys.length] : undefined;
  switch (change.kind) {
    case "drop":
      return Object.fromEntries(Object.entries(args).filter(([name]) => name !== key));
    case "set":
      return key === undefined ? { x: change.value } : { ...args, [key]: change.value };
    case "deep":
      return key === undefined ? {} : { ...args, [key]: inside(args[key], change.at, change.value) };
    case "add":
      return Object.fromEntries([...Object.entries(args), [change.key, change.value]]);
    case "whole":
      return change.value;
    default:
      return change satisfies never;
  }
}

/** Puts a value somewhere into another. */
function inside(value: unknown, at: number, nastyValue: unknown): unknown {
  if (typeof value !== "object" || value === null) return nastyValue;
  const keys = Object.keys(value);
  if (keys.length === 0) return nastyValue;
  const key = keys[at % keys.length];
  const changed = inside((value as Record<string, unknown>)[key], Math.floor(at / keys.length), nastyValue);
  return Array.isArray(value) ? value.map((one, i) => (String(i) === key ? changed : one)) : { ...value, [key]: changed };
}
