import { expect, test } from "vitest";
import { makeDataset } from "../../../../sdk/dynamics/data/dataset.js";
import { loadModel, type TrainedModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import { conjugacyAt } from "../../../../sdk/dynamics/spectral/conjugacy.js";
import { modelSpectrum } from "../../../../sdk/dynamics/spectral/model-spectrum.js";
import { superpose } from "../../../../sdk/dynamics/spectral/modes.js";
import { retainPoints } from "../../../../sdk/dynamics/spectral/retained.js";
import {
  eigenfunctionGradients,
  forecastByModes,
  stateEigenfunctions,
  stateModes,
} from "../../../../sdk/dynamics/spectral/state-spectrum.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import type { TransformStage } from "../../../../sdk/dynamics/transforms/spec.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, finiteDifference, powered } from "../../../tolerance.js";
import { configOf, oscillator } from "../_systems.js";
import { manifoldTrajectories } from "./systems.js";

const [mu, lambda, dt] = [-0.5, -3, 0.05];
const bend = lambda / (lambda - 2 * mu);

/** The slow manifold seen through scaled columns and their powers: x1, x1^2 and x2 - b x1^2 are eigenfunctions. */
const manifold = makeDataset(
  manifoldTrajectories(20, 21, dt, mu, lambda).map((x) => ({
    t: Float64Array.from({ length: x.rows }, (_, k) => k * dt),
    x,
    u: null,
    y: null,
    p: null,
  })),
);

function linearModel(data: typeof manifold, transform_x: readonly TransformStage[], koopman_dimension: number): TrainedModel {
  const model = { family: "lti", time_domain: "discrete", encoder_layers: 0, decoder_layers: 0, koopman_dimension } as const;
  const config = configOf(model, [{ trainer: "Linear", n_epochs: 1 }], { transform_x });
  return loadModel(train({ config, train: data, valid: data, backend: "reference" }).checkpoint, { backend: "reference" });
}

const lifted = linearModel(
  manifold,
  [
    { type: "scaler", mode: "-11" },
    { type: "lift", fobs: "poly", Ks: [3, 2] },
  ],
  6,
);
const spectrum = retainPoints(modelSpectrum(lifted, manifold), { keep: { count: 4 } }).spectrum;
const placeOf = (growth: number): number => spectrum.points.findIndex((point) => Math.abs(point.growth - growth) < 1e-6);
const states = Matrix.from([-1.5, -0.5, 0.4, 1.1].flatMap((x1) => [-1, 0.3, 2].map((x2) => [x1, x2])));

test("eigenfunctions on a grid of states, through scaling and lift, are those of the system", () => {
  const values = stateEigenfunctions(lifted, spectrum, states);
  const of = (growth: number): Float64Array => values.column(placeOf(growth)).re;
  const ratio = (a: Float64Array, f: (x1: number, x2: number) => number): number[] =>
    states.toRows().map(([x1, x2], k) => a[k] / f(x1, x2));
  for (const [growth, f] of [
    [mu, (x1: number) => x1],
    [2 * mu, (x1: number) => x1 * x1],
    [lambda, (x1: number, x2: number) => x2 - bend * x1 * x1],
  ] as const) {
    const ratios = ratio(of(growth), f);
    expectClose(ratios, ratios.map(() => ratios[0]), powered, `growth ${growth}`); // biome-ignore format: short
  }
});

test("along a trajectory an eigenfunction is multiplied by its eigenvalue", () => {
  const values = stateEigenfunctions(lifted, spectrum, manifold.trajectories[3].x).column(placeOf(lambda)).re;
  const multiplier = Math.exp(lambda * dt);
  expectClose(values.slice(1), values.slice(0, -1).map((v) => v * multiplier), powered); // biome-ignore format: short
});

test("gradients of eigenfunctions and patterns of modes are derivatives, through transforms with a delay too", () => {
  const waves = oscillator({ trajectories: 3, samples: 40, dt: 0.1, control: false });
  const trained = linearModel(
    waves,
    [
      { type: "scaler", mode: "std" },
      { type: "delay", delay: 1 },
    ],
    4,
  );
  const found = modelSpectrum(trained, waves);
  const window = waves.trajectories[0].x.slice(4, 6);
  const gradients = eigenfunctionGradients(trained, found, window);
  const h = 1e-6;
  for (const j of [0, 1]) {
    const [up, down] = [h, -h].map((step) => {
      const moved = window.clone();
      moved.set(1, j, moved.get(1, j) + step);
      return stateEigenfunctions(trained, found, moved);
    });
    for (const part of ["re", "im"] as const) {
      expectClose(gradients.column(j)[part], up[part].map((v, i) => (v - down[part][i]) / (2 * h)), finiteDifference); // biome-ignore format: short
    }
  }
  // phi at the window times the patterns of its newest sample, without the offset of the scaler, is that sample
  const z = trained.encode({ ...waves.trajectories[0], x: window, t: Float64Array.of(0, 0.1) }).z.row(0);
  const patterns = stateModes(trained, found, z);
  const values = stateEigenfunctions(trained, found, window);
  const state = trained.transforms.x.stages[0].state as { off: readonly number[] };
  expectClose(values.multiply(patterns).re, window.row(1).map((v, j) => v - state.off[j]), powered); // biome-ignore format: short
});

