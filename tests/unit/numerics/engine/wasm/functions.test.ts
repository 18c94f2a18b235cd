import { describe, expect, test } from "vitest";
import { cos, erf, exp, log, log1p, sin, tanh } from "../../../../../sdk/numerics/elementary.js";
import type { UnaryFn } from "../../../../../sdk/numerics/engine/graph.js";
import { unary } from "../../../../../sdk/numerics/engine/tensor.js";
import { trace } from "../../../../../sdk/numerics/engine/trace.js";
import { compileWasm } from "../../../../../sdk/numerics/engine/wasm/compile.js";

/** Size of the last place of x in a significand of `bits` bits. */
function lastPlace(x: number, bits: number, smallest: number): number {
  const a = Math.abs(x);
  let e = Math.floor(Math.log2(a));
  if (2 ** e > a) e--;
  return Math.max(2 ** (e - bits + 1), smallest);
}

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)));
const softplus = (x: number): number => Math.max(x, 0) + log1p(exp(-Math.abs(x)));

/**
 * Bounds in units of the last place. The float64 values are compared with the functions of elementary.ts, themselves within
 * 1 to 2 units, so the bounds are the kernels' units (tanh 2.4) plus theirs; the float32 values with the float64 ones, exact for them.
 */
const cases: [fn: UnaryFn, exact: (x: number) => number, low: number, high: number, bound64: number, bound32: number][] = [
  ["exp", exp, -80, 80, 2, 2],
  ["log", log, 1e-3, 30, 2, 2],
  ["tanh", tanh, -4, 4, 4, 2],
  ["tanh", tanh, -0.5, 0.5, 4, 2],
  ["sigmoid", sigmoid, -30, 30, 3, 2],
  ["softplus", softplus, -10, 10, 3, 2],
  ["erf", erf, -4, 4, 2, 2],
  ["sin", sin, -100, 100, 2, 2],
  ["sin", sin, -1e7, 1e7, 2, 2],
  ["cos", cos, -100, 100, 2, 2],
];

describe("functions of the kernels, in units of the last place", () => {
  test.each(cases)("%s", (fn, exact, low, high, bound64, bound32) => {
    const n = 20011;
    const graph = trace({ x: [n] }, ({ x }) => ({ y: unary(fn, x) }));
    const x = Float32Array.from({ length: n }, (_, i) => low + (high - low) * ((i * 0.6180339887498949) % 1));
    for (const [dtype, bits, smallest, bound] of [
      ["float64", 53, 5e-324, bound64],
      ["float32", 24, 1.5e-45, bound32],
    ] as const) {
      const { y } = compileWasm(graph, { dtype }).run({ x });
      let worst = 0;
      let at = 0;
      for (let i = 0; i < n; i++) {
        const off = Math.abs(y[i] - exact(x[i])) / lastPlace(exact(x[i]), bits, smallest);
        if (off > worst) [worst, at] = [off, x[i]];
      }
      expect(worst, `${dtype} at ${at}`).toBeLessThanOrEqual(bound);
    }
  });

  test("angles next to multiples of pi/2, where all but the last digits cancel, up to 1e9", () => {
    const x = Array.from(
      { length: 4001 },
      (_, i) => Math.round(10 ** (4.5 + (4.3 * i) / 4001)) * (Math.PI / 2) * (i % 2 === 0 ? 1 : -1),
    );
    const graph = trace({ x: [x.length] }, ({ x }) => ({ sin: x.sin(), cos: unary("cos", x) }));
    const y = compileWasm(graph, { dtype: "float64" }).run({ x });
    x.forEach((angle, i) => {
      for (const [name, exact] of [
        ["sin", sin(angle)],
        ["cos", cos(angle)],
      ] as const)
        expect(Math.abs(y[name][i] - exact) / lastPlace(exact, 53, 5e-324), `${name}(${angle})`).toBeLessThanOrEqual(2);
    });
  });

  test("a lane's bits do not depend on its neighbours or its place in the array", () => {
    const fns: UnaryFn[] = ["exp", "log", "tanh", "sigmoid", "softplus", "erf", "sin", "cos"];
    const graph = (n: number) => trace({ x: [n] }, ({ x }) => Object.fromEntries(fns.map((fn) => [fn, unary(fn, x)])));
    const x = [0.3, 1e6, -2.5, 700, 0.01, -1e9, 5];
    for (const dtype of ["float64", "float32"] as const) {
      const together = compileWasm(graph(7), { dtype }).run({ x });
      const alone = compileWasm(graph(1), { dtype });
      x.forEach((value, i) => {
        const single = alone.run({ x: [value] });
        for (const fn of fns) expect(single[fn][0], `${fn}(${value})`).toBe(together[fn][i]);
      });
    }
  });
});
