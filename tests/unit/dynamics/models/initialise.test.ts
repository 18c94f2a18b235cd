import { describe, expect, test } from "vitest";
import { activationGain, initialMatrix } from "../../../../sdk/dynamics/models/initialise.js";
import { perceptron } from "../../../../sdk/dynamics/models/network.js";
import { initialWeights } from "../../../../sdk/dynamics/models/parameters.js";
import type { WeightInit } from "../../../../sdk/dynamics/models/spec.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64, statistical, within } from "../../../tolerance.js";
import { baseSpec } from "../_systems.js";

const [inputs, outputs, gain] = [90, 160, 1.4];
const n = inputs * outputs;
/** Variance of a standard normal cut at two deviations: 1 - 4 phi(2) / (Phi(2) - Phi(-2)). */
const CUT = 1 - (4 * Math.exp(-2)) / Math.sqrt(2 * Math.PI) / 0.9544997361036416;

const variances: Record<Exclude<WeightInit, "orthogonal" | "deterministic_orthogonal" | "zeros">, number> = {
  xavier_uniform: (gain * gain * 2) / (inputs + outputs),
  xavier_normal: (gain * gain * 2) / (inputs + outputs),
  kaiming_uniform: (gain * gain) / inputs,
  kaiming_normal: (gain * gain) / inputs,
  normal: gain * gain,
  trunc_normal: gain * gain * CUT,
  uniform: (gain * gain) / 3,
};
/** Farthest an entry can lie, in standard deviations. */
const limits: Partial<Record<WeightInit, number>> = {
  xavier_uniform: Math.sqrt(3),
  kaiming_uniform: Math.sqrt(3),
  uniform: Math.sqrt(3),
  trunc_normal: 2 / Math.sqrt(CUT),
};

describe("initial weights", () => {
  for (const [init, variance] of Object.entries(variances)) {
    test(`${init}: mean 0 and the variance of its formula`, () => {
      const w = initialMatrix(init as WeightInit, gain, inputs, outputs, keyed(5)).map((v) => v / Math.sqrt(variance));
      const mean = w.reduce((a, b) => a + b, 0) / n;
      const square = w.reduce((a, b) => a + b * b, 0) / n;
      expect(within(mean, 0, statistical(n))).toBe(true);
      // the square of a unit normal has variance 2
      expect(within((square - 1) / Math.SQRT2, 0, statistical(n))).toBe(true);
      const limit = limits[init as WeightInit] ?? Number.POSITIVE_INFINITY;
      expect(w.every((v) => Math.abs(v) <= limit * (1 + Number.EPSILON * 4))).toBe(true);
    });
  }

  for (const [rows, cols] of [
    [7, 4],
    [4, 7],
    [5, 5],
  ]) {
    test(`orthogonal ${rows} x ${cols}: the short side is orthonormal times the gain`, () => {
      const W = new Matrix(rows, cols, initialMatrix("orthogonal", gain, rows, cols, keyed(2)));
      const gram = rows >= cols ? W.transpose().multiply(W) : W.multiply(W.transpose());
      const expected = Matrix.identity(Math.min(rows, cols)).data.map((v) => v * gain * gain);
      expectClose(gram.data, expected, f64, "gram");
    });
  }

  for (const [rows, cols] of [
    [7, 4],
    [4, 7],
    [5, 5],
  ]) {
    test(`deterministic_orthogonal ${rows} x ${cols}: orthonormal times the gain, whatever the seed, mirrored by the transpose`, () => {
      const W = new Matrix(rows, cols, initialMatrix("deterministic_orthogonal", gain, rows, cols, keyed(2)));
      const gram = rows >= cols ? W.transpose().multiply(W) : W.multiply(W.transpose());
      expectClose(
        gram.data,
        Matrix.identity(Math.min(rows, cols)).data.map((v) => v * gain * gain),
        f64,
        "gram",
      );
      expect(initialMatrix("deterministic_orthogonal", gain, rows, cols, keyed(3))).toEqual(W.data);
      if (rows !== cols)
        expect(initialMatrix("deterministic_orthogonal", gain, cols, rows, keyed(2))).toEqual(W.transpose().data);
      // entry (r, c): the first row is constant, the second half a wave
      expectClose([W.get(0, 0)], [gain / Math.sqrt(Math.max(rows, cols))], f64);
      const n = Math.max(rows, cols);
      const half = rows > cols ? W.get(1, 0) : W.get(0, 1);
      expectClose([half], [gain * Math.sqrt(2 / n) * Math.cos(Math.PI / (2 * n))], f64);
    });
  }

  test("the same key gives the same weights, another key others, and zeros are zeros", () => {
    for (const init of [...Object.keys(variances), "orthogonal"] as WeightInit[]) {
      const draw = (seed: number): Float64Array => initialMatrix(init, 1, 3, 4, keyed(seed));
      expect(draw(1)).toEqual(draw(1));
      expect(draw(1)).not.toEqual(draw(2));
    }
    expect(initialMatrix("zeros", 1, 2, 3, keyed(1))).toEqual(new Float64Array(6));
  });

  test("a weight depends on its name and the seed, not on what else is drawn", () => {
    const style = { ...baseSpec, hidden_dimension: 3 };
    const short = initialWeights(perceptron("net", 2, 3, 2, style).parameters, keyed(9));
    const long = initialWeights(
      [...perceptron("other", 5, 5, 2, style).parameters, ...perceptron("net", 2, 3, 2, style).parameters],
      keyed(9),
    );
    for (const [name, w] of Object.entries(short)) expect(long[name]).toEqual(w);
  });

  test("gains of the activations", () => {
    expect([activationGain("tanh"), activationGain("sigmoid"), activationGain("mish")]).toEqual([5 / 3, 1, Math.SQRT2]);
  });
});
