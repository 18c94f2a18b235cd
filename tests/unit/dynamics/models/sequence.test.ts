import { describe, expect, test } from "vitest";
import { buildModel } from "../../../../sdk/dynamics/models/model.js";
import type { Network } from "../../../../sdk/dynamics/models/network.js";
import { initialWeights, parameterShapes, pickParameters } from "../../../../sdk/dynamics/models/parameters.js";
import { interleave, newestOf, windowNetwork } from "../../../../sdk/dynamics/models/sequence.js";
import type { ModelSpec } from "../../../../sdk/dynamics/models/spec.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { evaluate } from "../_evaluate.js";
import { baseSpec } from "../_systems.js";

const style = { ...baseSpec, hidden_dimension: 5, activation: "tanh", bias_init: "ones", end_activation: false } as const;
const [rows, samples, width] = [4, 3, 2];
const x = keyed(1).uniform(rows * samples * width, -1, 1);

function run(net: Network, weights: Record<string, Float64Array>, value = x, shape = [rows, samples * width]): Float64Array {
  const shapes = { ...parameterShapes(net.parameters), x: shape };
  return evaluate(shapes, (t) => ({ y: net.apply(pickParameters(net.parameters, t), t.x) }), { ...weights, x: value }).y;
}

/** h_t = tanh([x_t; h_(t-1)] W + b), written out for one row; the states after each sample. */
function statesByHand(W: Float64Array, b: Float64Array, sequence: readonly Float64Array[]): Float64Array[] {
  let h = new Float64Array(b.length);
  return sequence.map((value) => {
    const joint = [...value, ...h];
    h = b.map((bias, j) => Math.tanh(bias + joint.reduce((sum, v, i) => sum + v * W[i * b.length + j], 0)));
    return h;
  });
}

const windowOf = (row: number): Float64Array[] =>
  Array.from({ length: samples }, (_, i) => x.slice((row * samples + i) * width, (row * samples + i + 1) * width));

describe("networks over windows", () => {
  const sizes = { inputs: samples * width, outputs: samples * 4, samples };

  test("seq_mlp_*: the same network for each sample, whatever stands beside it", () => {
    for (const type of ["seq_mlp_smp", "seq_mlp_cat"] as const) {
      const net = windowNetwork(type, "net", sizes, 2, style);
      const weights = initialWeights(net.parameters, keyed(2));
      const whole = run(net, weights);
      const one = windowNetwork(type, "net", { inputs: width, outputs: 4, samples: 1 }, 2, style);
      expectClose(whole, run(one, weights, x, [rows * samples, width]), f64);
    }
  });

  test("seq_rnn: its outputs are the states after every sample, and those of a recurrence written out", () => {
    const net = windowNetwork("seq_rnn", "net", sizes, 1, style);
    const weights = initialWeights(net.parameters, keyed(3));
    const out = run(net, weights);
    for (let row = 0; row < rows; row++) {
      const expected = statesByHand(weights["net.0.W"], weights["net.0.b"], windowOf(row)).flatMap((h) => [...h]);
      expectClose(out.subarray(row * 12, (row + 1) * 12), Float64Array.from(expected), f64);
    }
    const newest = newestOf("seq_rnn", "net", { ...sizes, outputs: 4 }, 1, style);
    expect([...run(newest, weights)]).toEqual([...out].filter((_, i) => i % 12 >= 8));
  });

  test("seq_std: one layer reads the newest state; a second layer of states reads the first", () => {
    const net = windowNetwork("seq_std", "net", { ...sizes, outputs: 6 }, 2, style);
    const weights = initialWeights(net.parameters, keyed(4));
    const out = run(net, weights);
    for (let row = 0; row < rows; row++) {
      const first = statesByHand(weights["net.0.W"], weights["net.0.b"], windowOf(row));
      const h = statesByHand(weights["net.1.W"], weights["net.1.b"], first).at(-1) as Float64Array;
      const expected = weights["net.read.0.b"].map((b, j) =>
        h.reduce((sum, v, i) => sum + v * weights["net.read.0.W"][i * 6 + j], b),
      );
      expectClose(out.subarray(row * 6, (row + 1) * 6), expected, f64);
    }
  });

  test("without layers every kind hands the samples on", () => {
    for (const type of ["seq_std", "seq_rnn", "seq_mlp_smp"] as const) {
      const net = windowNetwork(type, "net", { inputs: 6, outputs: 6, samples }, 0, style);
      expect(net.identity).toBe(true);
      expect([...run(net, {})]).toEqual([...x]);
    }
  });

  test("states and control are joined sample by sample", () => {
    const y = evaluate({ x: [1, 4], u: [1, 2] }, ({ x, u }) => ({ y: interleave(x, u, 2) }), {
      x: Float64Array.of(1, 2, 3, 4),
      u: Float64Array.of(10, 20),
    }).y;
    expect([...y]).toEqual([1, 2, 10, 3, 4, 20]);
  });
});

describe("models of windows", () => {
  const spec: ModelSpec = {
    ...baseSpec,
    family: "sdm",
    time_domain: "discrete",
    sequence: 3,
    encoder_layers: 1,
    decoder_layers: 1,
    autoencoder_type: "seq_smp",
    latent_dimension: 12,
    koopman_dimension: null,
  };

  test("the dynamics move the window on by a sample and fill in the newest", () => {
    for (const processor_type of ["mlp_smp", "mlp_res", "seq_std", "seq_rnn"] as const) {
      const model = buildModel({ ...spec, processor_type }, 6, 3);
      const weights = initialWeights(model.parameters, keyed(5));
      const z = keyed(6).uniform(24, -1, 1);
      const around = { u: null, p: null, g: null };
      const next = evaluate(
        { ...parameterShapes(model.parameters), z: [2, 12] },
        (t) => ({ y: model.dynamics(pickParameters(model.parameters, t), t.z, around) }),
        { ...weights, z },
      ).y;
      for (const row of [0, 12]) expect([...next.subarray(row, row + 8)]).toEqual([...z.subarray(row + 4, row + 12)]);
      expect(next.subarray(8, 12).some((v, i) => v !== z[8 + i])).toBe(true);
    }
  });

  test("sizes that windows cannot have are named, with the ones they can", () => {
    expect(() => buildModel({ ...spec, latent_dimension: 10 }, 6, 0)).toThrow(/multiple of 3.*got 10/);
    expect(() => buildModel(spec, 5, 0)).toThrow(/5 columns of states/);
    expect(() => buildModel({ ...spec, autoencoder_type: "smp" }, 6, 0)).toThrow(/sample by sample/);
    expect(() => buildModel({ ...spec, encoder_layers: 0 }, 6, 3)).toThrow(/must be 9 for the identity/);
    expect(() => buildModel({ ...spec, autoencoder_type: "seq_cat", latent_dimension: 9 }, 6, 3)).toThrow(/above 9/);
    expect(() => buildModel({ ...spec, predictor_type: "np" }, 6, 3)).toThrow(/ignore the control/);
  });
});
