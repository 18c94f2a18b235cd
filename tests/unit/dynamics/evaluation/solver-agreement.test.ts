import { expect, test } from "vitest";
import { solverAgreement } from "../../../../sdk/dynamics/evaluation/solver-agreement.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import type { OdeChoice } from "../../../../sdk/dynamics/models/solver.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { configOf, oscillator } from "../_systems.js";

const backend = "reference" as const;
const data = oscillator({ trajectories: 2, samples: 300, dt: 0.2, control: false });
function model(time_domain: "continuous" | "discrete") {
  const spec = { family: "lti", time_domain, encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 } as const;
  const config = configOf(spec, [
    {
      trainer: "Linear",
      n_epochs: 1,
      method: "full",
      kwargs: { order: 4, ridge: 0, coupling: "full", remove_one: true, deficient: "shortest" },
    },
  ]);
  return loadModel(train({ config, train: data, valid: data, backend }).checkpoint, { backend });
}
const ode = (method: OdeChoice["method"], rtol = 1e-3): OdeChoice => ({
  method,
  args: { rtol, atol: rtol, max_steps: 10000, step_size: null },
});

test("solutions that agree do so to the end; those of a coarse tolerance or a crude method part on the way", () => {
  const oscillating = model("continuous");
  const whole = 299 * 0.2;
  for (const fine of [ode("dopri5", 1e-8), ode("rk4")]) {
    const agreement = solverAgreement(oscillating, data, fine);
    expect(agreement?.n_lost).toBe(0);
    expect(agreement?.median).toBeCloseTo(whole, 9);
  }
  for (const crude of [ode("bosh3", 0.2), ode("euler")]) {
    const agreement = solverAgreement(oscillating, data, crude);
    expect(agreement?.n_lost).toBe(2);
    expect(agreement?.median).toBeLessThan(whole / 2);
  }
});

test("a map has no solver to ask", () => {
  expect(solverAgreement(model("discrete"), data)).toBeNull();
});
