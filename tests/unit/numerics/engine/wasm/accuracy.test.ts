import { describe, expect, test } from "vitest";
import type { UnaryFn } from "../../../../../sdk/numerics/engine/graph.js";
import { unary } from "../../../../../sdk/numerics/engine/tensor.js";
import { trace } from "../../../../../sdk/numerics/engine/trace.js";
import { compileWasm } from "../../../../../sdk/numerics/engine/wasm/compile.js";
import { elementaryTable } from "./elementary-table.js";

const run = (fn: UnaryFn, x: readonly number[], dtype: "float64" | "float32"): number[] => [
  ...compileWasm(
    trace({ x: [x.length] }, (t) => ({ y: unary(fn, t.x) })),
    { dtype },
  ).run({ x }).y,
];

/** Size of the last place of v in a significand of `bits` bits, `smallest` at least. */
function lastPlace(v: number, bits: number, smallest: number): number {
  const [high] = new Uint32Array(Float64Array.of(v).buffer).slice(1);
  const exponent = ((high >>> 20) & 0x7ff) - 1023;
  return Math.max(2 ** (Math.max(exponent, -1022) - bits + 1), smallest);
}

/** Largest errors in units of the last place, half a unit of rounding of the table included. */
const bounds: Record<string, readonly [float64: number, float32: number]> = {
  exp: [2, 2],
  log: [1.5, 1.5],
  tanh: [2.5, 2.5],
  sigmoid: [2.5, 2.5],
  softplus: [2.5, 2.5],
  erf: [2, 2],
  sin: [2, 2],
  cos: [1.5, 2],
};

describe("against correctly rounded values", () => {
  test.each(Object.entries(bounds))("%s", (fn, [bound64, bound32]) => {
    const bytes = Uint8Array.from(atob(elementaryTable[fn]), (c) => c.charCodeAt(0));
    const table = new Float64Array(bytes.buffer);
    const rows = Array.from({ length: table.length / 2 }, (_, i) => [table[2 * i], table[2 * i + 1]] as const);
    const single = rows.filter(([x, y]) => x === Math.fround(x) && Math.abs(y) < 3e38);
    for (const [dtype, points, bits, smallest, bound] of [
      ["float64", rows, 53, 5e-324, bound64],
      ["float32", single, 24, 2 ** -149, bound32],
    ] as const) {
      expect(points.length).toBeGreaterThan(200);
      const xs = points.map(([x]) => x);
      const actual = run(fn as UnaryFn, xs, dtype);
      points.forEach(([x, y], i) => {
        expect(Math.abs(actual[i] - y) / lastPlace(y, bits, smallest), `${dtype} at ${x}`).toBeLessThanOrEqual(bound);
      });
    }
  });
});

/** What is at the ends: zeros with their sign, infinities, NaN, the smallest numbers. */
const inf = Number.POSITIVE_INFINITY;
const ends: Record<string, readonly (readonly [x: number, y: number])[]> = {
  exp: [
    [-inf, 0],
    [inf, inf],
    [0, 1],
    [-0, 1],
    [1000, inf],
    [-1000, 0],
  ],
  log: [
    [0, -inf],
    [-0, -inf],
    [inf, inf],
    [-1, Number.NaN],
    [-inf, Number.NaN],
    [1, 0],
  ],
  tanh: [
    [0, 0],
    [-0, -0],
    [inf, 1],
    [-inf, -1],
  ],
  sigmoid: [
    [-inf, 0],
    [inf, 1],
    [0, 0.5],
    [-0, 0.5],
  ],
  softplus: [
    [-inf, 0],
    [inf, inf],
  ],
  erf: [
    [0, 0],
    [-0, -0],
    [inf, 1],
    [-inf, -1],
  ],
  sin: [
    [0, 0],
    [-0, -0],
    [inf, Number.NaN],
    [-inf, Number.NaN],
  ],
  cos: [
    [0, 1],
    [-0, 1],
    [inf, Number.NaN],
    [-inf, Number.NaN],
  ],
};

describe("at the ends of the range", () => {
  test.each(Object.entries(ends))("%s", (fn, points) => {
    for (const dtype of ["float64", "float32"] as const) {
      const xs = [...points.map(([x]) => x), Number.NaN];
      const actual = run(fn as UnaryFn, xs, dtype);
      points.forEach(([x, y], i) => {
        expect(actual[i], `${dtype} ${fn}(${Object.is(x, -0) ? "-0" : x})`).toBe(y);
      });
      expect(actual.at(-1), `${dtype} ${fn}(NaN)`).toBeNaN();
    }
  });

  test("the smallest numbers keep their value where the function is x", () => {
    for (const [dtype, least] of [
      ["float64", 5e-324],
      ["float32", 2 ** -149],
    ] as const) {
      const xs = [1, 2, 3, 77, -1, -1000].map((n) => n * least);
      for (const fn of ["tanh", "sin"] as const) expect(run(fn, xs, dtype), `${dtype} ${fn}`).toEqual(xs);
      run("erf", xs, dtype).forEach((y, i) => {
        // 2/sqrt(pi) x, to the nearest of the few numbers there
        expect(Math.abs(y - 1.1283791670955126 * xs[i])).toBeLessThanOrEqual(least);
      });
    }
  });
});
