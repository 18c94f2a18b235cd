import { storedPhysics } from "../../sdk/dynamics/models/physics.js";
import type { KernelMachineSpec, ModelSpec } from "../../sdk/dynamics/models/spec.js";
import { interpolationKinds } from "../../sdk/numerics/interpolation.js";
import { baseSpec } from "../unit/dynamics/_systems.js";
import { type ModelCase, runModelSuite } from "./model.case.js";

const small = { ...baseSpec, hidden_dimension: 3, processor_layers: 1, activation: "tanh", end_activation: false } as const;
const layers = {
  smp: { encoder_layers: 2, decoder_layers: 1 },
  res: { encoder_layers: 1, decoder_layers: 2 },
  cat: { encoder_layers: 1, decoder_layers: 1 },
} as const;

const spec = (
  family: ModelSpec["family"],
  time_domain: ModelSpec["time_domain"],
  z: number,
  more: Partial<ModelSpec>,
): ModelSpec => {
  const size = family === "ldm" ? { latent_dimension: z } : { koopman_dimension: z };
  return { ...small, family, time_domain, ...size, ...more };
};

for (const family of ["ldm", "kbf", "lti"] as const) {
  for (const time_domain of ["continuous", "discrete"] as const) {
    for (const control of [false, true]) {
      for (const autoencoder_type of ["smp", "res", "cat"] as const) {
        const inputs = family === "ldm" && control ? 3 : 2;
        // x + net(x) needs equal sizes all the way, which control in the encoder rules out
        if (autoencoder_type === "res" && inputs !== 2) continue;
        const z = autoencoder_type === "res" ? 2 : autoencoder_type === "cat" ? inputs + 2 : 3;
        const made = spec(family, time_domain, z, { autoencoder_type, ...layers[autoencoder_type] });
        runModelSuite({ name: `${family} ${time_domain} ${autoencoder_type}${control ? ", control" : ""}`, spec: made, control });
      }
    }
  }
}

// every word for each piece once, so that no word is only read
const pieces: Record<string, [ModelSpec, boolean]> = {
  "ldm whose dynamics are z + net(z)": [spec("ldm", "discrete", 3, { ...layers.smp, processor_type: "mlp_res" }), true],
  "kbf without B0 u": [spec("kbf", "continuous", 3, { ...layers.smp, const_term: false }), true],
  "lti with a pair of networks": [
    spec("lti", "continuous", 2, { ...layers.smp, autoencoder_type: ["mlp_1st", "mlp_smp"] }),
    true,
  ],
  "lti with a decoder that appends": [
    spec("lti", "discrete", 1, { ...layers.smp, autoencoder_type: ["mlp_smp", "mlp_cat"] }),
    false,
  ],
  "kbf that takes the first latent coordinates": [spec("kbf", "discrete", 3, { encoder_layers: 1, decoder_layers: 0 }), true],
  "kbf latent, with control": [spec("kbf", "continuous", 3, { ...layers.smp, predictor_type: "np" }), true],
  "dkbf latent, by the word exp": [spec("kbf", "discrete", 3, { ...layers.smp, predictor_type: "exp" }), true],
  "ldm latent, without control": [spec("ldm", "continuous", 3, { ...layers.smp, predictor_type: "np" }), false],
  "dldm latent, by the word exp": [spec("ldm", "discrete", 3, { ...layers.smp, predictor_type: "exp" }), false],
  "lti with learned slopes, biases of one and a start of identity": [
    spec("lti", "continuous", 3, {
      ...layers.smp,
      activation: "prelu",
      end_activation: true,
      bias_init: "ones",
      linear_dynamics_init_scale: 0.5,
    }),
    true,
  ],
  "kbf from cosines": [
    spec("kbf", "continuous", 4, { ...layers.smp, activation: "silu", weight_init: "deterministic_orthogonal" }),
    false,
  ],
};
for (const [name, [made, control]] of Object.entries(pieces)) runModelSuite({ name, spec: made, control });

for (const input_order of interpolationKinds) {
  const made = spec("lti", "continuous", 2, { encoder_layers: 0, decoder_layers: 0, input_order });
  runModelSuite({ name: `lti with control read as ${input_order}`, spec: made, control: true });
}

/** The oscillator with the damping and, where there is control, half of it unknown. */
const known = (control: boolean, f: number) =>
  storedPhysics(control ? ["x2 + 0.5*u", "-x1 + f1"] : ["x2", "-x1 + f1"], { x: 2, u: control ? 1 : 0, f, p: 0 });
for (const time_domain of ["continuous", "discrete"] as const) {
  for (const control of [false, true]) {
    const around = control ? ", control" : "";
    const algebraic = { ...small, family: "corr_alg", residual_layers: 2, predictor_type: "np" } as const;
    runModelSuite({
      name: `corr_alg ${time_domain}${around}`,
      spec: { ...algebraic, time_domain, residual_dimension: 1, physics: known(control, 1) },
      control,
    });
    runModelSuite({
      name: `corr_dif ${time_domain}${around}`,
      spec: { ...algebraic, family: "corr_dif", time_domain, latent_dimension: 2, latent_layers: 1, physics: known(control, 1) },
      control,
    });
  }
}
runModelSuite({
  name: "corr_dif with hidden states that start at 0 and nothing known",
  spec: { ...small, family: "corr_dif", time_domain: "continuous", encoder_layers: 0, decoder_layers: 0, residual_dimension: 2 },
  control: false,
});

