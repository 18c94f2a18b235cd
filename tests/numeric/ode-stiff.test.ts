import { describe, expect, test } from "vitest";
import { rodas5p } from "../../sdk/numerics/ode/rodas5p.js";
import { type OdeProblem, solveOde } from "../../sdk/numerics/ode/solve.js";
import { expectClose, stiff } from "../tolerance.js";

/** Problems of Mazzia, Magherini 2008, "Test set for initial value problem solvers", release 2.4, with the end values printed there. */
const problems: Record<
  string,
  { f: OdeProblem["f"]; y0: number[]; end: number; scale: number; reference: number[]; steps: number }
> = {
  "Robertson, 11 decades of time": {
    f: (_t, y, dy) => {
      dy[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
      dy[2] = 3e7 * y[1] * y[1];
      dy[1] = -dy[0] - dy[2];
    },
    y0: [1, 0, 0],
    end: 1e11,
    scale: 1e-6,
    reference: [0.2083340149701255e-7, 0.8333360770334713e-13, 0.999999979166505],
    steps: 400,
  },
  HIRES: {
    f: (_t, y, dy) => {
      dy[0] = -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007;
      dy[1] = 1.71 * y[0] - 8.75 * y[1];
      dy[2] = -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4];
      dy[3] = 8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3];
      dy[4] = -1.745 * y[4] + 0.43 * (y[5] + y[6]);
      dy[5] = -280 * y[5] * y[7] + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6];
      dy[6] = 280 * y[5] * y[7] - 1.81 * y[6];
      dy[7] = -dy[6];
    },
    y0: [1, 0, 0, 0, 0, 0, 0, 0.0057],
    end: 321.8122,
    scale: 1e-4,
    reference: [
      0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2, 0.2386356198831331e-2,
      0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2,
    ],
    steps: 300,
  },
  "Van der Pol, mu = 1000": {
    f: (_t, y, dy) => {
      dy[0] = y[1];
      dy[1] = 1000 * (1 - y[0] * y[0]) * y[1] - y[0];
    },
    y0: [2, 0],
    end: 2000,
    scale: 1e-3,
    reference: [1.706167732170483, -0.8928097010247975e-3],
    steps: 600,
  },
};

describe("rodas5p on stiff equations", () => {
  for (const [name, { f, y0, end, scale, reference, steps }] of Object.entries(problems)) {
    test(`${name}: published values`, () => {
      for (const rtol of [1e-4, 1e-6, 1e-8]) {
        const s = solveOde({ f, y0, t: [0, end], method: "rodas5p", rtol, atol: rtol * scale });
        expect(s.status).toBe("ok");
        expectClose(s.y.row(1), reference, stiff(rtol), `${name} at ${rtol}`);
        if (rtol === 1e-6) expect(s.counts.steps).toBeLessThan(steps);
      }
    });
  }

  test("a diffusion of 60 points with its structure given costs four evaluations a Jacobian and gives the same", () => {
    const n = 60;
    const f: OdeProblem["f"] = (_t, y, dy) => {
      for (let i = 0; i < n; i++) dy[i] = n * n * ((y[i - 1] ?? 0) - 2 * y[i] + (y[i + 1] ?? 0)) + y[i] * (1 - y[i]);
    };
    const y0 = Array.from({ length: n }, (_, i) => Math.sin((Math.PI * (i + 1)) / (n + 1)));
    const sparsity = y0.map((_, i) => [i - 1, i, i + 1].filter((j) => j >= 0 && j < n));
    const problem = { f, y0, t: [0, 0.1], method: "rodas5p" } as const;
    const [full, banded] = [solveOde(problem), solveOde({ ...problem, sparsity })];
    expectClose(banded.y.row(1), full.y.row(1), stiff(1e-6));
    const saved = full.counts.rates - banded.counts.rates;
    expect(saved).toBe((n - 3) * banded.counts.jacobians);
    expect(banded.counts.steps).toBeLessThan(solveOde({ ...problem, method: "dopri5" }).counts.steps / 5);
  });

  test("it is L-stable: a decay 1e9 times faster than the step is gone after it", () => {
    const f: OdeProblem["f"] = (_t, y, dy) => {
      dy[0] = -1e9 * y[0];
    };
    const s = solveOde({ f, y0: [1], t: [0, 1], method: "rodas5p", step: 1 });
    expect(Math.abs(s.y.get(1, 0))).toBeLessThan(1e-6);
  });
});

/** A pendulum driven in time: J depends on y, f on t. */
const driven: OdeProblem["f"] = (t, y, dy) => {
  dy[0] = y[1];
  dy[1] = -Math.sin(y[0]) + 0.3 * Math.cos(2 * t);
};
const jacobian: OdeProblem["f"] = (_t, y, out) => {
  out[1] = 1;
  out[2] = -Math.cos(y[0]);
};
const start = { f: driven, y0: [1, 0], jacobian } as const;
const distance = (a: Float64Array, b: Float64Array): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

describe("orders of solveOde's methods", () => {
  const truth = solveOde({ ...start, t: [0, 2], method: "dop853", rtol: 1e-14, atol: 1e-14 }).y.row(1);
  const orders = {
    euler: 1,
    midpoint: 2,
    heun: 2,
    rk4: 4,
    rk4_38: 4,
    bosh3: 3,
    dopri5: 5,
    tsit5: 5,
    dop853: 8,
    rodas5p: 5,
  } as const;
  test.each(Object.entries(orders))("%s converges with order %i by halving the step", (method, order) => {
    const coarse = order === 8 ? 0.5 : 0.1;
    const errors = [coarse, coarse / 2].map((step) =>
      distance(solveOde({ ...start, t: [0, 2], method: method as keyof typeof orders, step }).y.row(1), truth),
    );
    const observed = Math.log2(errors[0] / errors[1]);
    expect(observed).toBeGreaterThan(order - 0.5);
    expect(observed).toBeLessThan(order + 1.5);
  });

  const dense = { bosh3: 3, dopri5: 4, tsit5: 4, dop853: 7, rodas5p: rodas5p.denseOrder } as const;
  test.each(Object.entries(dense))("%s: inside a single step the error falls as h^(%i + 1)", (method, order) => {
    const wide = order === 7 ? 0.8 : 0.2;
    const errors = [wide, wide / 2].map((h) => {
      // tolerances this wide take the whole course in one step
      const s = solveOde({ ...start, t: [0, 0.4 * h, h], method: method as keyof typeof dense, rtol: 1e3, atol: 1e3 });
      expect(s.counts.steps).toBe(1);
      const exact = solveOde({ ...start, t: [0, 0.4 * h], method: "dop853", rtol: 1e-14, atol: 1e-14 });
      return distance(s.y.row(1), exact.y.row(1));
    });
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(order + 1 - 0.4);
  });
});
