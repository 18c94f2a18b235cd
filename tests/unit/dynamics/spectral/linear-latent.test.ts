import { expect, test } from "vitest";
import { makeDataset } from "../../../../sdk/dynamics/data/dataset.js";
import { loadModel, type TrainedModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import type { ModelSpec } from "../../../../sdk/dynamics/models/spec.js";
import { modelSpectrum } from "../../../../sdk/dynamics/spectral/model-spectrum.js";
import {
  eigenfunctionGradients,
  forecastByModes,
  stateEigenfunctions,
  stateModes,
} from "../../../../sdk/dynamics/spectral/state-spectrum.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { expm } from "../../../../sdk/numerics/linalg/expm.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64, powered } from "../../../tolerance.js";
import { basePhase, configOf } from "../_systems.js";

const dt = 0.1;
/** dx/dt = (x - rest) G in rows: a spiral around a point that is not the origin. */
const [growth, turn] = [-0.3, 2];
const G = Matrix.from([
  [growth, turn],
  [-turn, growth],
]);
const rest = [3, -1];
const step = expm(new Matrix(2, 2, G.data.map((value) => value * dt))); // biome-ignore format: short

const spirals = makeDataset(
  [0, 1, 2].map((i) => {
    const x = new Matrix(30, 2);
    let away = new Matrix(1, 2, Float64Array.of(1 + i, 0.5 - i));
    for (let k = 0; k < 30; k++) {
      x.row(k).set([rest[0] + away.data[0], rest[1] + away.data[1]]);
      away = away.multiply(step);
    }
    return { t: Float64Array.from({ length: 30 }, (_, k) => k * dt), x, u: null, y: null, p: null };
  }),
);

/** An ldm of one layer without an activation that is the spiral exactly: z' = z W + b with b = -rest W, in discrete time of W - 1. */
function exactModel(time_domain: "continuous" | "discrete", more: Partial<ModelSpec> = {}): TrainedModel {
  const spec = {
    family: "ldm",
    time_domain,
    encoder_layers: 0,
    decoder_layers: 0,
    processor_layers: 1,
    activation: "none",
    ...more,
  } as const;
  const config = configOf(spec, [{ ...basePhase, trainer: "OneStep", n_epochs: 1 }]);
  const trained = loadModel(train({ config, train: spirals, valid: spirals, backend: "reference" }).checkpoint, {
    backend: "reference",
  });
  const W = time_domain === "discrete" ? step : G;
  const still = time_domain === "discrete" ? 1 : 0;
  const b = [0, 1].map((j) => still * rest[j] - rest[0] * W.get(0, j) - rest[1] * W.get(1, j));
  return { ...trained, weights: { ...trained.weights, "processor.0.W": W.data.slice(), "processor.0.b": Float64Array.from(b) } };
}

test.each(["continuous", "discrete"] as const)(
  "a linear ldm in %s time: eigenvalues around its point of rest, residuals, forecast, modes",
  (time_domain) => {
    const model = exactModel(time_domain);
    const spectrum = modelSpectrum(model, spirals);
    const { points } = spectrum;
    expectClose([points[0].growth, points[0].angularFrequency], [growth, turn], powered);
    expect(points.map(({ flag }) => flag)).toEqual(["ok", "ok"]);
    expectClose(points.map(({ residual }) => residual), [0, 0], f64); // biome-ignore format: short
    const [first] = spirals.trajectories;
    expectClose(forecastByModes(model, spectrum, first).data, first.x.data, powered);
    const values = stateEigenfunctions(model, spectrum, Matrix.from([rest])).re;
    expectClose(values, [0, 0], powered);
    const x = first.x.slice(4, 5);
    // forward and backward modes undo each other
    const overlap = eigenfunctionGradients(model, spectrum, x).multiply(stateModes(model, spectrum, x.row(0)).transpose());
    expectClose([overlap.re[0], overlap.re[1], overlap.re[2], overlap.re[3]], [1, 0, 0, 1], powered);
  },
);

test("an ldm with activations has no spectrum, and neither has one that drifts for ever", () => {
  expect(() => modelSpectrum(exactModel("discrete", { activation: "tanh", end_activation: true }), spirals)).toThrow(
    expect.objectContaining({ code: "E_UNSUPPORTED", hint: expect.stringContaining("activation: none") }),
  );
  const model = exactModel("continuous");
  const drifting = { ...model, weights: { ...model.weights, "processor.0.W": new Float64Array(4) } };
  expect(() => modelSpectrum(drifting, spirals)).toThrow(/no point of rest/);
});
