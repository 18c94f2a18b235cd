import { describe, expect, test } from "vitest";
import { contextOf } from "../../../../sdk/dynamics/models/context.js";
import { buildModel } from "../../../../sdk/dynamics/models/model.js";
import type { ModelSpec } from "../../../../sdk/dynamics/models/spec.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { evaluate } from "../_evaluate.js";
import { baseSpec } from "../_systems.js";

const kbf = { ...baseSpec, koopman_dimension: 3 } as const;

function featuresOf(spec: ModelSpec, z: readonly number[], u: readonly number[]): number[] {
  const model = buildModel(spec, 2, u.length);
  const shapes = { z: [1, z.length], ...(u.length === 0 ? {} : { u: [1, u.length] }) };
  return [...evaluate(shapes, (t) => ({ s: model.features(t.z, contextOf(t)) }), u.length === 0 ? { z } : { z, u }).s];
}

describe("features", () => {
  const [z, u] = [
    [2, 3, 5],
    [7, 11],
  ];
  test("kbf: z, then z_i u_j with j running fastest, then u", () => {
    expect(featuresOf(kbf, z, u)).toEqual([2, 3, 5, 14, 22, 21, 33, 35, 55, 7, 11]);
    expect(featuresOf({ ...kbf, const_term: false }, z, u)).toEqual([2, 3, 5, 14, 22, 21, 33, 35, 55]);
  });
  test("lti: z, then u; without control both are z alone", () => {
    expect(featuresOf({ ...kbf, family: "lti" }, z, u)).toEqual([2, 3, 5, 7, 11]);
    expect(featuresOf(kbf, z, [])).toEqual(z);
  });
  test("the sizes of the pieces follow from the choices", () => {
    const dims = (spec: Partial<ModelSpec>, u: number) => buildModel({ ...kbf, ...spec }, 2, u).dims;
    expect(dims({}, 2)).toEqual({ x: 2, u: 2, p: 0, e: 2, z: 3, s: 11 });
    expect(dims({ const_term: false }, 2)).toEqual({ x: 2, u: 2, p: 0, e: 2, z: 3, s: 9 });
    expect(dims({ family: "lti" }, 2)).toEqual({ x: 2, u: 2, p: 0, e: 2, z: 3, s: 5 });
    expect(dims({ family: "ldm", latent_dimension: null, hidden_dimension: 6 }, 2)).toEqual({
      x: 2,
      u: 2,
      p: 0,
      e: 4,
      z: 6,
      s: 6,
    });
    expect(dims({ family: "ldm", encoder_layers: 0 }, 2)).toEqual({ x: 2, u: 2, p: 0, e: 4, z: 4, s: 4 });
  });
});

test("kbf is A z + sum_j u_j B_j z + B0 u for the blocks of its weight", () => {
  const model = buildModel(kbf, 2, 2);
  const W = Float64Array.from({ length: 33 }, (_, i) => Math.sin(i));
  const [z, u] = [
    [0.3, -0.2, 0.9],
    [0.5, -1.5],
  ];
  const block = (row: number): number[] => [...W.subarray(3 * row, 3 * row + 3)];
  const expected = [0, 1, 2].map((k) => {
    let sum = 0;
    for (let i = 0; i < 3; i++) sum += block(i)[k] * z[i];
    for (let i = 0; i < 3; i++) for (let j = 0; j < 2; j++) sum += block(3 + i * 2 + j)[k] * z[i] * u[j];
    for (let j = 0; j < 2; j++) sum += block(9 + j)[k] * u[j];
    return sum;
  });
  const out = evaluate(
    { W: [11, 3], z: [1, 3], u: [1, 2] },
    (t) => ({ rate: model.dynamics({ "dynamics.W": t.W }, t.z, contextOf(t)) }),
    {
      W,
      z,
      u,
    },
  );
  expectClose(out.rate, expected, f64);
});

test("linear_dynamics_init_scale starts from a multiple of the identity", () => {
  const model = buildModel({ ...kbf, linear_dynamics_init_scale: 0.5 }, 2, 1);
  const W = model.parameters.find((p) => p.name === "dynamics.W");
  const values = W?.initial(null as never) ?? new Float64Array();
  values.forEach((v, i) => {
    expect(v).toBe(i % 4 === 0 && i < 9 ? 0.5 : 0);
  });
});

describe("refusals name the key to change", () => {
  const refused: Record<string, [Partial<ModelSpec>, number, string, string]> = {
    "kbf without koopman_dimension": [{ koopman_dimension: null }, 0, "E_SPEC", "koopman_dimension"],
    "cat with no room for learned coordinates": [
      { autoencoder_type: "cat", koopman_dimension: 2 },
      0,
      "E_SHAPE",
      "koopman_dimension",
    ],
    "res between different sizes": [{ autoencoder_type: "res" }, 0, "E_SHAPE", "koopman_dimension"],
    "res with control in the encoder": [
      { family: "ldm", latent_dimension: 3, autoencoder_type: "res" },
      1,
      "E_SHAPE",
      "autoencoder_type",
    ],
    "identity encoder into another size": [{ encoder_layers: 0 }, 0, "E_SHAPE", "koopman_dimension"],
    "identity decoder from too small a latent": [{ koopman_dimension: 1, decoder_layers: 0 }, 0, "E_SHAPE", "koopman_dimension"],
    "an encoder that takes more entries than there are": [
      { autoencoder_type: ["mlp_1st", "mlp_smp"], koopman_dimension: 3 },
      0,
      "E_SHAPE",
      "koopman_dimension",
    ],
    "a decoder that appends to too much": [
      { autoencoder_type: ["mlp_smp", "mlp_cat"], koopman_dimension: 2 },
      0,
      "E_SHAPE",
      "koopman_dimension",
    ],
    "exp without a matrix": [{ family: "ldm", predictor_type: "exp" }, 0, "E_UNSUPPORTED", "predictor_type"],
    "exp with control": [{ predictor_type: "exp" }, 1, "E_UNSUPPORTED", "predictor_type"],
    "ldm that would ignore its control": [{ family: "ldm", predictor_type: "np" }, 1, "E_UNSUPPORTED", "predictor_type"],
  };
  for (const [name, [spec, u, code, key]] of Object.entries(refused)) {
    test(name, () => {
      expect(() => buildModel({ ...kbf, ...spec }, 2, u)).toThrow(expect.objectContaining({ code, path: ["model", key] }));
    });
  }
});
