import fc from "fast-check";
import { expect, test } from "vitest";
import { controlInterpolator, interpolationKinds, pieceEnds } from "../../../sdk/numerics/interpolation.js";
import { Matrix } from "../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64 } from "../../tolerance.js";

const t = Float64Array.of(0, 0.3, 1, 1.2, 2.5);
const u = Matrix.from([
  [1, 0],
  [2, -1],
  [0.5, 3],
  [0.25, 2],
  [4, 1.5],
]);
const times = [-0.4, 0, 0.1, 0.3, 0.77, 1.1, 1.9, 2.5, 3.0];

// Origin: scipy.interpolate.CubicSpline(t[:n], u[:n], bc_type="not-a-knot", extrapolate=True), SciPy 1.17.1.
test.each([
  [
    5,
    [
      [-4.072733031674206, 11.203595776772246],
      [1.0, 0.0],
      [1.544156108597285, -0.8511855203619909],
      [2.0, -1.0],
      [1.1163987771493211, 2.265584953242835],
      [0.33644570135746593, 2.682093514328808],
      [1.4082737556561074, -5.308832579185524],
      [4.0, 1.5],
      [6.510051712992894, 31.444990303813867],
    ],
  ],
  [
    3,
    [
      [-1.866666666666667, 3.866666666666667],
      [1.0, 0.0],
      [1.4428571428571428, -0.5142857142857143],
      [2.0, -1.0],
      [1.584833333333333, 0.7076666666666673],
      [-0.15238095238095317, 4.295238095238098],
      [-9.314285714285713, 21.17142857142857],
      [-20.785714285714292, 41.428571428571445],
      [-33.35714285714287, 63.28571428571431],
    ],
  ],
  [
    2,
    [
      [-0.3333333333333335, 1.3333333333333335],
      [1.0, 0.0],
      [1.3333333333333335, -0.33333333333333337],
      [2.0, -1.0],
      [3.566666666666667, -2.566666666666667],
      [4.666666666666667, -3.666666666666667],
      [7.333333333333333, -6.333333333333333],
      [9.333333333333334, -8.333333333333334],
      [11.0, -10.0],
    ],
  ],
])("the cubic spline through %i samples equals SciPy's, extrapolation included", (n, expected) => {
  const spline = controlInterpolator(t.slice(0, n), u.slice(0, n), "cubic");
  const out = new Float64Array(2);
  times.forEach((time, k) => {
    expectClose(spline.evaluate(time, out), expected[k], f64, `at ${time}`);
  });
});

test("a cubic polynomial is reproduced, on any grid", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 8 }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      (steps, where) => {
        const knots = Float64Array.from(steps.reduce((list, step) => list.concat(list[list.length - 1] + step / 10), [0]));
        const f = (x: number): number => 0.3 * x ** 3 - x ** 2 + 2 * x - 1;
        const spline = controlInterpolator(knots, Matrix.from(Array.from(knots, (x) => [f(x)])), "cubic");
        expectClose(spline.evaluate(where, new Float64Array(1)), [f(where)], f64);
      },
    ),
  );
});

test.each(["linear", "cubic"] as const)("%s passes through every sample", (kind) => {
  const curve = controlInterpolator(t, u, kind);
  for (let k = 0; k < t.length; k++) expectClose(curve.evaluate(t[k], new Float64Array(2)), u.row(k), f64);
});

test("zero-order hold takes the left sample of the bracket; a solver may name its own interval", () => {
  const held = controlInterpolator(t, u, "zoh");
  const at = (time: number, segment?: number): number => held.evaluate(time, new Float64Array(2), segment)[0];
  expect([-1, 0, 0.1, 0.3, 0.31, 2.5, 9].map((time) => at(time))).toEqual([1, 1, 1, 1, 2, 0.25, 0.25]);
  expect(at(0.3, 1)).toBe(2);
});

test("a batch that shares its times is interpolated side by side", () => {
  const both = controlInterpolator(t, [u, u.clone()], "cubic");
  expect(both.width).toBe(4);
  const [a, b, c, d] = both.evaluate(0.77, new Float64Array(4));
  expect([c, d]).toEqual([a, b]);
});

