import { expect, test } from "vitest";
import {
  bind,
  compile,
  compileReference,
  concat,
  type Graph,
  inlineGraph,
  inputsOf,
  linear,
  scan,
  sizeOf,
  type Tensors,
  trace,
  vectorJacobian,
  vectorJacobianHalves,
} from "../../../../sdk/numerics/engine/index.js";
import { expectClose, f64 } from "../../../tolerance.js";

const shapes = { z: [3, 2], h: [1], W: [2, 4], b: [4], V: [4, 2] };
/** Two layers, a weight that is changed before use, a short loop, and an output that is no more than an input. */
const formula = ({ z, h, W, b, V }: Tensors): Tensors => {
  const { carry } = scan({ carry: { z }, length: 2 }, (c) => ({
    carry: { z: c.z.add(linear(linear(c.z.mul(c.z), W.sin(), b, "tanh"), V, null).mul(h)) },
  }));
  return { y: carry.z, all: concat([z, carry.z.mul(h)], 0) };
};
const graph = trace(shapes, formula);
const wrt = ["z", "W", "b", "V"];

const valuesFor = (of: Graph): Record<string, Float64Array> =>
  Object.fromEntries(
    inputsOf(of).map(({ name, shape }, k) => [
      name,
      Float64Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 0.618 + k * 0.377) % 1) - 0.45),
    ]),
  );
const whole = vectorJacobian(graph, ["y", "all"], wrt);
const values = valuesFor(whole);

test("the way there and the way back, run apart, give the vector-Jacobian product", () => {
  const { forward, backward } = vectorJacobianHalves(graph, ["y", "all"], wrt, ["h", "W", "b", "V"]);
  const expected = compileReference(whole).run(values);
  const engine = { backend: "wasm", dtype: "float64" } as const;
  const pick = (of: Graph): Record<string, Float64Array> =>
    Object.fromEntries(inputsOf(of).flatMap(({ name }) => (name in values ? [[name, values[name]]] : [])));
  const there = compile(forward, engine).run(pick(forward));
  const back = compile(backward, engine).run({ ...pick(backward), residuals: there.residuals });
  for (const name of ["y", "all"]) expectClose(there[name], expected[name], f64);
  for (const name of wrt) expectClose(back[`grad:${name}`], expected[`grad:${name}`], f64);
  expect(Object.keys(back)).toEqual(wrt.map((name) => `grad:${name}`));
});

test("what is made of values at hand alone is made again, not kept", () => {
  const sizes = [
    ["h", "W", "b", "V"],
    ["h", "b", "V"],
  ].map((atHand) => {
    const { backward } = vectorJacobianHalves(graph, ["y"], wrt, atHand);
    return sizeOf(inputsOf(backward).find(({ name }) => name === "residuals")?.shape ?? []);
  });
  // without W at hand W and sin W are kept as well
  expect(sizes[1] - sizes[0]).toBe(2 * 8);
});

test("a linear map needs no residuals", () => {
  const { backward } = vectorJacobianHalves(
    trace({ x: [3] }, ({ x }) => ({ y: x.mul(2).sum() })),
    ["y"],
    ["x"],
    [],
  );
  const program = compile(backward, { backend: "wasm", dtype: "float64" });
  expect([...program.run({ residuals: [], "cot:y": [5] })["grad:x"]]).toEqual([10, 10, 10]);
});

test("names that are not there are refused", () => {
  const refusal = expect.objectContaining({ code: "E_BACKEND" });
  expect(() => vectorJacobianHalves(graph, ["y"], ["q"], [])).toThrow(refusal);
  expect(() => vectorJacobianHalves(graph, ["q"], ["z"], [])).toThrow(refusal);
});

test("a graph with a loop, written into a loop of a formula, is the formula", () => {
  const twice = trace(shapes, (t) => {
    const { carry } = scan({ carry: { z: t.z }, length: 2 }, (c) => ({
      carry: { z: inlineGraph(graph, { ...t, z: c.z }, []).y },
    }));
    return { y: carry.z };
  });
  const once = trace(shapes, (t) => ({ y: formula({ ...t, z: formula(t).y }).y }));
  expectClose(compileReference(twice).run(valuesFor(twice)).y, compileReference(once).run(valuesFor(once)).y, f64);
});

test.each(["wasm", "reference"] as const)("a bound program of %s computes what the program does", (backend) => {
  const program = compile(graph, { backend, dtype: "float64" });
  const given = valuesFor(graph);
  const expected = { ...compileReference(graph).run(given) };
  const bound = bind(program);
  for (const [name, value] of Object.entries(given)) bound.input(name).set(value);
  bound.run();
  expectClose(bound.outputs.y, expected.y, f64);
  // the same arrays again, with one input changed
  const { y } = bound.outputs;
  bound.input("h").fill(0);
  bound.run();
  expect([...y]).toEqual([...given.z]);
  expect(() => bound.input("q")).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  program.dispose();
});
