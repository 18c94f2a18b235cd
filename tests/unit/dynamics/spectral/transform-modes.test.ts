import { expect, test } from "vitest";
import { transformModes } from "../../../../sdk/dynamics/spectral/transform-modes.js";
import { fitChain } from "../../../../sdk/dynamics/transforms/chain.js";
import type { TransformStage } from "../../../../sdk/dynamics/transforms/spec.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64, waveRate } from "../../../tolerance.js";
import { wake } from "./wake.js";

const dt = 0.1;
const svdStage: TransformStage = { type: "svd", order: 0.9999, ifcen: true };
const diffusion: TransformStage = {
  type: "dm",
  edim: 3,
  Knn: 15,
  Kphi: 3,
  inverse: "gmls",
  order: 1,
  rcond: null,
  landmarks: 1000,
  mode: "full",
  alpha: 1,
  epsilon: null,
};

test("of a linear chain forward modes undo backward modes, and rates pass through unchanged", () => {
  const chain = fitChain([svdStage], [wake(120, dt)]);
  const found = transformModes(chain, { x: wake(9, dt, { start: 1 }), dt, index: 4 });
  expectClose(found.overlaps.forwardBackward.data, Matrix.identity(chain.outputDim).data, f64);
  expectClose([found.fieldRate.error, found.coordinateRate.error, found.restorationError], [0, 0, 0], f64);
  expectClose(found.forward.data, found.backward.data, f64, "the svd is a projection");
});

test("a field of 60,000 cells, scaled and with a column of ones, has modes: no square matrix of its width is made", () => {
  const [cells, T] = [60_000, 8];
  const field = new Matrix(T, cells);
  for (let t = 0; t < T; t++) for (let j = 0; j < cells; j++) field.set(t, j, ((7 * j + 1) % 11) * t + ((j * (t + 3)) % 5));
  const chain = fitChain(
    [{ type: "scaler", mode: "std" }, { type: "identity" }, { type: "add_one" }, { type: "svd", order: 3, ifcen: true }],
    [field],
  );
  const found = transformModes(chain, { x: field, dt: 1, index: 4 });
  const [scaled, svd] = [chain.stages[0].state, chain.stages[3].state];
  if (scaled.type !== "scaler" || svd.type !== "svd") throw new Error("another chain than was fitted");
  for (const j of [0, 1, cells - 1]) {
    const direction = [0, 1, 2].map((k) => svd.P[j][k]);
    expectClose(found.forward.column(j), direction.map((p) => p / scaled.scl[j]), f64); // biome-ignore format: short
    expectClose(found.backward.column(j), direction.map((p) => p * scaled.scl[j]), f64); // biome-ignore format: short
  }
  expectClose(found.overlaps.forwardBackward.data, Matrix.identity(3).data, f64);
});

test("a wake on a closed curve: coordinates of a diffusion map carry its motion both ways", () => {
  const chain = fitChain([svdStage, diffusion], [wake(120, dt)]);
  const found = transformModes(chain, { x: wake(9, dt, { start: 1 }), dt, index: 4 });
  expect(found.stages.map(({ cols }) => cols)).toEqual([4, 3]);
  expect([found.backward.rows, found.backward.cols]).toEqual([3, 12 * 24]);
  expectClose([found.fieldRate.error, found.coordinateRate.error, found.restorationError], [0, 0, 0], waveRate);
  // along the curve, forward then backward is a projector: its trace is the dimension of the curve
  const { forwardBackward } = found.overlaps;
  expectClose([forwardBackward.get(0, 0) + forwardBackward.get(1, 1) + forwardBackward.get(2, 2)], [1], waveRate);
});

test("chains without modes and samples without neighbours are refused, with what can be done", () => {
  const x = wake(9, dt);
  const denoise: TransformStage = { type: "denoise", method: "savgol", axis: 0, window_length: 5, polyorder: 2 } as never;
  for (const stage of [denoise, { type: "delay", delay: 1 } as const]) {
    const chain = fitChain([stage], [x]);
    expect(() => transformModes(chain, { x, dt, index: 4 })).toThrow(expect.objectContaining({ code: "E_UNSUPPORTED" }));
  }
  const chain = fitChain([svdStage], [x]);
  for (const index of [0, 8, 2.5]) {
    expect(() => transformModes(chain, { x, dt, index })).toThrow(
      expect.objectContaining({ code: "E_SPEC", path: ["index"], hint: expect.stringContaining("from 1 to 7") }),
    );
  }
  expect(() => transformModes(chain, { x: x.slice(0, 2), dt, index: 1 })).toThrow(expect.objectContaining({ code: "E_DATA" }));
});
