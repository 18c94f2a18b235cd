import { expect, test } from "vitest";
import { blockDmd, blockModes } from "../../../../../sdk/dynamics/spectral/dmd/block-dmd.js";
import { dmd } from "../../../../../sdk/dynamics/spectral/dmd/dmd.js";
import { StreamingDmd } from "../../../../../sdk/dynamics/spectral/dmd/streaming-dmd.js";
import type { ComplexMatrix } from "../../../../../sdk/numerics/linalg/complex.js";
import { Matrix } from "../../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../../sdk/numerics/random.js";
import { expectClose, f64, squared } from "../../../../tolerance.js";
import { randomMatrix } from "../../../numerics/linalg/samples.js";
import { rotations, trajectoriesOf } from "../systems.js";

/** Two noisy trajectories of a 4-dimensional system. */
const noisy = trajectoriesOf(rotations([0.99, 0.9], [0.4, 1.1]), 2, 60, 5).map((z, i) => {
  const noise = keyed(i).normal(z.data.length, 0, 0.01);
  return new Matrix(
    z.rows,
    z.cols,
    z.data.map((value, k) => value + noise[k]),
  );
});

test("samples in pieces give what they give at once, and no pair joins two trajectories", () => {
  const whole = dmd({ trajectories: noisy, dt: 0.5 });
  const streaming = new StreamingDmd(0.5);
  expect(() => streaming.result()).toThrow(expect.objectContaining({ code: "E_DATA" }));
  for (const x of noisy) {
    streaming.partialFit(x.slice(0, 1), false).partialFit(x.slice(1, 30)).partialFit(x.slice(30, 60));
  }
  expect(streaming.pairs).toBe(118);
  const pieces = streaming.result();
  for (const key of ["growth", "angularFrequency", "residual", "amplitude", "condition"] as const) {
    expectClose(
      pieces.spectrum.points.map((point) => point[key]),
      whole.spectrum.points.map((point) => point[key]),
      f64,
      key,
    );
  }
  expect(pieces.spectrum.points.map(({ flag }) => flag)).toEqual(whole.spectrum.points.map(({ flag }) => flag));
  expect(() => streaming.partialFit(new Matrix(2, 3))).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
});

test("what is rounding is judged by all pairs in pieces too", () => {
  const redundant = noisy.map((z, i) => {
    const rounding = keyed(7).fold(i).normal(z.rows, 0, 1e-14);
    const x = new Matrix(z.rows, z.cols + 1);
    for (let k = 0; k < z.rows; k++) x.row(k).set([...z.row(k), z.get(k, 0) + rounding[k]]);
    return x;
  });
  const streaming = new StreamingDmd(0.5);
  for (const x of redundant) streaming.partialFit(x, false);
  for (const found of [dmd({ trajectories: redundant, dt: 0.5 }), streaming.result()]) expect(found.basis.cols).toBe(4);
});

test("two sweeps over row blocks give the eigenvalues, residuals and modes of the whole", () => {
  const places = noisy.map((z) => z.multiply(randomMatrix(4, 700, 2)));
  const field = new Matrix(700, 120);
  places.forEach((x, i) => {
    for (let k = 0; k < 60; k++) for (let j = 0; j < 700; j++) field.set(j, 60 * i + k, x.get(k, j));
  });
  const blocks = (): Matrix[] => [field.slice(0, 300), field.slice(300, 301), field.slice(301, 700)];
  const found = blockDmd(blocks(), { rank: 4, dt: 0.5, lengths: [60, 60] });
  const whole = dmd({ trajectories: places, dt: 0.5 }, { rank: 4 });
  for (const key of ["growth", "angularFrequency", "residual"] as const) {
    expectClose(
      found.spectrum.points.map((point) => point[key]),
      whole.spectrum.points.map((point) => point[key]),
      squared,
      key,
    );
  }
  const parts = Array.from(blockModes(blocks(), found));
  expect(parts.map(({ rows }) => rows)).toEqual([300, 1, 399]);
  // a mode is known up to a number: compare its shape against that of the whole
  const column = (m: ComplexMatrix[], i: number): number[] => m.flatMap((part) => [...part.column(i).re, ...part.column(i).im]);
  for (let i = 0; i < 4; i++) {
    const mine = column(parts, i);
    const size = Math.sqrt(mine.reduce((sum, value) => sum + value * value, 0));
    const theirs = whole.modes.adjoint().column(i);
    const other = Math.sqrt(theirs.re.reduce((sum, value, k) => sum + value * value + theirs.im[k] * theirs.im[k], 0));
    let [re, im, at] = [0, 0, 0];
    for (const part of parts) {
      const { re: a, im: b } = part.column(i);
      for (let k = 0; k < a.length; k++, at++) {
        // the adjoint conjugated the rows of the whole: conjugate back
        re += a[k] * theirs.re[at] - b[k] * theirs.im[at];
        im += a[k] * -theirs.im[at] - b[k] * theirs.re[at];
      }
    }
    expectClose([Math.sqrt(re * re + im * im) / (size * other)], [1], squared);
  }
  expect(() => blockDmd(blocks(), { rank: 4, dt: 1, lengths: [60] })).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  expect(() => blockDmd(blocks(), { rank: 200, dt: 1 })).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});
