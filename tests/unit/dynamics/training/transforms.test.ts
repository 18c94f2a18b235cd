import { expect, test } from "vitest";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import type { TransformStage } from "../../../../sdk/dynamics/transforms/spec.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { exact, expectClose } from "../../../tolerance.js";
import { configOf, oscillator } from "../_systems.js";

const manifold = { edim: 2, Knn: 12, landmarks: 120, inverse: "gmls", order: 2, Kphi: 2, rcond: null } as const;
const chains: Record<string, TransformStage[]> = {
  lift: [{ type: "lift", fobs: ["x1", "x2", "x1*x2", "x1^2"], finv: null }],
  "isomap on delays": [
    { type: "delay", delay: 2 },
    { type: "isomap", ...manifold },
  ],
  "smoothed, lifted": [
    { type: "denoise", method: "savgol", axis: 0, window_length: 7, polyorder: 3, deriv: 0, delta: 1, mode: "interp", cval: 0 },
    { type: "lift", fobs: "poly", Ks: [2, 2] },
  ],
};

for (const [name, transform_x] of Object.entries(chains)) {
  test(`${name}: trained, saved, and forecast with the same bits`, () => {
    const data = oscillator({ trajectories: 3, samples: 40, dt: 0.1, control: false });
    const config = configOf({ time_domain: "discrete", encoder_layers: 0, decoder_layers: 0, koopman_dimension: null }, [], {
      transform_x,
      phases: [configOf({}, [{ n_epochs: 2, sweep_lengths: [5], trainer: "NODE", ode_method: "rk4" }]).phases[0]],
    });
    const width = { lift: 4, "isomap on delays": 2, "smoothed, lifted": 4 }[name] as number;
    const sized = { ...config, model: { ...config.model, koopman_dimension: width } };
    const { checkpoint, metrics } = train({ config: sized, train: data, valid: data, backend: "reference" });
    expect(metrics.best_valid_rmse).not.toBeNull();
    const [model, again] = [0, 1].map(() => loadModel(checkpoint, { backend: "reference" }));
    model.forecast(data.trajectories).forEach(({ x }, i) => {
      expect([x.rows, x.cols]).toEqual([40, 2]);
      expectClose(again.forecast(data.trajectories)[i].x.data, x.data, exact);
    });
  });
}

test("what the transforms noticed is told as a warning, and parameters are transformed for training and forecasts", () => {
  const plain = oscillator({ trajectories: 3, samples: 20, dt: 0.1, control: true });
  const data = {
    ...plain,
    trajectories: plain.trajectories.map((tr, i) => ({
      ...tr,
      u: new Matrix(20, 1, new Float64Array(20).fill(3)),
      p: Float64Array.of(5 + i),
    })),
  };
  const std: TransformStage = { type: "scaler", mode: "std" };
  const config = configOf(
    {},
    [{ n_epochs: 1, weak_form_params: { N: 5, dN: 2, ordpol: 2, ordint: 2, discrete_weight_normalization: "none" } }],
    {
      transform_u: [std],
      transform_p: [std],
    },
  );
  const warnings: string[] = [];
  const { checkpoint } = train({
    config,
    train: data,
    valid: data,
    backend: "reference",
    onEvent: (event) => {
      if (event.kind === "warning") warnings.push(event.message);
    },
  });
  expect(warnings).toEqual(["transform_u: column 1 of 1 never changes (it is 3 in all 60 samples): it keeps its scale"]);
  const { transforms } = loadModel(checkpoint, { backend: "reference" });
  expect(transforms.prepareStart(data.trajectories[1], "linear").p).toEqual(Float64Array.of(0));
});
