import { expect, test } from "vitest";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import { withLinearMap } from "../../../../sdk/dynamics/models/linear-map.js";
import { latentPairs, modelSpectrum } from "../../../../sdk/dynamics/spectral/model-spectrum.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, powered, splined } from "../../../tolerance.js";
import { configOf, oscillator } from "../_systems.js";

const data = oscillator({ trajectories: 4, samples: 60, dt: 0.05, control: true });
const A = [
  [0, 1],
  [-1, -0.1],
];

/** The oscillator itself as a model, its control interpolated by cubics. */
function exactModel(family: "lti" | "kbf") {
  const model = { family, encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2, const_term: true } as const;
  const config = configOf(model, [{ n_epochs: 1 }]);
  const trained = loadModel(train({ config, train: data, valid: data, backend: "reference" }).checkpoint, {
    backend: "reference",
  });
  const W = new Matrix(trained.model.dims.s, 2);
  A.forEach((row, i) => {
    row.forEach((value, j) => {
      W.set(j, i, value);
    });
  });
  W.row(W.rows - 1).fill(1);
  return { ...trained, weights: withLinearMap(trained.weights, W) };
}

test.each(["lti", "kbf"] as const)(
  "continuous %s with control: the spectrum of the drift, confirmed once the control's share is off",
  (family) => {
    const trained = exactModel(family);
    const shown = { ...trained, encode: (tr: (typeof data.trajectories)[number]) => ({ z: tr.x, features: tr.x }) };
    const { points } = modelSpectrum(shown, data);
    const omega = Math.sqrt(1 - 0.05 * 0.05);
    expectClose(points.flatMap(({ growth, angularFrequency }) => [growth, angularFrequency]), [-0.05, omega, -0.05, -omega], powered); // biome-ignore format: short
    expect(points.map(({ flag }) => flag)).toEqual(["ok", "ok"]);
    // what is left is the interpolation of a sine from samples 0.05 apart, not the control itself
    expectClose([points[0].residual], [0], splined);
    const { control } = latentPairs(shown, data);
    expect([control.rows, control.cols]).toEqual([family === "lti" ? 1 : 3, 2]);
    expectClose(control.row(control.rows - 1), [1, 1], powered);
  },
);

test("a discrete model is asked on its own step only, and the refusal says both steps", () => {
  const own = oscillator({ trajectories: 3, samples: 40, dt: 0.1, control: false });
  const model = { family: "lti", time_domain: "discrete", encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 } as const;
  const config = configOf(model, [{ trainer: "Linear", n_epochs: 1 }]);
  const trained = loadModel(train({ config, train: own, valid: own, backend: "reference" }).checkpoint, { backend: "reference" });
  const untimed = { ...trained, record: { ...trained.record, dt: null } };
  expect(() => modelSpectrum(untimed, own)).toThrow(
    expect.objectContaining({ code: "E_DATA", message: expect.stringContaining("belong to no step") }),
  );
  const other = oscillator({ trajectories: 3, samples: 40, dt: 0.2, control: false });
  expect(() => modelSpectrum(trained, other)).toThrow(
    expect.objectContaining({
      code: "E_DATA",
      message: expect.stringMatching(/0\.2.*0\.1/),
      hint: expect.stringContaining("eigenvalues alone"),
    }),
  );
});
