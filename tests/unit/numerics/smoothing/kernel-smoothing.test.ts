import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { denoisingMetrics } from "../../../../sdk/numerics/smoothing/denoising-metrics.js";
import { type KernelSmoothingOptions, kernelSmoothing } from "../../../../sdk/numerics/smoothing/kernel-smoothing.js";
import { expectClose, f64 } from "../../../tolerance.js";

const T = 80;
const time = Float64Array.from({ length: T }, (_, k) => 0.05 * k);
const noisy = (): { truth: Matrix; x: Matrix } => {
  const truth = new Matrix(
    T,
    2,
    Float64Array.from({ length: 2 * T }, (_, i) => Math.sin(2 * time[i >> 1] + (i % 2))),
  );
  const noise = keyed(3).normal(2 * T, 0, 0.1);
  return { truth, x: new Matrix(T, 2, truth.data.map((v, i) => v + noise[i])) }; // biome-ignore format: short
};

for (const kernel of ["gaussian", "compact_polynomial"] as const) {
  test(`${kernel}: takes most of the noise away and is linear in the samples`, () => {
    const { truth, x } = noisy();
    // a cusp at every anchor needs wider kernels
    const options = { kernel, time, bandwidth_multiplier: kernel === "gaussian" ? 2 : 8 };
    const smooth = kernelSmoothing(x, options);
    const error = (a: Matrix): number => denoisingMetrics([truth], [a]).delta_rmse;
    expect(error(smooth)).toBeLessThan(0.6 * error(x));
    const twice = new Matrix(T, 2, x.data.map((v) => 2 * v)); // biome-ignore format: short
    expectClose(kernelSmoothing(twice, options).data, smooth.data.map((v) => 2 * v), f64); // biome-ignore format: short
  });

  test(`${kernel}: a fit of a fit changes nothing`, () => {
    const once = kernelSmoothing(noisy().x, { kernel, time });
    expectClose(kernelSmoothing(once, { kernel, time }).data, once.data, { rtol: f64.rtol, atol: 1e-9 });
  });
}

test("only differences of times count, and their unit does not", () => {
  fc.assert(
    fc.property(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -3, max: 3 }), (shift, exponent) => {
      const { x } = noisy();
      const moved = time.map((t) => (t + shift) * 2 ** exponent);
      expectClose(kernelSmoothing(x, { time: moved }).data, kernelSmoothing(x, { time }).data, { rtol: 1e-8, atol: 1e-8 });
    }),
    { numRuns: 10 },
  );
});

test("a strong ridge pulls the fit to zero", () => {
  const { x } = noisy();
  const size = (ridge: number): number => kernelSmoothing(x, { time, ridge }).data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  expect(size(1e6)).toBeLessThan(1e-3 * size(0));
});

describe("what has no meaning is refused with numbers", () => {
  const { x } = noisy();
  const refusal =
    (options: KernelSmoothingOptions, data = x) =>
    () =>
      kernelSmoothing(data, options);
  const cases: [KernelSmoothingOptions, string | RegExp][] = [
    [{ anchor_count: 4, anchor_density: 0.5 }, "anchor_count 4 and anchor_density 0.5 exclude one another"],
    [{ bandwidth: 1, bandwidth_multiplier: 2 }, "bandwidth 1 and bandwidth_multiplier 2 exclude one another"],
    [{ anchor_count: 2.5 }, "anchor_count must be a positive whole number, got 2.5"],
    [{ bandwidth: 0 }, "bandwidth must be a positive number, got 0"],
    [{ degree: -1 }, "degree must be a whole number of at least 0, got -1"],
    [{ time: time.slice(1) }, "80 samples were given with 79 times"],
    [{ time: time.map(() => 1) }, "the times do not increase at sample 1"],
    [{ kernel: "compact_polynomial", anchor_count: 5, bandwidth: 2 }, /of 80 samples lie outside every kernel: width 2/],
  ];
  for (const [options, message] of cases) test(String(message), () => expect(refusal(options)).toThrow(message));
  test("one sample", () => expect(refusal({}, new Matrix(1, 1))).toThrow("at least 2 samples, got 1"));
});

test("metrics: worked by hand", () => {
  const before = Matrix.from([[0], [2], [0]]);
  const after = Matrix.from([[0], [1], [0]]);
  const metrics = denoisingMetrics([before], [after]);
  expectClose([metrics.delta_rmse], [Math.sqrt(1 / 3)], f64);
  expectClose([metrics.delta_rel_rmse], [0.5], f64);
  expect(metrics).toMatchObject({
    delta_max_abs: 1,
    roughness_before: 4,
    roughness_after: 1,
    roughness_delta: -3,
    roughness_ratio: 0.25,
  });
  const flat = new Matrix(3, 1);
  expect(denoisingMetrics([flat], [flat])).toMatchObject({ delta_rel_rmse: 0, roughness_ratio: 1 });
  expect(denoisingMetrics([flat], [before]).roughness_ratio).toBe(Number.POSITIVE_INFINITY);
  expect(() => denoisingMetrics([flat], [])).toThrow("1 signals before smoothing stand beside 0 after it");
  expect(() => denoisingMetrics([flat], [new Matrix(2, 1)])).toThrow("signal 0 is 3 x 1 before and 2 x 1 after");
});
