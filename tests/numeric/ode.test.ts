import { describe, expect, test } from "vitest";
import { type AdaptiveSolution, solveAdaptive } from "../../sdk/numerics/ode/adaptive.js";
import { bosh3, dopri5, type Tableau, tsit5 } from "../../sdk/numerics/ode/tableaus.js";
import { adaptive, expectClose, f64, sameSteps } from "../tolerance.js";

/** The rate at (t, y), in a step that began at `from`. */
type Rate = (t: number, y: Float64Array, from: number) => number[];
interface Options {
  readonly tableau: Tableau;
  readonly y0: readonly number[];
  readonly grid: ArrayLike<number>;
  readonly tolerance: number;
  readonly maxSteps?: number;
  readonly breaks?: readonly number[];
  readonly jumps?: boolean;
}

/** Solves with the trial step written out in numbers: the stages of the tableau, nothing else. */
function solve(f: Rate, { tableau, y0, grid, tolerance, maxSteps = 10_000, ...places }: Options): AdaptiveSolution {
  const rate = (t: number, y: Float64Array, from = t): Float64Array => Float64Array.from(f(t, y, from));
  const size = y0.length;
  return solveAdaptive({
    tableau,
    y0: Float64Array.from(y0),
    grid: Float64Array.from(grid),
    rtol: tolerance,
    atol: tolerance,
    maxSteps,
    ...places,
    rate: (t, y) => rate(t, y),
    trial(t, h, y, k0) {
      const k = new Float64Array(tableau.c.length * size);
      k.set(k0);
      const moved = (weights: readonly number[]): Float64Array =>
        y.map((v, j) => v + h * weights.reduce((sum, w, i) => sum + w * k[i * size + j], 0));
      for (let i = 1; i < tableau.c.length; i++) k.set(rate(t + tableau.c[i] * h, moved(tableau.a[i]), t), i * size);
      return { y: moved(tableau.b), k };
    },
  });
}

const spread = (end: number, n: number): number[] => Array.from({ length: n }, (_, k) => (end * k) / (n - 1));
const pendulum: Rate = (_, [q, p]) => [p, -Math.sin(q)];
const grid = spread(6, 13);

/** The pendulum at 1e-13 by the other 5(4) pair: far below every tolerance tested. */
const pendulumTruth = solve(pendulum, { tableau: tsit5, y0: [2, 0], grid, tolerance: 1e-13 }).values;

const problems: Record<string, { f: Rate; y0: number[]; truth: ArrayLike<number> }> = {
  "linear oscillator": {
    f: (_, [x, v]) => [v, -x],
    y0: [1, 0],
    truth: grid.flatMap((t) => [Math.cos(t), -Math.sin(t)]),
  },
  "logistic growth": {
    f: (_, [y]) => [y * (1 - y)],
    y0: [0.1],
    truth: grid.map((t) => 1 / (1 + 9 * Math.exp(-t))),
  },
  "a rate that depends on time": {
    f: (t, [y]) => [-2 * t * y],
    y0: [1],
    truth: grid.map((t) => Math.exp(-t * t)),
  },
  pendulum: { f: pendulum, y0: [2, 0], truth: pendulumTruth },
};

const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (v, i) => Math.abs(v - b[i])).reduce((x, y) => Math.max(x, y), 0);

