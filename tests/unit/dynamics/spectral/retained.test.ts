import * as fc from "fast-check";
import { expect, test } from "vitest";
import { superpose } from "../../../../sdk/dynamics/spectral/modes.js";
import { retainPoints } from "../../../../sdk/dynamics/spectral/retained.js";
import { koopmanSpectrum, type Spectrum } from "../../../../sdk/dynamics/spectral/spectrum.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, squared } from "../../../tolerance.js";
import { edmd, manifoldPairs } from "./systems.js";

const spectrum = (): Spectrum => {
  const { P0, P1 } = manifoldPairs(0.1, -0.1, -1, 3);
  return koopmanSpectrum({ A: edmd(P0, P1), P0, P1, dt: 0.1, timeDomain: "discrete" });
};

test("a residual keeps what the data confirm, a count the best, pairs whole", () => {
  const whole = spectrum();
  const { spectrum: kept, indices } = retainPoints(whole, { keep: { max_residual: 1e-6 } });
  expect(kept.points.map(({ flag }) => flag)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  expect(kept.functions.cols).toBe(5);
  expect(kept.functions.column(2)).toEqual(whole.functions.column(indices[2]));
  expect(retainPoints(whole).indices.length).toBe(9);
  const pair = whole.points.findIndex(({ angularFrequency }) => angularFrequency > 0);
  expect(retainPoints(whole, { keep: { count: pair + 1 } }).indices).toEqual(Array.from({ length: pair + 2 }, (_, i) => i));
});

test("a negative real multiplier, half a turn a step, is kept alone", () => {
  const P0 = Matrix.from([[1, 1, 1], [2, -1, 0.5], [-0.5, 3, 2], [1, 0.3, -1]]); // biome-ignore format: short
  const A = Matrix.from([[-0.5, 0, 0], [0, 0.9, 0], [0, 0, 0.7]]); // biome-ignore format: short
  const whole = koopmanSpectrum({ A, P0, P1: P0.multiply(A), dt: 1, timeDomain: "discrete" });
  const at = whole.points.findIndex(({ re }) => re < 0);
  expect(whole.points[at].angularFrequency).toBe(Math.PI);
  const first = { ...whole, points: whole.points.map((point, i) => ({ ...point, residual: i === at ? 0 : 0.1 })) };
  expect(retainPoints(first, { keep: { count: 1 } }).indices).toEqual([at]);
});

test("of a double eigenvalue with one eigenvector both are kept or none: their sum alone is the motion", () => {
  const A = Matrix.from([[0.9, 1, 0], [1e-18, 0.9, 0], [0, 0, 0.5]]); // biome-ignore format: short
  const P0 = Matrix.from([[1, 1, 1], [2, -1, 0.5], [-0.5, 3, 2], [1, 0.3, -1]]); // biome-ignore format: short
  const whole = koopmanSpectrum({ A, P0, P1: P0.multiply(A.transpose()), dt: 1, timeDomain: "discrete" });
  const pair = whole.points.flatMap(({ flag }, i) => (flag === "defective" ? [i] : []));
  expect(pair).toHaveLength(2);
  expect(whole.points[pair[1]].im).toBe(0);
  const first = { ...whole, points: whole.points.map((point, i) => ({ ...point, residual: i === pair[1] ? 0 : 1e-12 })) };
  expect(retainPoints(first, { keep: { count: 1 } }).indices).toEqual(pair);
  const z0 = Float64Array.of(0, 1, 0);
  // z(3) = A^3 z(0): three steps of 0.9, and what flows over in them
  expectClose(superpose(first, z0, Float64Array.of(3), pair).data, [3 * 0.81, 0.729, 0], squared);
});

test("an eigenvalue 1 is dropped when asked, and told; keeping nothing is refused with the smallest residual", () => {
  const whole = spectrum();
  const one = { ...whole.points[0], re: 1, im: 0 };
  const withOne = { ...whole, points: [one, ...whole.points.slice(1)] };
  const { ones, indices } = retainPoints(withOne, { removeOne: 1e-10 });
  expect(ones).toEqual([one]);
  expect(indices[0]).toBe(1);
  expect(retainPoints(withOne, { keep: { count: 1 }, removeOne: 1e-10 }).indices[0]).toBe(1);
  expect(() => retainPoints({ ...whole, points: [one] }, { removeOne: 1e-10 })).toThrow(
    expect.objectContaining({ code: "E_SPEC", hint: expect.stringContaining("remove_one: null") }),
  );
  expect(() => retainPoints(whole, { keep: { max_residual: 1e-30 } })).toThrow(
    expect.objectContaining({ code: "E_SPEC", hint: expect.stringContaining("smallest residual") }),
  );
});

test("a count is of eigenvalues that are not dropped, wherever those dropped stand, with the partner of the last", () => {
  const dropped = 1e-3;
  const whole = spectrum();
  // only a real eigenvalue can become the constant's without its partner
  const real = whole.points.flatMap(({ im }, i) => (im === 0 ? [i] : []));
  fc.assert(
    fc.property(fc.constantFrom(...real), fc.integer({ min: 1, max: 8 }), (place, count) => {
      const points = whole.points.map((point, i) =>
        i === place ? { ...point, re: 1 + dropped / 2, angularFrequency: 0 } : point,
      );
      const { indices, ones } = retainPoints({ ...whole, points }, { keep: { count }, removeOne: dropped });
      expect(ones).toEqual([points[place]]);
      expect(indices).not.toContain(place);
      expect([count, count + 1]).toContain(indices.length);
    }),
  );
});
