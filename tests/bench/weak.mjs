// The problem of weak-kbf: an encoder on every sample, two latent fits mixed over time by fixed weights, and all gradients.
import { compile, gradient, linear, matmul, trace } from "../../dist/sdk/numerics/engine/index.js";
import { keyed } from "../../dist/sdk/numerics/random.js";

const T = 300;
const K = 4;
const N = 20;

/** Values by name for B trajectories and an encoder of width H; `from` is the first of them, so that halves are halves. */
export function weakProblem(B, H, from = 0) {
  const key = keyed(3);
  const array = (label, shape, scale) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return { shape, data: Array.from(key.fold(label).normal(size, 0, scale)) };
  };
  const x = array("x", [64, T, 2], 1);
  return {
    x: { shape: [B, T, 2], data: x.data.slice(from * T * 2, (from + B) * T * 2) },
    C: array("C", [N, T], 0.05),
    D: array("D", [N, T], 0.05),
    weights: {
      W0: array("W0", [2, H], 0.7),
      b0: array("b0", [H], 0.1),
      W1: array("W1", [H, H], 1 / Math.sqrt(H)),
      b1: array("b1", [H], 0.1),
      W2: array("W2", [H, K], 1 / Math.sqrt(H)),
      b2: array("b2", [K], 0.1),
      A: array("A", [K, K], 0.5),
    },
  };
}

export function weakGraph({ x, C, D, weights }) {
  const shapes = Object.fromEntries(Object.entries({ x, C, D, ...weights }).map(([name, { shape }]) => [name, shape]));
  const formula = trace(shapes, (t) => {
    const z = linear(linear(linear(t.x, t.W0, t.b0, "tanh"), t.W1, t.b1, "tanh"), t.W2, t.b2);
    const residual = matmul(t.D, z).sub(matmul(t.C, linear(z, t.A, null)));
    return {
      loss: residual
        .square()
        .sum()
        .mul(1 / (64 * N * K)),
    };
  });
  return gradient(formula, "loss", Object.keys(weights));
}

/** A compiled problem with its values given. */
export function weakProgram(task, dtype) {
  const program = compile(weakGraph(task), { backend: "wasm", dtype });
  const arrays = { x: task.x, C: task.C, D: task.D, ...task.weights };
  const values = Object.fromEntries(Object.entries(arrays).map(([name, { data }]) => [name, data]));
  program.run(values);
  return program;
}
