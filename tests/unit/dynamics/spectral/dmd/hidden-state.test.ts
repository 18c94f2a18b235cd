import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diagnoseState } from "../../../../../sdk/dynamics/spectral/dmd/hidden-state.js";
import { kernelDictionary } from "../../../../../sdk/dynamics/spectral/dmd/kernel-dictionary.js";
import { landmarksOf } from "../../../../../sdk/numerics/kernels/landmarks.js";
import { Matrix } from "../../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../../sdk/numerics/random.js";
import { lorenzStates, rotations, trajectoriesOf } from "../systems.js";

const codes = (...series: Matrix[]): string[] => diagnoseState(series).map(({ code }) => code);
const noisy = ({ rows, cols, data }: Matrix, size: number, seed: number): Matrix => {
  const noise = keyed(seed).normal(data.length);
  return new Matrix(rows, cols, data.map((value, i) => value + size * noise[i])); // biome-ignore format: short
};

const angle = fc.double({ min: 0.1, max: 3, noNaN: true });
const seeds = fc.nat(1000);
/** Six periods or more of every angle above 0.1. */
const samples = 400;

describe("what one sample does not show", () => {
  test("standing waves of any frequency and phase are found, in noise of half a hundredth too", () => {
    fc.assert(
      fc.property(
        angle,
        fc.double({ min: 0, max: 6, noNaN: true }),
        fc.constantFrom(0, 1e-4, 5e-3),
        seeds,
        (w, phase, noise, seed) => {
          const row = (k: number): number[] => [1, -2, 0.5].map((shape) => shape * Math.cos(w * k + phase));
          const wave = Matrix.from(Array.from({ length: samples }, (_, k) => row(k)));
          expect(codes(noise === 0 ? wave : noisy(wave, noise, seed))).toEqual(["hidden-state"]);
        },
      ),
    );
  });

  test("a weak standing wave is found beside waves that travel", () => {
    fc.assert(
      fc.property(angle, angle, angle, (first, second, standing) => {
        fc.pre(Math.min(Math.abs(first - second), Math.abs(first - standing), Math.abs(second - standing)) > 0.05);
        const row = (k: number): number[] => [
          ...[first, second].flatMap((w) => [Math.cos(w * k), Math.sin(w * k)]),
          0.2 * Math.cos(standing * k),
        ];
        expect(codes(Matrix.from(Array.from({ length: samples }, (_, k) => row(k))))).toEqual(["hidden-state"]);
      }),
    );
  });

  test("a strongly damped standing wave is found where nothing else is left to explain", () => {
    const row = (k: number, phase: number): number[] => [Math.exp(-0.2 * k) * Math.cos(0.3 * k + phase)];
    expect(codes(...[0, 1, 2].map((phase) => Matrix.from(Array.from({ length: 40 }, (_, k) => row(k, phase)))))).toEqual([
      "hidden-state",
    ]);
  });

  test.each([0.01, 0.05])("x of Lorenz hides two variables, at a step of %d", (dt) => {
    const x = lorenzStates(1000, dt, 0).column(0);
    expect(codes(new Matrix(x.length, 1, x))).toEqual(["hidden-state"]);
  });
});

test("a linear system counted from another point than that of rest lacks a constant, and nothing else unless a wave stands in it", () => {
  fc.assert(
    fc.property(angle, angle, fc.constantFrom(0, 1e-4), seeds, (first, second, noise, seed) => {
      const moved = trajectoriesOf(rotations([0.99, 0.95], [first, second]), 3, 60, seed + 1).map(
        (x) => new Matrix(x.rows, x.cols, x.data.map((value, i) => value + [3, 0, -2, 1][i % 4])), // biome-ignore format: short
      );
      const series = moved.map((x, i) => (noise === 0 ? x : noisy(x, noise, seed + i)));
      expect(codes(...series)).toEqual(["offset"]);
      expect(diagnoseState(series, true)).toEqual([]);
    }),
  );
  const row = (k: number): number[] => [3 + 0.9 ** k, Math.cos(0.3 * k)];
  const both = [1, 2, 3].map((start) => Matrix.from(Array.from({ length: 100 }, (_, k) => row(k + 9 * start))));
  expect(codes(...both)).toContain("hidden-state");
});

describe("what one sample shows", () => {
  test("linear systems whose state the samples are hide nothing, in noise either", () => {
    fc.assert(
      fc.property(angle, angle, fc.constantFrom(0, 1e-3, 1e-2, 0.1), seeds, (first, second, noise, seed) => {
        const series = trajectoriesOf(rotations([0.999, 0.99], [first, second]), 3, 60, seed + 1);
        expect(codes(...series.map((x, i) => (noise === 0 ? x : noisy(x, noise, seed + i))))).toEqual([]);
      }),
    );
  });

  test.each([0.005, 0.01, 0.05])(
    "Lorenz at a step of %d lifted by 25 kernel observables, wide or narrow, hides nothing",
    (dt) => {
      const series = [0, 1].map((place) => lorenzStates(300, dt, place));
      const marks = landmarksOf(Matrix.from(series.flatMap((x) => x.toRows())), 200, 0);
      for (const lengthscale_init of [0.5, 1, 2, 10]) {
        const { apply } = kernelDictionary({ type: "sc_rbf", lengthscale_init }, marks, 25);
        expect(codes(...series.map(apply)), `width ${lengthscale_init}`).toEqual([]);
      }
    },
  );
});
