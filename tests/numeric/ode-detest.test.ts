import { describe, expect, test } from "vitest";
import { solveOde } from "../../sdk/numerics/ode/solve.js";
import { detest, expectClose } from "../tolerance.js";
import { problems } from "./_detest.js";

const end = 20;
const methods = ["bosh3", "dopri5", "tsit5", "dop853", "rodas5p"] as const;

describe.each(Object.entries(problems))("DETEST %s", (name, { f, y0, known }) => {
  const at = (method: (typeof methods)[number], tolerance: number): Float64Array => {
    const s = solveOde({ f, y0, t: [0, end], method, rtol: tolerance, atol: tolerance });
    expect(s.status).toBe("ok");
    return s.y.row(1);
  };
  // where no formula is known, two methods of different order must agree far below what is tested
  const truth = known?.(end) ?? at("dop853", 1e-13);
  if (known === undefined) {
    test("the truth is the same by another method", () => {
      expectClose(at("tsit5", 1e-12), truth, detest(1e-12, false));
    });
  }

  test.each(methods)("%s: the global error follows the tolerance", (method) => {
    const tolerances = method === "bosh3" ? [1e-3, 1e-5, 1e-7] : [1e-4, 1e-6, 1e-8];
    const errors = tolerances.map((tolerance) => {
      const y = at(method, tolerance).subarray(0, truth.length);
      expectClose(y, truth, detest(tolerance, name.startsWith("D")), `${method} at ${tolerance}`);
      return y.reduce((worst, v, j) => Math.max(worst, Math.abs(v - truth[j])), 0);
    });
    // four decades of tolerance buy two and a half of error at least
    expect(errors[2]).toBeLessThan(10 ** -2.5 * Math.max(errors[0], tolerances[0]));
  });
});
