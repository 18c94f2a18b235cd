import type { ModelSpec } from "../../sdk/dynamics/models/spec.js";
import { baseSpec } from "../unit/dynamics/_systems.js";
import { runModelSuite } from "./model.case.js";

const small = { ...baseSpec, hidden_dimension: 3, processor_layers: 1, activation: "tanh", end_activation: false } as const;
const layers = {
  smp: { encoder_layers: 2, decoder_layers: 1 },
  res: { encoder_layers: 1, decoder_layers: 2 },
  cat: { encoder_layers: 1, decoder_layers: 1 },
} as const;

for (const family of ["ldm", "kbf", "lti"] as const) {
  for (const time_domain of ["continuous", "discrete"] as const) {
    for (const control of [false, true]) {
      for (const autoencoder_type of ["smp", "res", "cat"] as const) {
        const inputs = family === "ldm" && control ? 3 : 2;
        // x + net(x) needs equal sizes all the way, which control in the encoder rules out
        if (autoencoder_type === "res" && inputs !== 2) continue;
        const z = autoencoder_type === "res" ? 2 : autoencoder_type === "cat" ? inputs + 2 : 3;
        const size = family === "ldm" ? { latent_dimension: z } : { koopman_dimension: z };
        const spec: ModelSpec = { ...small, family, time_domain, autoencoder_type, ...layers[autoencoder_type], ...size };
        runModelSuite({ name: `${family} ${time_domain} ${autoencoder_type}${control ? ", control" : ""}`, spec, control });
      }
    }
  }
}

const identity = { ...small, encoder_layers: 0, decoder_layers: 0 } as const;
runModelSuite({
  name: "lti that stays latent",
  spec: { ...identity, family: "lti", koopman_dimension: 2, predictor_type: "np" },
  control: true,
});
runModelSuite({
  name: "kbf propagated exactly",
  spec: { ...small, family: "kbf", koopman_dimension: 3, predictor_type: "exp", activation: "prelu", end_activation: true },
  control: false,
});
runModelSuite({
  name: "ldm on the states and controls themselves",
  spec: { ...identity, family: "ldm", latent_dimension: null, processor_layers: 2, activation: "mish" },
  control: true,
});
