import fc from "fast-check";
import { test } from "vitest";
import { inputsOf, sizeOf } from "../../../../../sdk/numerics/engine/graph.js";
import { compileReference } from "../../../../../sdk/numerics/engine/reference/compile.js";
import { binary, linear, matmul, type Tensor } from "../../../../../sdk/numerics/engine/tensor.js";
import { type Tensors, trace } from "../../../../../sdk/numerics/engine/trace.js";
import { compileWasm } from "../../../../../sdk/numerics/engine/wasm/compile.js";
import { exact, expectClose, f32, f64 } from "../../../../tolerance.js";

/** Every way a product is finished: alone, on a bias, on an array, by a function, by a function of another array. */
const finishes: Record<string, (t: Tensors) => Tensor> = {
  alone: ({ x, W }) => matmul(x, W),
  bias: ({ x, W, b }) => linear(x, W, b),
  "bias, tanh": ({ x, W, b }) => linear(x, W, b, "tanh"),
  array: ({ x, W, o }) => o.add(matmul(x, W)),
  tanhGrad: ({ x, W, o }) => binary("tanhGrad", matmul(x, W), o),
  "array, tanhGrad": ({ x, W, o }) => binary("tanhGrad", o.exp().add(matmul(x, W)), o),
  sigmoidGrad: ({ x, W, o }) => binary("sigmoidGrad", matmul(x, W), o),
  transposed: ({ x, W, o }) => matmul(matmul(W, x, true, true), o, true, true),
};

const ramp = (shape: readonly number[], k: number): Float64Array =>
  Float64Array.from({ length: sizeOf(shape) }, (_, j) => ((j * 0.6180339887498949 + k * 0.377) % 1) - 0.45);

test("tiles, strips and what is left over of them: products of all small shapes are the reference's", () => {
  const dims = [fc.integer({ min: 1, max: 21 }), fc.integer({ min: 1, max: 19 }), fc.integer({ min: 1, max: 9 })] as const;
  fc.assert(
    fc.property(...dims, fc.constantFrom(...Object.keys(finishes)), (m, n, k, finish) => {
      const graph = trace({ x: [m, k], W: [k, n], b: [n], o: [m, n] }, (t) => ({ y: finishes[finish](t) }));
      const values = Object.fromEntries(inputsOf(graph).map(({ name, shape }, i) => [name, ramp(shape, i)]));
      const { y } = compileReference(graph).run(values);
      expectClose(compileWasm(graph, { dtype: "float64" }).run(values).y, y, f64, finish);
      expectClose(compileWasm(graph, { dtype: "float32" }).run(values).y, y, f32, finish);
    }),
    { numRuns: 400 },
  );
});

test("two columns: A as it is or transposed, by every finish, are the reference's", () => {
  const dims = [fc.integer({ min: 1, max: 41 }), fc.integer({ min: 1, max: 11 })] as const;
  fc.assert(
    fc.property(...dims, fc.constantFrom(...Object.keys(finishes)), fc.boolean(), (m, k, finish, flipped) => {
      const graph = trace({ x: flipped ? [k, m] : [m, k], W: [k, 2], b: [2], o: [m, 2] }, ({ x, ...rest }) => ({
        y: finishes[finish]({ ...rest, x: flipped ? x.transpose([1, 0]) : x }),
      }));
      const values = Object.fromEntries(inputsOf(graph).map(({ name, shape }, i) => [name, ramp(shape, i)]));
      const { y } = compileReference(graph).run(values);
      expectClose(compileWasm(graph, { dtype: "float64" }).run(values).y, y, f64, finish);
      expectClose(compileWasm(graph, { dtype: "float32" }).run(values).y, y, f32, finish);
    }),
    { numRuns: 300 },
  );
});

test("the bits of a row do not depend on how many rows there are", () => {
  const dims = [fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 35 })] as const;
  fc.assert(
    fc.property(...dims, fc.constantFrom("float64" as const, "float32" as const), (m, n, k, dtype) => {
      const W = ramp([k, n], 1);
      const x = ramp([m, k], 2);
      const rows = (from: number, to: number): ArrayLike<number> => {
        const graph = trace({ x: [to - from, k], W: [k, n] }, (t) => ({ y: matmul(t.x, t.W) }));
        return compileWasm(graph, { dtype }).run({ x: x.slice(from * k, to * k), W }).y;
      };
      const half = m >> 1;
      const parts = half === 0 ? Array.from(rows(0, m)) : [...Array.from(rows(0, half)), ...Array.from(rows(half, m))];
      expectClose(rows(0, m), parts, exact, `${m} x ${n} x ${k}`);
    }),
    { numRuns: 200 },
  );
});

test("what is copied aside: wide and long products, A as it is or transposed", () => {
  for (const [m, n, k] of [
    [150, 70, 40],
    [261, 130, 300],
    [37, 129, 17],
  ]) {
    const shapes = { x: [m, k], xt: [k, m], W: [k, n], o: [m, n] };
    const graph = trace(shapes, ({ x, xt, W, o }) => ({
      plain: matmul(x, W),
      gradient: binary("tanhGrad", o.add(matmul(xt, W, true)), o),
    }));
    const values = Object.fromEntries(inputsOf(graph).map(({ name, shape }, i) => [name, ramp(shape, i)]));
    const expected = compileReference(graph).run(values);
    for (const dtype of ["float64", "float32"] as const) {
      const actual = compileWasm(graph, { dtype }).run(values);
      for (const name of ["plain", "gradient"]) expectClose(actual[name], expected[name], dtype === "float64" ? f64 : f32, name);
    }
  }
});
