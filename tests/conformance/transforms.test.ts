import { expect, test } from "vitest";
import { tracedLift } from "../../sdk/dynamics/transforms/lift-functions.js";
import type { TransformStage } from "../../sdk/dynamics/transforms/spec.js";
import { concat } from "../../sdk/numerics/engine/index.js";
import { transformTypes } from "../../sdk/workflow/registry/transform-options.js";
import { runTransformSuite } from "./transform.case.js";

const savgol = {
  method: "savgol",
  axis: 0,
  window_length: 7,
  polyorder: 3,
  deriv: 0,
  delta: 1,
  mode: "interp",
  cval: 0,
} as const;
const kernels = {
  method: "kernel_smoothing",
  axis: 0,
  kernel: "gaussian",
  anchor_count: null,
  anchor_density: 0.25,
  bandwidth: null,
  bandwidth_multiplier: null,
  degree: 3,
  ridge: 0,
  rcond: null,
} as const;
const manifold = { edim: 2, Knn: 9, landmarks: 1000, inverse: "gmls", order: 1, Kphi: 3, rcond: null } as const;
const dm = { type: "dm", ...manifold, alpha: 1, epsilon: null, mode: "full" } as const;
const std = { type: "scaler", mode: "std" } as const;

const subjects: Record<string, TransformStage[]> = {
  identity: [{ type: "identity" }],
  "nothing at all": [],
  add_one: [{ type: "add_one" }],
  "scaler 01": [{ type: "scaler", mode: "01" }],
  "scaler -11": [{ type: "scaler", mode: "-11" }],
  "scaler std": [std],
  "scaler none": [{ type: "scaler", mode: "none" }],
  delay: [{ type: "delay", delay: 2 }],
  "svd, all": [{ type: "svd", order: "full", ifcen: true }],
  "svd, by energy": [{ type: "svd", order: { energy: 1 }, ifcen: false }],
  "svd, randomised": [{ type: "svd", solver: "randomised", order: 3, oversample: 10, iterations: 2, seed: 0, ifcen: true }],
  "svd, compressed": [{ type: "svd", solver: "compressed", order: "full", measurements: 3, seed: 1, ifcen: false }],
  "lift poly": [{ type: "lift", fobs: "poly", Ks: [3, 2, 4] }],
  "lift mixed": [{ type: "lift", fobs: "mixed", opts: [[2, "m", 3], [[0, 1], "f", 2]] }], // biome-ignore format: blocks
  "lift polar, columns swapped": [{ type: "lift", fobs: "mixed", opts: [[[2, 0], "p", [3, 1]], [1, "m", 2]] }], // biome-ignore format: blocks
  "lift by formulas": [{ type: "lift", fobs: ["x1", "x2", "x3", "x1*x2", "sin(x3)^2", "exp(-x1)"], finv: null }],
  "lift by formulas and back": [
    { type: "lift", fobs: ["x1 + x2", "x2", "tanh(x3)"], finv: ["z1 - z2", "z2", "0.5*log((1 + z3)/(1 - z3))"] },
  ],
  "lift by a function": [
    tracedLift(
      3,
      (x) => concat([x.exp(), x.square()], 0),
      (z) => z.slice(0, 0, 3).log(),
    ),
  ],
  "kernel, radial": [{ type: "kernel", kernel: { type: "sc_rbf", lengthscale_init: 2 }, count: 20, landmarks: 100, seed: 3 }],
  "kernel, exponential": [{ type: "kernel", kernel: { type: "sc_exp", lengthscale_init: 4 }, count: 90, landmarks: 90, seed: 0 }],
  "kernel, diffusion": [{ type: "kernel", kernel: { type: "sc_dm" }, count: 60, landmarks: 500, seed: 0 }],
  "kernel, product": [
    {
      type: "kernel",
      kernel: { type: "sc_prod", kopts: [{ type: "sc_rbf" }, { type: "sc_rbf", lengthscale_init: 9 }] },
      count: 50,
      landmarks: 90,
      seed: 1,
    },
  ],
  "denoise, savgol": [{ type: "denoise", ...savgol }],
  "denoise, kernels": [{ type: "denoise", ...kernels }],
  dm: [dm],
  "dm between neighbours": [{ ...dm, mode: "knn" }],
  vbdm: [{ type: "vbdm", ...manifold, Kb: null }],
  isomap: [{ type: "isomap", ...manifold }],
  "isomap, estimated dimension": [{ type: "isomap", ...manifold, order: null, Kphi: 2 }],
  "composed, linear": [std, { type: "delay", delay: 3 }, { type: "svd", order: "full", ifcen: false }, { type: "add_one" }],
  "composed, lifted": [std, { type: "lift", fobs: "poly", Ks: [2, 3, 2] }, { type: "delay", delay: 1 }],
  "composed, manifold": [std, { type: "svd", order: 3, ifcen: true }, dm],
};

for (const [name, stages] of Object.entries(subjects)) runTransformSuite({ name, stages });

test("every transform of the registry is among them", () => {
  const tried = new Set(Object.values(subjects).flatMap((stages) => stages.map(({ type }) => type)));
  expect(transformTypes.filter((type) => !tried.has(type))).toEqual([]);
});
