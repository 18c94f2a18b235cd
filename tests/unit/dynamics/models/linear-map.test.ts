import { describe, expect, test } from "vitest";
import { loadModel, trainedModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import { linearMap, rankOf, withLinearMap } from "../../../../sdk/dynamics/models/linear-map.js";
import { buildModel, withForm } from "../../../../sdk/dynamics/models/model.js";
import { initialWeights } from "../../../../sdk/dynamics/models/parameters.js";
import { propagator } from "../../../../sdk/dynamics/models/propagator.js";
import { fitFields } from "../../../../sdk/dynamics/transforms/fields.js";
import { readCheckpoint, writeCheckpoint } from "../../../../sdk/formats/checkpoint.js";
import { expm } from "../../../../sdk/numerics/linalg/expm.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { exact, expectClose, f64, rounding } from "../../../tolerance.js";
import { evaluate, slopes } from "../_evaluate.js";
import { baseSpec, oscillator } from "../_systems.js";

const [s, z, r] = [5, 4, 2];
const draw = (rows: number, cols: number, seed: number): Matrix => new Matrix(rows, cols, keyed(seed).normal(rows * cols));
const factors = { U: draw(s, r, 1), V: draw(z, r, 2) };
const x = draw(3, s, 3);
const thin = linearMap(s, z, r, (rows, cols) => new Float64Array(rows * cols));

describe("a linear map of low rank", () => {
  const shapes = { x: [3, s], "dynamics.U": [s, r], "dynamics.V": [z, r] };
  const values = { x: x.data, ...withLinearMap({}, factors) };

  test("is the map of the product U Vᵀ, and so are its slopes", () => {
    const W = factors.U.multiply(factors.V.transpose());
    const formula = (t: Parameters<Parameters<typeof evaluate>[1]>[0]) => ({ y: thin.apply(t, t.x) });
    expectClose(evaluate(shapes, formula, values).y, x.multiply(W).data, f64);
    expectClose(thin.matrix(withLinearMap({}, factors)).data, W.data, exact);
    // d sum(x U Vᵀ) / dU = xᵀ 1 V
    const ones = new Matrix(3, z, new Float64Array(3 * z).fill(1));
    expectClose(slopes(shapes, formula, values, "dynamics.U"), x.transpose().multiply(ones).multiply(factors.V).data, f64);
  });

  test("the form follows from the weights, and changing it leaves one form behind", () => {
    const encoder = { "encoder.0.W": Float64Array.of(1) };
    const low = withLinearMap({ ...encoder, "dynamics.W": new Float64Array(s * z) }, factors);
    expect(Object.keys(low)).toEqual(["encoder.0.W", "dynamics.U", "dynamics.V"]);
    expect(rankOf(low, s)).toBe(r);
    const again = withLinearMap(low, new Matrix(s, z));
    expect([Object.keys(again), rankOf(again, s)]).toEqual([["encoder.0.W", "dynamics.W"], null]);
  });

  test("first values of either form fill their shapes", () => {
    const model = withForm(buildModel(baseSpec, 2, 1), r);
    const weights = initialWeights(model.parameters, keyed(1));
    expect(rankOf(weights, model.dims.s)).toBe(r);
    expect(weights["dynamics.V"].length).toBe(r * model.dims.z);
  });
});

describe("exact propagation", () => {
  const step = (start: Matrix, weights: Record<string, Matrix>, dt: number): ArrayLike<number> => {
    const shapes = Object.fromEntries(Object.entries(weights).map(([k, m]) => [k, [m.rows, m.cols]]));
    const values = Object.fromEntries(Object.entries(weights).map(([k, m]) => [k, m.data]));
    return evaluate({ ...shapes, z: [start.rows, z], dt: [1] }, (t) => ({ y: propagator(t, t.dt)(t.z) }), {
      ...values,
      z: start.data,
      dt: [dt],
    }).y;
  };
  // a nilpotent core: Vᵀ U is singular, where exp - 1 over its argument cannot be divided out
  const cores: Record<string, { U: Matrix; V: Matrix }> = {
    "any factors": { U: draw(z, r, 4), V: draw(z, r, 5) },
    "a singular core": {
      U: Matrix.from([
        [1, 0],
        [0, 0],
        [0, 0],
        [0, 1],
      ]),
      V: Matrix.from([
        [0, 0],
        [1, 0],
        [0, 0],
        [0, 2],
      ]),
    },
  };
  for (const [name, { U, V }] of Object.entries(cores)) {
    test(`by the factors is that by their product: ${name}`, () => {
      const start = draw(3, z, 6);
      expectClose(
        step(start, { "dynamics.U": U, "dynamics.V": V }, 0.7),
        step(start, { "dynamics.W": U.multiply(V.transpose()) }, 0.7),
        f64,
      );
    });
  }
  test("is that by the dense exponential to the last digits: six rows, eleven times, in full and of rank 2", () => {
    const start = draw(6, z, 6);
    const { U, V } = cores["any factors"];
    const product = U.multiply(V.transpose());
    const forms = [
      [draw(z, z, 7), { "dynamics.W": draw(z, z, 7) }],
      [product, { "dynamics.U": U, "dynamics.V": V }],
    ] as const;
    for (const [W, weights] of forms) {
      for (let k = 0; k <= 10; k++) {
        const grown = new Matrix(
          z,
          z,
          W.data.map((value) => (value * k) / 20),
        );
        expectClose(step(start, weights, k / 20), start.multiply(expm(grown)).data, rounding);
      }
    }
  });
});

test("a checkpoint of low rank becomes a model of low rank that forecasts like the full one", () => {
  const spec = { ...baseSpec, predictor_type: "exp" } as const;
  const plain = buildModel(spec, 2, 0);
  const full = initialWeights(plain.parameters, keyed(7));
  const weights = withLinearMap(full, { U: draw(4, 1, 8), V: draw(4, 1, 9) });
  const data = oscillator({ trajectories: 2, samples: 5, dt: 0.1, control: false });
  const record = {
    model: spec,
    widths: { x: 2, u: 0 },
    transforms: { x: fitFields([{ type: "identity" }], [], data).x.states, u: null },
    names: data.names,
    ode: { method: "rk4", args: { rtol: 1e-7, atol: 1e-9, max_steps: 100, step_size: null } },
    dtype: "float64",
  } as const;
  const arrays = Object.fromEntries(
    withForm(plain, 1).parameters.map(({ name, shape }) => [`best/${name}`, { shape, data: weights[name] }]),
  );
  const bytes = writeCheckpoint({ json: { record }, arrays });
  const loaded = loadModel(writeCheckpoint(readCheckpoint(bytes)), { backend: "reference" });
  expect(loaded.model.linear?.rank).toBe(1);
  const product = loaded.model.linear?.matrix(weights) as Matrix;
  const dense = trainedModel(record, withLinearMap(full, product), "reference").forecast(data);
  loaded.forecast(data).forEach(({ x }, i) => {
    expectClose(x.data, dense[i].x.data, f64);
  });
});
