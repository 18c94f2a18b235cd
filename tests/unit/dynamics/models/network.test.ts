import { describe, expect, test } from "vitest";
import { appended, leading, type Network, perceptron, residual } from "../../../../sdk/dynamics/models/network.js";
import { initialWeights, parameterShapes, pickParameters } from "../../../../sdk/dynamics/models/parameters.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { evaluate } from "../_evaluate.js";
import { baseSpec } from "../_systems.js";

const style = { ...baseSpec, hidden_dimension: 5, activation: "tanh", bias_init: "ones" } as const;
const x = new Matrix(4, 3, keyed(1).uniform(12, -1, 1));

function run(net: Network, weights: Record<string, Float64Array>): Float64Array {
  const shapes = { ...parameterShapes(net.parameters), x: [4, 3] };
  return evaluate(shapes, (t) => ({ y: net.apply(pickParameters(net.parameters, t), t.x) }), { ...weights, x: x.data }).y;
}

/** The layers written out: y <- act(y W + b). */
function byHand(weights: Record<string, Float64Array>, widths: readonly number[], lastActivated: boolean): Float64Array {
  let y = x;
  for (let k = 0; k + 1 < widths.length; k++) {
    y = y.multiply(new Matrix(widths[k], widths[k + 1], weights[`net.${k}.W`]));
    const active = lastActivated || k + 2 < widths.length;
    y = new Matrix(
      y.rows,
      y.cols,
      y.data.map((v, i) => {
        const sum = v + weights[`net.${k}.b`][i % y.cols];
        return active ? Math.tanh(sum) : sum;
      }),
    );
  }
  return y.data;
}

describe("networks", () => {
  for (const [layers, widths] of Object.entries({ 1: [3, 2], 2: [3, 5, 2], 3: [3, 5, 5, 2] })) {
    for (const end_activation of [true, false]) {
      test(`${layers} layers, activation ${end_activation ? "also" : "not"} after the last`, () => {
        const net = perceptron("net", 3, 2, Number(layers), { ...style, end_activation });
        const weights = initialWeights(net.parameters, keyed(3));
        expect(net.parameters.map((p) => [p.name, p.shape])).toEqual(
          widths.slice(1).flatMap((to, k) => [
            [`net.${k}.W`, [widths[k], to]],
            [`net.${k}.b`, [to]],
          ]),
        );
        expect(weights["net.0.b"].every((v) => v === 1)).toBe(true);
        expectClose(run(net, weights), byHand(weights, widths, end_activation), f64);
      });
    }
  }

  test("0 layers hand on the first entries, all of them as the identity", () => {
    const part = perceptron("net", 3, 2, 0, style);
    expect([part.identity, part.parameters.length]).toEqual([false, 0]);
    expect([...run(part, {})]).toEqual([...x.data].filter((_, i) => i % 3 < 2));
    expect(perceptron("net", 3, 3, 0, style).identity).toBe(true);
    expect(leading(3, 3).apply).toBeTypeOf("function");
  });

  test("prelu learns one slope a layer, and none where there is no activation", () => {
    const names = perceptron("net", 3, 3, 2, { ...style, activation: "prelu", end_activation: false }).parameters.map(
      (p) => p.name,
    );
    expect(names).toEqual(["net.0.W", "net.0.b", "net.0.slope", "net.1.W", "net.1.b"]);
  });

  test("residual adds the input, appended puts it first", () => {
    const net = perceptron("net", 3, 3, 2, style);
    const weights = initialWeights(net.parameters, keyed(4));
    const plain = run(net, weights);
    expectClose(
      run(residual(net), weights),
      plain.map((v, i) => v + x.data[i]),
      f64,
    );
    const joined = run(appended(net), weights);
    for (let i = 0; i < 4; i++) {
      expect([...joined.subarray(6 * i, 6 * i + 6)]).toEqual([...x.row(i), ...plain.subarray(3 * i, 3 * i + 3)]);
    }
    expect([residual(net).identity, appended(net).identity, appended(net).outputs]).toEqual([false, false, 6]);
  });
});
