// One epoch of training by dopri5 rollouts of 200 samples (loss, gradients, Adam) on the data of the lti parity cases in batches of
// 64, both criteria weighed alike: the reference case itself, and an MLP with tanh of the same data.
import { ownFiles, readCases } from "../../parity/cases.mjs";
import { measure, tasksOf } from "../epoch.mjs";

const length = 200;
const variants = [
  { name: "node-dopri5-lti", id: "lti/kbf_node", model: {} },
  {
    name: "node-dopri5-mlp",
    id: "lti/ldm_node",
    model: { encoder_layers: 1, processor_layers: 3, decoder_layers: 1, latent_dimension: 2, activation: "tanh" },
  },
];

export async function* run({ dtypes, runs }) {
  const data = new Map();
  for (const { name, id, model } of variants) {
    const item = readCases(ownFiles()).find((one) => one.id === id);
    for (const dtype of dtypes) {
      const [task] = tasksOf({ ...item, config: changed(item.config, model, dtype) }, data);
      yield await measure({ ...task, name, length }, runs);
    }
  }
}

function changed({ overrides, ...config }, model, dtype) {
  return {
    ...config,
    overrides: {
      ...overrides,
      model: { ...overrides.model, ...model },
      criterion: { dynamics: { weight: 1 }, recon: { weight: 1 } },
      data: { double_precision: dtype === "float64" },
    },
  };
}