test("one sample is a constant", () => {
  for (const kind of ["zoh", "linear", "cubic"] as const) {
    expect(controlInterpolator(t.slice(0, 1), u.slice(0, 1), kind).evaluate(7, new Float64Array(2))).toEqual(u.row(0));
  }
});

test("times that do not increase and unequal lengths are refused by code", () => {
  expect(() => controlInterpolator(Float64Array.of(0, 0), new Matrix(2, 1), "zoh")).toThrow(
    expect.objectContaining({ code: "E_DATA" }),
  );
  expect(() => controlInterpolator(t, new Matrix(2, 1), "zoh")).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() => controlInterpolator(t, u, "akima" as "zoh")).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});

/** Origin: scipy.interpolate.interp1d(t[:n], u[:n], kind="quadratic", axis=0, fill_value="extrapolate"), SciPy 1.17.1, at `times`. */
const quadratic: Record<number, number[]> = {
  5: [
    -2.3704218470972758, 5.598411334613701, 1, 0, 1.4788396557450438, -0.6379817619962168, 2, -1, 1.0817721013655641,
    2.4370257679792835, 0.3462338690656691, 2.5811642912497046, 1.1151445466491454, 0.1026609724047296, 4, 1.5, 7.915349597839742,
    4.796495718473381,
  ],
  4: [
    -2.369309838472835, 5.494860499265787, 1, 0, 1.4787602265575834, -0.63058527375708, 2, -1, 1.0828825781413887,
    2.3336175791902667, 0.34513320746800913, 2.683658485420599, 1.2566079295154182, -13.070484581497798, 4.449024543738201,
    -40.313404657016996, 8.752045311516678, -73.11705475141599,
  ],
  3: [
    -1.866666666666667, 3.8666666666666667, 1, 0, 1.442857142857143, -0.5142857142857143, 2, -1, 1.584833333333333,
    0.7076666666666667, -0.15238095238095317, 4.295238095238097, -9.314285714285713, 21.17142857142857, -20.78571428571429,
    41.42857142857143, -33.35714285714286, 63.28571428571429,
  ],
};
test.each(Object.keys(quadratic).map(Number))("the spline of parabolas has the values of SciPy: %i samples", (n) => {
  const spline = controlInterpolator(t.slice(0, n), u.slice(0, n), "quadratic");
  expectClose(
    times.flatMap((time) => [...spline.evaluate(time, new Float64Array(2))]),
    quadratic[n],
    f64,
  );
});

test("nearest takes the nearer sample, the earlier at half-way, and next the later of its interval", () => {
  const at = (kind: "nearest" | "next", time: number, piece?: number): number =>
    controlInterpolator(t, u, kind).evaluate(time, new Float64Array(2), piece)[0];
  expect([0.15, 0.16, 1.8, 1.9, 9].map((time) => at("nearest", time))).toEqual([1, 2, 0.25, 4, 4]);
  expect([0.1, 0.3, 0.31, 9].map((time) => at("next", time))).toEqual([2, 2, 0.5, 4]);
  // with its piece given, a solver sees the value of that piece at both ends
  expect([at("nearest", 0.15, 0), at("nearest", 0.15, 1), at("next", 0.3, 0), at("next", 0.3, 1)]).toEqual([1, 2, 2, 0.5]);
});

test("every kind takes the samples, and its pieces meet where it says", () => {
  for (const kind of interpolationKinds) {
    const control = controlInterpolator(t, u, kind);
    expect(control.knots).toEqual(pieceEnds(t, control.parts));
    const { degree, parts, width } = control;
    expect(control.coefficients.length).toBe(4 * parts * (degree + 1) * width);
    t.forEach((time, k) => {
      const piece = kind === "next" ? k - 1 : kind === "zoh" ? k : undefined;
      if (piece === -1 || piece === 4) return;
      expectClose(control.evaluate(time, new Float64Array(2), piece), u.row(k), f64, `${kind} at sample ${k}`);
    });
    if (degree < 2) continue;
    for (const [i, end] of control.knots.subarray(1, -1).entries()) {
      expectClose(control.evaluate(end, new Float64Array(2), i), control.evaluate(end, new Float64Array(2), i + 1), f64, kind);
    }
  }
});