const identity = { ...small, encoder_layers: 0, decoder_layers: 0 } as const;
runModelSuite({
  name: "lti that stays latent",
  spec: { ...identity, family: "lti", koopman_dimension: 2, predictor_type: "np" },
  control: true,
});
for (const control of [false, true]) {
  const decomposition = { ...small, family: "dmd", time_domain: "discrete", predictor_type: "np" } as const;
  runModelSuite({ name: `dmd${control ? ", control" : ""}`, spec: decomposition, control });
}
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

const onGraph = { ...layers.smp, graph_mode: "graph" } as const;
const graphs: Record<string, Omit<ModelCase, "name">> = {
  "gkbf, sage": { spec: spec("kbf", "continuous", 3, onGraph), control: true, graph: "fixed" },
  "dgkbf, gcn, changing": { spec: spec("kbf", "discrete", 3, { ...onGraph, gcl: "gcn" }), control: true, graph: "changing" },
  "glti, gcnv, appended, exact": {
    spec: spec("lti", "continuous", 4, {
      ...layers.cat,
      graph_mode: "graph",
      gcl: "gcnv",
      autoencoder_type: "cat",
      predictor_type: "exp",
    }),
    control: false,
    graph: "fixed",
  },
  "dglti, cheb, added": {
    spec: spec("lti", "discrete", 2, {
      ...layers.res,
      graph_mode: "graph",
      gcl: "cheb",
      gcl_opts: { K: 3, heads: 1 },
      autoencoder_type: "res",
    }),
    control: true,
    graph: "changing",
  },
  "gldm, gat, changing": { spec: spec("ldm", "continuous", 3, { ...onGraph, gcl: "gat" }), control: true, graph: "changing" },
  "ldmg, gat of two heads": {
    spec: spec("ldm", "continuous", 3, {
      ...layers.smp,
      graph_mode: "node",
      processor_type: "gnn_smp",
      gcl: "gat",
      gcl_opts: { K: 1, heads: 2 },
    }),
    control: true,
    graph: "fixed",
  },
  "dldmg, sage, added, changing": {
    spec: spec("ldm", "discrete", 3, { ...layers.smp, graph_mode: "node", processor_type: "gnn_res" }),
    control: true,
    graph: "changing",
  },
};
for (const [name, one] of Object.entries(graphs)) runModelSuite({ name, ...one });

/** A ridge that leaves something to the gradients, and coefficients that float32 can hold. */
const machine: KernelMachineSpec = {
  kernel_dimension: null,
  type: "share",
  kernel: [{ type: "sc_rbf", lengthscale_init: 1 }],
  ridge_init: 0.1,
  jitter: 0,
  landmarks: null,
  solver: "auto",
  manifold: null,
};
const kernels = (
  family: "km" | "kmsk",
  time_domain: ModelSpec["time_domain"],
  kernel: Partial<KernelMachineSpec>,
  more: Partial<ModelSpec> = {},
): ModelSpec => ({
  ...identity,
  family,
  time_domain,
  koopman_dimension: null,
  predictor_type: "np",
  kernel: { ...machine, ...kernel },
  ...more,
});
const learned = { encoder_layers: 1, decoder_layers: 1 } as const;
const kernelCases: Record<string, Omit<ModelCase, "name">> = {
  "km, one kernel, learned coordinates": { spec: kernels("km", "continuous", { kernel_dimension: 3 }, learned), control: false },
  "dkm, one kernel each": {
    spec: kernels("km", "discrete", { type: "indep", kernel: [{ type: "sc_exp", lengthscale_init: 2 }, machine.kernel[0]] }),
    control: true,
  },
  "dkm, a matrix-valued kernel": {
    spec: kernels("km", "discrete", {
      type: "opval",
      kernel: [
        {
          type: "op_sep",
          kopts: [{ type: "sc_rbf", lengthscale_init: 1 }],
          Ls: [
            [
              [1, 0],
              [0.5, 1],
            ],
          ],
        },
      ],
    }),
    control: false,
  },
  "dkmsk, diffusion": { spec: kernels("kmsk", "discrete", { kernel: [{ type: "sc_dm", eps_init: 0.5 }] }), control: false },
  "dkm, random features": { spec: kernels("km", "discrete", { random_features: 12 }), control: true },
  "dkm, landmarks": { spec: kernels("km", "discrete", { landmarks: 6 }), control: true },
  "gkm, sage": {
    spec: kernels("km", "continuous", { kernel_dimension: 3 }, { ...learned, graph_mode: "graph" }),
    control: true,
    graph: "fixed",
  },
  "dgkmsk, gcnv, changing": {
    spec: kernels("kmsk", "discrete", { kernel_dimension: 3 }, { ...learned, graph_mode: "graph", gcl: "gcnv" }),
    control: true,
    graph: "changing",
  },
};
for (const [name, one] of Object.entries(kernelCases)) runModelSuite({ name, ...one });
