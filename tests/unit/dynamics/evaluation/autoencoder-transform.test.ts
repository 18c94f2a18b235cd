import { expect, test } from "vitest";
import { autoencoderTransform } from "../../../../sdk/dynamics/evaluation/autoencoder-transform.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { backwardModes, forwardModes } from "../../../../sdk/dynamics/transforms/modes.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64, finiteDifference } from "../../../tolerance.js";
import { configOf, oscillator } from "../_systems.js";

const data = oscillator({ trajectories: 2, samples: 30, dt: 0.1, control: false });
const spec = { activation: "tanh", encoder_layers: 2, decoder_layers: 2, hidden_dimension: 5 } as const;

function model(control: boolean) {
  const set = oscillator({ trajectories: 2, samples: 30, dt: 0.1, control });
  const family = control ? { family: "ldm" as const, latent_dimension: 3 } : {};
  const transform_x = [{ type: "scaler", mode: "std" } as const, { type: "delay", delay: 1 } as const];
  const config = configOf({ ...spec, ...family }, [{ n_epochs: 2 }], { transform_x });
  return loadModel(train({ config, train: set, valid: set, backend: "reference" }).checkpoint, { backend: "reference" });
}

test("the last stage leads to the latent states of the model, and its modes are derivatives", () => {
  const trained = model(false);
  const chain = trained.transforms.x.append(autoencoderTransform(trained));
  const { x } = data.trajectories[0];
  const z = chain.apply(x);
  expectClose(z.data, trained.encode(data.trajectories[0]).z.data, f64);
  expect([chain.delay, chain.outputDim, chain.invertible]).toEqual([1, 4, "approximate"]);

  // stage by stage: the transforms of the data, then the encoder; and back
  const between = chain.part(0, 2).apply(x);
  expect(between.data).toEqual(trained.transforms.x.apply(x).data);
  expect(chain.part(2, 3).apply(between).data).toEqual(z.data);
  expect(chain.part(0, 2).invert(chain.part(2, 3).invert(z)).data).toEqual(chain.invert(z).data);
  expectClose(chain.part(0, 2).invert(between).data, x.data, f64);

  const window = x.slice(3, 5);
  const h = 1e-6;
  const forward = forwardModes(chain, window);
  for (const j of [0, 1]) {
    const [up, down] = [h, -h].map((step) => {
      const moved = window.clone();
      moved.set(1, j, moved.get(1, j) + step);
      return chain.apply(moved).row(0);
    });
    expectClose(forward.column(j), up.map((v, k) => (v - down[k]) / (2 * h)), finiteDifference); // biome-ignore format: short
  }
  const backward = backwardModes(chain, z.row(3), { block: "oldest" });
  for (let k = 0; k < 4; k++) {
    const [up, down] = [h, -h].map((step) => {
      const moved = new Matrix(1, 4, z.row(3).slice());
      moved.data[k] += step;
      return chain.invert(moved).row(0);
    });
    expectClose(backward.row(k), up.map((v, j) => (v - down[j]) / (2 * h)), finiteDifference); // biome-ignore format: short
  }
});

test("it has no state of its own, and an encoder that sees the control is refused", () => {
  const trained = model(false);
  const chain = trained.transforms.x.append(autoencoderTransform(trained));
  expect(() => chain.states).toThrow("the autoencoder of a model has no transform state to save");
  expect(chain.part(0, 2).states).toEqual(trained.transforms.x.states);
  expect(() => autoencoderTransform(model(true))).toThrow("the encoder sees 1 control columns beside the 4 states");
});
