import { expect, test } from "vitest";
import { autoencoderPair, compositions, predictorOf, predictorProblem } from "../../../../sdk/dynamics/models/composition.js";
import type { ModelFamily, ModelSpec } from "../../../../sdk/dynamics/models/spec.js";
import { baseSpec } from "../_systems.js";

const families = Object.keys(compositions) as ModelFamily[];

test("time domain and predictor_type decide the predictor; physics with a correction stays latent, manifolds have steps of their own", () => {
  const table = families.map((family) => [
    family,
    ...(["continuous", "discrete"] as const).map((time_domain) =>
      (["ode", "np", "exp"] as const).map((predictor_type) => predictorOf({ family, time_domain, predictor_type })),
    ),
  ]);
  const general = [
    ["continuous", "continuous_np", "continuous_exp"],
    ["discrete", "discrete_exp", "discrete_exp"],
  ];
  const latent = [new Array(3).fill("continuous_np"), new Array(3).fill("discrete_exp")];
  const own = [new Array(3).fill("continuous_fenc"), new Array(3).fill("continuous_fenc")];
  const expected = (family: ModelFamily) => (family === "kmm" ? own : family.startsWith("corr") ? latent : general);
  expect(table).toEqual(families.map((family) => [family, ...expected(family)]));
});

test("refused is what has no matrix to exponentiate, and what would lose the control; nothing else", () => {
  const refused: string[] = [];
  for (const family of families) {
    for (const time_domain of ["continuous", "discrete"] as const) {
      for (const predictor_type of ["ode", "np", "exp"] as const) {
        for (const u of [0, 2]) {
          const spec: ModelSpec = { ...baseSpec, family, time_domain, predictor_type };
          if (predictorProblem(spec, u) !== null) refused.push(`${family} ${time_domain} ${predictor_type} ${u}`);
        }
      }
    }
  }
  expect(refused).toEqual([
    "ldm continuous np 2",
    "ldm continuous exp 0",
    "ldm continuous exp 2",
    "ldm discrete np 2",
    "ldm discrete exp 2",
    "sdm continuous np 2",
    "sdm continuous exp 0",
    "sdm continuous exp 2",
    "sdm discrete np 2",
    "sdm discrete exp 2",
    "kbf continuous exp 2",
    "lti continuous exp 2",
    "dmd continuous exp 2",
    ...["km", "kmsk"].flatMap((family) => [0, 2].map((u) => `${family} continuous exp ${u}`)),
  ]);
});

test("words for autoencoders stand for pairs of networks", () => {
  const pair = (autoencoder_type: ModelSpec["autoencoder_type"], graph_mode: ModelSpec["graph_mode"] = "none") =>
    autoencoderPair({ autoencoder_type, graph_mode });
  expect(pair("cat")).toEqual(["mlp_cat", "mlp_1st"]);
  for (const word of ["smp", "res", "cat"] as const) expect(pair(`mlp_${word}`)).toEqual(pair(word));
  expect(pair(["mlp_1st", "mlp_res"])).toEqual(["mlp_1st", "mlp_res"]);
  expect(pair("cat", "graph")).toEqual(["gnn_cat", "gnn_1st"]);
  expect(pair("mlp_cat", "graph")).toEqual(pair("cat"));
  expect(pair("cat", "node")).toEqual(pair("cat"));
  expect(pair("gnn_res", "node")).toEqual(["gnn_res", "gnn_res"]);
});
