import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { datasetFromNpz, datasetToNpz } from "../../../../sdk/dynamics/data/archive.js";
import { datasetFromArrays } from "../../../../sdk/dynamics/data/arrays.js";
import { readNpz, writeNpz } from "../../../../sdk/formats/npz.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { bytesOf, numpyFiles } from "../../formats/numpy-files.js";

const x = { shape: [2, 3, 1], data: [1, 2, 3, 4, 5, 6] };

test("an archive written by NumPy becomes a dataset", () => {
  const { trajectories } = datasetFromNpz(bytesOf(numpyFiles.npz));
  expect(trajectories.map((one) => [Array.from(one.t), one.x.toRows()])).toEqual([
    [
      [0, 0.5, 1],
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
    ],
    [
      [0, 0.5, 1],
      [
        [6, 7],
        [8, 9],
        [10, 11],
      ],
    ],
  ]);
});

test("a dataset survives the way through bytes, ragged or not", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(lengths, fc.nat(2), fc.nat(2), (Ts, m, q) => {
      const matrices = (cols: number): Matrix[] =>
        Ts.map((T, i) => new Matrix(T, cols, new Float64Array(T * cols).fill(i + 0.5)));
      const dataset = datasetFromArrays({
        t: Ts.map((T) => Float64Array.from({ length: T }, (_, k) => 0.1 * k)),
        x: matrices(2),
        ...(m > 0 ? { u: matrices(m), y: matrices(1) } : {}),
        ...(q > 0 ? { p: { shape: [Ts.length, q], data: new Float64Array(Ts.length * q).fill(3) } } : {}),
      });
      expect(datasetFromNpz(writeNpz(datasetToNpz(dataset)))).toEqual(dataset);
    }),
  );
});

test("a scalar t or dt is the sample step", () => {
  for (const step of [{ t: { shape: [], data: [0.5] } }, { dt: { shape: [], data: [0.5] } }]) {
    const arrays = new Map(Object.entries({ x, ...step }));
    expect(Array.from(datasetFromNpz(arrays).trajectories[1].t)).toEqual([0, 0.5, 1]);
  }
});

describe("refusals", () => {
  test("an archive without x says what it has; other entries do no harm", () => {
    const bytes = writeNpz({ states: x, y: x });
    expect(() => datasetFromNpz(bytes, { where: "a.npz" })).toThrow(/a.npz has no entry x; its entries are states, y/);
    const noted = zipSync({ "x.npy": bytesOf(numpyFiles.f8), "notes.npy": bytesOf(numpyFiles.object) });
    expect(datasetFromNpz(noted).trajectories.length).toBe(1);
  });

  test("numbered entries must have no gap and no unnumbered twin", () => {
    const part = { shape: [2, 1], data: [1, 2] };
    expect(() => datasetFromNpz(writeNpz({ x_0: part, x_2: part }))).toThrow(/no entry x_1/);
    expect(() => datasetFromNpz(writeNpz({ x_0: part, x: part }))).toThrow(/both x and x_0/);
  });
});

test("names that only look like entries are left alone", () => {
  expect([...readNpz(writeNpz({ x, x_extra: x })).keys()]).toContain("x_extra");
  expect(datasetFromNpz(writeNpz({ x, x_extra: x })).trajectories.length).toBe(2);
});