describe("adaptive solvers", () => {
  for (const [method, tableau] of Object.entries({ bosh3, dopri5, tsit5 })) {
    for (const [name, { f, y0, truth }] of Object.entries(problems)) {
      test(`${method}, ${name}: the error at every output follows the tolerance`, () => {
        const tolerances = [1e-4, 1e-6, 1e-8];
        const solutions = tolerances.map((tolerance) => solve(f, { tableau, y0, grid, tolerance }));
        solutions.forEach((solution, i) => {
          expect(solution.status).toBe("ok");
          expectClose(solution.values, truth, adaptive(10 * tolerances[i]), `at ${tolerances[i]}`);
        });
        // tolerance in proportion: four decades tighter must win at least three in the error
        const [loose, , tight] = solutions.map((s) => worst(s.values, truth));
        expect(tight).toBeLessThan(loose * 1e-3);
      });
    }

    test(`${method}: a higher tolerance costs steps in proportion to the order`, () => {
      const { f, y0 } = problems["linear oscillator"];
      const steps = [1e-5, 1e-9].map((tolerance) => {
        const s = solve(f, { tableau, y0, grid: [0, 6], tolerance });
        expect(s.rejected).toBeLessThan(0.2 * s.steps.length + 3);
        return s.steps.length;
      });
      const growth = 1e4 ** (1 / tableau.order);
      expect(steps[1] / steps[0]).toBeGreaterThan(0.5 * growth);
      expect(steps[1] / steps[0]).toBeLessThan(2 * growth);
    });

    test(`${method}: the dense output is of its own order`, () => {
      // one step of size h, read in its middle: the local error falls with h^(order + 1)
      const errors = [0.2, 0.1].map((h) => {
        const s = solve((_, [x, v]) => [v, -x], { tableau, y0: [1, 0.5], grid: [0, 0.4 * h, h], tolerance: 1e3 });
        expect(s.steps.length).toBe(1);
        return Math.abs(s.values[2] - (Math.cos(0.4 * h) + 0.5 * Math.sin(0.4 * h)));
      });
      expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan((tableau.denseOrder as number) + 1 - 0.3);
    });
  }

  test("outputs do not change the steps: a fine grid and its ends agree to the bit", () => {
    const [fine, ends] = [spread(6, 301), [0, 6]].map((g) =>
      solve(pendulum, { tableau: dopri5, y0: [2, 0], grid: g, tolerance: 1e-6 }),
    );
    expect(fine.steps.map((s) => s.h)).toEqual(ends.steps.map((s) => s.h));
    expect(fine.values.subarray(600)).toEqual(ends.values.subarray(2));
  });

  test("a grid with one time is its start", () => {
    const s = solve(pendulum, { tableau: dopri5, y0: [2, 0], grid: [3], tolerance: 1e-6 });
    expect([s.status, [...s.values], s.steps.length]).toEqual(["ok", [2, 0], 0]);
  });

  test("the same equations twice side by side take the steps of one", () => {
    const one = solve(pendulum, { tableau: tsit5, y0: [2, 0], grid, tolerance: 1e-7 });
    const twice: Rate = (t, y) => [...pendulum(t, y.subarray(0, 2), t), ...pendulum(t, y.subarray(2), t)];
    const two = solve(twice, { tableau: tsit5, y0: [2, 0, 2, 0], grid, tolerance: 1e-7 });
    expect(two.steps.length).toBe(one.steps.length);
    grid.forEach((_, k) => {
      const [a, b] = one.values.subarray(2 * k, 2 * k + 2);
      expectClose(two.values.subarray(4 * k, 4 * k + 4), [a, b, a, b], sameSteps);
    });
  });

  test("a rate that jumps where it is said to is integrated to rounding, without a rejected step", () => {
    const slopes = [1, -2, 4];
    const jumping: Rate = (_t, _y, from) => [slopes[Math.floor(from)]];
    const s = solve(jumping, { tableau: dopri5, y0: [0], grid: [0, 1, 1.5, 2, 3], tolerance: 1e-8, breaks: [1, 2], jumps: true });
    expectClose(s.values, [0, 1, 0, -1, 3], f64);
    expect(s.rejected).toBe(0);
    expect(s.steps.filter((step) => step.fresh).map((step) => step.t)).toEqual([0, 1, 2]);
  });

  test("breaks outside the grid, or none, change nothing", () => {
    const plain = solve(pendulum, { tableau: bosh3, y0: [2, 0], grid, tolerance: 1e-6 });
    const outside = solve(pendulum, { tableau: bosh3, y0: [2, 0], grid, tolerance: 1e-6, breaks: [-1, 0, 6, 7], jumps: true });
    expect(outside).toEqual(plain);
  });

  test("an end just after a step is reached by that step, not by a sliver of rounding errors", () => {
    // a rate of zero begins with steps of 1e-6; numbers near 1e6 are 1e-10 apart
    const s = solve(() => [0], { tableau: bosh3, y0: [1], grid: [1e6, 1e6 + 1.002e-6], tolerance: 1e-6 });
    expect([s.status, s.steps.length]).toEqual(["ok", 1]);
  });
});

describe("how a solve ends is a value, with what to do about it", () => {
  const at = { tableau: dopri5, grid: [0, 2], tolerance: 1e-6 };
  test("a solution that leaves the numbers before the end", () => {
    const s = solve((_, [y]) => [y * y], { ...at, y0: [1] });
    expect(s.status).toBe("step-underflow");
    expect(s.message).toMatch(/t = (1|0\.99)\S*, \|y\| = \d/);
    expect(s.steps.every((step) => step.y.every(Number.isFinite))).toBe(true);
  });
  test("a rate that is no number from the start", () => {
    const s = solve((_, [y]) => [Math.sqrt(y)], { ...at, y0: [-1] });
    expect(s.status).toBe("non-finite");
    expect(s.message).toMatch(/rate is not finite at t = 0/);
  });
  test("too few steps allowed", () => {
    const s = solve(pendulum, { ...at, y0: [2, 0], maxSteps: 5 });
    expect([s.status, s.steps.length + s.rejected]).toEqual(["max-steps", 5]);
    expect(s.message).toMatch(/5 steps reached only t = \d\.\d+ of 2: raise max_steps/);
  });
});
