import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ChirpMethod, drawSignal } from "../../../../../sdk/dynamics/data/sampling/control.js";
import { Pcg64 } from "../../../../../sdk/dynamics/data/sampling/pcg64.js";
import { type Signal, signalThrough } from "../../../../../sdk/dynamics/data/sampling/signal.js";
import { Matrix } from "../../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64, finiteDifference } from "../../../../tolerance.js";
import { chirpDraws, sweeps } from "./numpy-scipy.js";

const at = (signal: Signal, t: number, m = 1): Float64Array => {
  const out = new Float64Array(m);
  signal(t, out);
  return out;
};
const times = Float64Array.of(0, 1, 3, 4, 6);

describe("signals through samples", () => {
  test("all modes meet the samples", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 10, maxLength: 10 }), (values) => {
        const samples = new Matrix(5, 2, Float64Array.from(values));
        for (const mode of ["zoh", "linear", "cubic"] as const) {
          const signal = signalThrough(times, samples, mode);
          times.forEach((t, k) => {
            expectClose(at(signal, t, 2), samples.row(k), f64, mode);
          });
        }
      }),
    );
  });

  test("a hold keeps the last sample at or before t, and is clamped at both ends", () => {
    const hold = signalThrough(times, Matrix.from([[1], [2], [3], [4], [5]]), "zoh");
    expect([-1, 0, 0.99, 1, 2.99, 3, 5.99, 6, 99].map((t) => at(hold, t)[0])).toEqual([1, 1, 1, 2, 2, 3, 4, 5, 5]);
  });

  test("a straight line is continued by chords and by splines", () => {
    const line = Matrix.from(Array.from(times, (t) => [2 * t - 1]));
    for (const mode of ["linear", "cubic"] as const) {
      const signal = signalThrough(times, line, mode);
      for (const t of [-2, 0.5, 2.2, 8]) expectClose(at(signal, t), [2 * t - 1], f64, mode);
    }
  });

  test("the spline has continuous first and second derivatives, the second zero at both ends", () => {
    const spline = signalThrough(times, Matrix.from([[1], [-2], [3], [0], [1]]), "cubic");
    const f = (t: number): number => at(spline, t)[0];
    const h = 1e-3;
    // inside a cubic piece these differences are exact up to rounding
    const slope = (t: number, side: 1 | -1): number =>
      (side * (-11 * f(t) + 18 * f(t + side * h) - 9 * f(t + 2 * side * h) + 2 * f(t + 3 * side * h))) / (6 * h);
    const bend = (t: number, side: 1 | -1): number =>
      (2 * f(t) - 5 * f(t + side * h) + 4 * f(t + 2 * side * h) - f(t + 3 * side * h)) / (h * h);
    for (const t of [1, 3, 4]) {
      expectClose([slope(t, 1)], [slope(t, -1)], finiteDifference, "slope");
      expectClose([bend(t, 1)], [bend(t, -1)], finiteDifference, "bend");
    }
    expectClose([bend(0, 1), bend(6, -1)], [0, 0], finiteDifference, "ends");
  });
});

describe("random signals", () => {
  const wave = { freq_range: [0.5, 2], amp_range: [0.5, 1], phase_range: [0, 360] } as const;

  test("a chirp draws amplitude, then phase, after x0 (six trajectories, NumPy 2.4)", () => {
    const source = new Pcg64(12345);
    for (const [a, b, amplitude, degrees] of chirpDraws) {
      expect([source.uniform(-1, 1), source.uniform(-1, 1)]).toEqual([a, b]);
      const chirp = drawSignal({ kind: "chirp", params: { t1: 4, method: "linear", ...wave } }, 1, source);
      const angle = (t: number): number => 2 * Math.PI * (0.5 * t + (1.5 * t * t) / 8) + (degrees * Math.PI) / 180;
      for (const t of [0, 1.3, 4.7]) expectClose(at(chirp, t), [amplitude * Math.cos(angle(t))], f64);
    }
  });

  test("the other sweeps are those of scipy.signal.chirp (SciPy 1.17)", () => {
    for (const [method, expected] of Object.entries(sweeps)) {
      const params = {
        t1: 4,
        method: method as ChirpMethod,
        freq_range: [0.5, 2],
        amp_range: [1, 1],
        phase_range: [30, 30],
      } as const;
      const signal = drawSignal({ kind: "chirp", params }, 1, new Pcg64(0));
      expectClose(
        expected.map((_, k) => at(signal, k * 0.3)[0]),
        expected,
        f64,
        method,
      );
    }
  });

  test("components of a sine are independent, and each is a sum of its own waves", () => {
    const params = { num_components: 3, ...wave };
    const both = drawSignal({ kind: "sine", params }, 2, new Pcg64(4));
    const source = new Pcg64(4);
    const [A, F, P] = (
      [
        [0.5, 1],
        [0.5, 2],
        [0, 360],
      ] as const
    ).map(([low, high]) => Array.from({ length: 6 }, () => source.uniform(low, high)));
    const t = 0.7;
    const terms = A.map((a, j) => a * Math.sin(2 * Math.PI * F[j] * t + (P[j] * Math.PI) / 180));
    expectClose(at(both, t, 2), [terms[0] + terms[1] + terms[2], terms[3] + terms[4] + terms[5]], f64);
  });

  test("sphere samples have the given length, and gaussian ones come in ceil(t1 / dt) + 1 rows", () => {
    const sphere = drawSignal({ kind: "sphere", params: { radius: 0.5, t1: 4, dt: 0.2, mode: "zoh" } }, 3, new Pcg64(1));
    for (const t of [0, 1.1, 9]) expectClose([at(sphere, t, 3).reduce((s, v) => s + v * v, 0)], [0.25], f64);
    const source = new Pcg64(2);
    drawSignal({ kind: "gaussian", params: { mean: [0, 1], std: 1, t1: 1, dt: 0.3, mode: "zoh" } }, 2, source);
    const other = new Pcg64(2);
    for (let i = 0; i < 5 * 2; i++) other.normal(0, 1);
    expect(source.random()).toBe(other.random());
  });
});