test("observables of a linear system: encoded sample by sample they are those of the whole, and modes foretell them to 0.00 %", () => {
  const waves = oscillator({ trajectories: 3, samples: 40, dt: 0.1, control: false });
  const trained = linearModel(waves, [{ type: "scaler", mode: "-11" }], 2);
  const found = modelSpectrum(trained, waves);
  for (const trajectory of waves.trajectories) {
    const { z } = trained.encode(trajectory);
    for (let k = 0; k < 40; k++) {
      const sample = { ...trajectory, t: trajectory.t.slice(k, k + 1), x: trajectory.x.slice(k, k + 1) };
      expect(trained.encode(sample).z.data).toEqual(z.row(k));
    }
    const foretold = superpose(found, z.row(0), trajectory.t);
    for (let j = 0; j < 2; j++) {
      const column = z.column(j);
      const range = Math.max(...column) - Math.min(...column);
      const squares = foretold.column(j).reduce((sum, v, k) => sum + (v - column[k]) * (v - column[k]), 0);
      expect((100 * Math.sqrt(squares / 40)) / range).toBeLessThan(0.005);
    }
  }
});

test("modes alone forecast what the model forecasts, in the units of the data; two of them already carry the slow part", () => {
  const [trajectory] = manifold.trajectories;
  const full = modelSpectrum(lifted, manifold);
  const [rolled] = lifted.forecast([trajectory]);
  expectClose(forecastByModes(lifted, full, trajectory).data, rolled.x.data, powered);
  const { points } = spectrum;
  const which = Array.from(points.keys()).filter((i) => [0, mu, 2 * mu].some((g) => Math.abs(points[i].growth - g) < 1e-6));
  const slow = forecastByModes(lifted, spectrum, trajectory, which);
  for (const [x1, x2] of slow.toRows()) expectClose([x2], [bend * x1 * x1], powered);
});

test("conjugacy: near the equilibrium the flow is straightened to its linear part, everywhere on the data", () => {
  const jacobian = Matrix.from([
    [mu, 0],
    [0, lambda],
  ]);
  const map = conjugacyAt(lifted, spectrum, { jacobian });
  expectClose(map.matched.map(({ distance }) => distance), [0, 0], powered); // biome-ignore format: short
  const straight = states.toRows().flatMap(([x1, x2]) => [x1, x2 - bend * x1 * x1]);
  expectClose(map.linear(states).data, straight, powered);
  const [few] = [retainPoints(spectrum, { keep: { count: 1 } }).spectrum];
  expect(() => conjugacyAt(lifted, few, { jacobian })).toThrow(expect.objectContaining({ code: "E_DATA" }));
  expect(() => conjugacyAt(lifted, spectrum, { jacobian: new Matrix(2, 3) })).toThrow(
    expect.objectContaining({ code: "E_SHAPE" }),
  );
});

test("what cannot lead back to states is refused with what can still be computed", () => {
  const waves = oscillator({ trajectories: 3, samples: 40, dt: 0.1, control: false });
  const smoothed = linearModel(
    waves,
    [{ type: "denoise", method: "savgol", axis: 0, window_length: 5, polyorder: 2 } as never],
    2,
  );
  const found = modelSpectrum(smoothed, waves);
  const refused = expect.objectContaining({ code: "E_UNSUPPORTED", hint: expect.stringContaining("can be computed") });
  expect(() => forecastByModes(smoothed, found, waves.trajectories[0])).toThrow(refused);
  expect(() => stateModes(smoothed, found, new Float64Array(2))).toThrow(refused);
  expect(() => eigenfunctionGradients(smoothed, found, waves.trajectories[0].x.slice(0, 1))).toThrow(refused);
  expect(stateEigenfunctions(smoothed, found, waves.trajectories[0].x).rows).toBe(40);
});
