import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type OdeProblem, type OdeSolver, solveOde } from "../../../../sdk/numerics/ode/solve.js";
import { adaptive, exact, expectClose, f64 } from "../../../tolerance.js";

const pendulum: OdeProblem["f"] = (_t, y, dy) => {
  dy[0] = y[1];
  dy[1] = -Math.sin(y[0]);
};
const adaptiveMethods = ["bosh3", "dopri5", "tsit5", "dop853", "rodas5p"] as const;
const thrown = (problem: OdeProblem): { code: string; paths: string[] } => {
  try {
    solveOde(problem);
  } catch (error) {
    const { code, issues } = error as { code: string; issues: { path: string[] }[] };
    return { code, paths: issues.map(({ path }) => path.join(".")) };
  }
  throw new Error("it was solved");
};

describe("what is asked for is what comes", () => {
  test.each(adaptiveMethods)("%s: backwards in time it returns to where it came from", (method) => {
    const there = solveOde({ f: pendulum, y0: [1, 0.3], t: [0, 2, 4], method, rtol: 1e-8, atol: 1e-8 });
    const back = solveOde({ f: pendulum, y0: there.y.row(2), t: [4, 2, 0], method, rtol: 1e-8, atol: 1e-8 });
    expect([...back.t]).toEqual([4, 2, 0]);
    expectClose(back.y.row(1), there.y.row(1), adaptive(1e-7));
    expectClose(back.y.row(2), [1, 0.3], adaptive(1e-7));
  });

  test.each(adaptiveMethods)("%s: outputs do not change the steps", (method) => {
    const fine = Array.from({ length: 61 }, (_, k) => k / 10);
    const [a, b] = [fine, [0, 6]].map((t) => solveOde({ f: pendulum, y0: [2, 0], t, method }));
    expect(a.counts.steps).toBe(b.counts.steps);
    expectClose(a.y.row(60), b.y.row(1), exact);
  });

  test.each(adaptiveMethods)("%s: a shifted clock and a scaled state give the same solution", (method) => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (shift) => {
        const f: OdeProblem["f"] = (t, y, dy) => {
          dy[0] = -y[0] + Math.cos(t - shift);
        };
        const s = solveOde({ f, y0: [0], t: [shift, shift + 3], method, rtol: 1e-7, atol: 1e-7 });
        expectClose([s.y.get(1, 0)], [(Math.cos(3) + Math.sin(3) - Math.exp(-3)) / 2], adaptive(1e-6));
      }),
      { numRuns: 20 },
    );
  });

  test("a Jacobian that is given saves the evaluations of differences and changes little else", () => {
    const jacobian: OdeProblem["f"] = (_t, y, out) => {
      out[1] = 1;
      out[2] = -Math.cos(y[0]);
    };
    const problem = { f: pendulum, y0: [2, 0], t: [0, 6], method: "rodas5p" } as const;
    const [by, given] = [solveOde(problem), solveOde({ ...problem, jacobian })];
    expectClose(by.y.row(1), given.y.row(1), adaptive(1e-6));
    expect(by.counts.rates - given.counts.rates).toBe(3 * given.counts.jacobians + 3 * (by.counts.steps - given.counts.steps));
  });

  test("one time is its start, no entries are no entries", () => {
    expect(
      solveOde({ f: pendulum, y0: [2, 1], t: [5] })
        .y.toRows()
        .map((row) => [...row]),
    ).toEqual([[2, 1]]);
    expect(solveOde({ f: () => {}, y0: [], t: [0, 1] }).y.rows).toBe(2);
  });

  test("equal steps end at each output", () => {
    const s = solveOde({ f: pendulum, y0: [1, 0], t: [0, 0.5, 0.75], method: "rk4", step: 0.1 });
    expect(s.counts).toEqual({ steps: 8, rejected: 0, rates: 1 + 8 * 4, jacobians: 0 });
  });

  test("a linear rate is integrated to rounding by every method of order two and up", () => {
    for (const method of ["midpoint", "heun", "rk4", "rk4_38", ...adaptiveMethods] as OdeSolver[]) {
      const f: OdeProblem["f"] = (t, _y, dy) => {
        dy[0] = 2 * t - 1;
      };
      expectClose(
        solveOde({ f, y0: [3], t: [0, 1, 2], method, step: 0.25 }).y.row(2),
        [5],
        method === "rodas5p" ? adaptive(1e-8) : f64,
      );
    }
  });
});

describe("how a solve ends", () => {
  test.each(adaptiveMethods)("%s: a solution that leaves the numbers", (method) => {
    const f: OdeProblem["f"] = (_t, y, dy) => {
      dy[0] = y[0] * y[0];
    };
    const s = solveOde({ f, y0: [1], t: [0, 0.5, 2], method });
    expect(s.status).toBe("step-underflow");
    expect(s.message).toMatch(/t = (1|0\.99)\S*, \|y\| = \d/);
    expectClose(s.y.row(1), [2], adaptive(1e-4));
    expect(s.y.get(2, 0)).toBeNaN();
  });
  test.each(adaptiveMethods)("%s: a rate that is no number, and too few steps", (method) => {
    const root: OdeProblem["f"] = (_t, y, dy) => {
      dy[0] = Math.sqrt(y[0]);
    };
    const broken = solveOde({ f: root, y0: [-1], t: [0, 1], method });
    expect(broken.status).toBe("non-finite");
    expect(broken.message).toMatch(/not finite at t = 0, \|y\| = 1/);
    const short = solveOde({ f: pendulum, y0: [2, 0], t: [0, 100], method, maxSteps: 7 });
    expect([short.status, short.counts.steps + short.counts.rejected]).toEqual(["max-steps", 7]);
    expect(short.message).toMatch(/7 steps reached only t = \d\S* of 100/);
  });
  test("equal steps that blow up, or are too many", () => {
    const f: OdeProblem["f"] = (_t, y, dy) => {
      dy[0] = y[0] ** 3;
    };
    expect(solveOde({ f, y0: [10], t: [0, 5], method: "rk4", step: 1 }).status).toBe("non-finite");
    expect(solveOde({ f, y0: [0], t: [0, 5], method: "rk4", step: 0.01, maxSteps: 10 }).status).toBe("max-steps");
  });
});

test("a problem that cannot be used is refused with all that is wrong", () => {
  const wrong = { f: pendulum, y0: [1, Number.NaN], t: [0, 1, 1], rtol: 0, atol: 0, maxSteps: 0, step: -1 };
  expect(thrown(wrong)).toEqual({ code: "E_SPEC", paths: ["y0", "t", "rtol", "maxSteps", "step"] });
  expect(thrown({ f: pendulum, y0: [1, 0], t: [0, 1], method: "rk4" }).paths).toEqual(["step"]);
  expect(thrown({ f: pendulum, y0: [1, 0], t: [], method: "lsoda" as OdeSolver }).paths).toEqual(["method", "t"]);
  expect(thrown({ f: pendulum, y0: [1, 0], t: [0, 1], sparsity: [[0, 1], [2]] }).paths).toEqual(["sparsity"]);
});
