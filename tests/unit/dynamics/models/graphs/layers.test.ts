import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { datasetFromArrays } from "../../../../../sdk/dynamics/data/arrays.js";
import { adjacencyOf } from "../../../../../sdk/dynamics/data/graphs/adjacency.js";
import type { EdgeList, Graph } from "../../../../../sdk/dynamics/data/graphs/graph.js";
import { layoutOf } from "../../../../../sdk/dynamics/data/graphs/layout.js";
import { edgeValues } from "../../../../../sdk/dynamics/models/graphs/edge-values.js";
import { messagesOf, propagate } from "../../../../../sdk/dynamics/models/graphs/messages.js";
import { type Topology, topologyOf } from "../../../../../sdk/dynamics/models/graphs/topology.js";
import { network } from "../../../../../sdk/dynamics/models/network.js";
import { initialWeights, parameterShapes } from "../../../../../sdk/dynamics/models/parameters.js";
import type { GraphLayer } from "../../../../../sdk/dynamics/models/spec.js";
import { gradient, trace } from "../../../../../sdk/numerics/engine/index.js";
import { compileReference } from "../../../../../sdk/numerics/engine/reference/compile.js";
import { Matrix } from "../../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../../sdk/numerics/random.js";
import { expectClose, f64, finiteDifference } from "../../../../tolerance.js";
import { evaluate } from "../../_evaluate.js";
import { baseSpec } from "../../_systems.js";

const layers: readonly GraphLayer[] = ["sage", "gcn", "gcnv", "cheb", "gat"];

/** A directed weighted graph whose node 3 no edge touches. */
const graph: Graph = graphOf(
  [
    [0, 1],
    [1, 0],
    [1, 2],
    [2, 0],
    [0, 2],
    [2, 2],
  ],
  [1, 2, 0.5, 1.5, 0.3, 0.7],
  4,
);

function graphOf(ei: number[][], ew: number[], n_nodes: number): Graph {
  const ea = ei.map(([from, to]) => [from - to, 0.5 * to]);
  return datasetFromArrays({ x: [Array(n_nodes).fill(0)], ei, ew, ea, n_nodes }).trajectories[0].graph as Graph;
}

const topology = (layer: GraphLayer, one: Graph): Topology => {
  const x = new Matrix(1, one.nodes);
  return topologyOf(layer, layoutOf([{ t: Float64Array.of(0), x, u: null, y: null, p: null, graph: one }])!);
};

const style = (gcl: GraphLayer, K = 3) =>
  ({ ...baseSpec, activation: "tanh", hidden_dimension: 3, gcl, gcl_opts: { K, heads: 2 } }) as const;

/** A network of two layers on a graph, its weights and its outputs for some states [N, 2]. */
function run(gcl: GraphLayer, one: Graph, x: Float64Array, type: "gnn_smp" | "gnn_res" | "gnn_cat" = "gnn_smp") {
  const outputs = type === "gnn_cat" ? 4 : 2;
  const net = network(type, "net", 2, outputs, 2, style(gcl), 2);
  const weights = initialWeights(net.parameters, keyed(5));
  const edges = topology(gcl, one);
  const shapes = { ...parameterShapes(net.parameters), x: [one.nodes, 2] };
  const y = evaluate(shapes, (t) => ({ y: net.apply(t, t.x, messagesOf(edges, t.x, null)) }), { ...weights, x }).y;
  return { net, weights, edges, shapes, y };
}

const permuted = (one: Graph, to: readonly number[]): Graph => {
  const [{ source, target, weight, attributes }] = one.edges;
  const list: EdgeList = { source: source.map((i) => to[i]), target: target.map((i) => to[i]), weight, attributes };
  return { nodes: one.nodes, edges: [list] };
};

describe.each(layers)("%s", (gcl) => {
  const x = keyed(1).normal(8);

  test("numbering the nodes otherwise numbers the outputs otherwise, and changes nothing else", () => {
    const { y } = run(gcl, graph, x);
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (to) => {
        const moved = new Float64Array(8);
        to.forEach((place, i) => {
          moved.set(x.subarray(2 * i, 2 * i + 2), 2 * place);
        });
        const other = run(gcl, permuted(graph, to), moved).y;
        to.forEach((place, i) => {
          expectClose(other.subarray(2 * place, 2 * place + 2), y.subarray(2 * i, 2 * i + 2), f64);
        });
      }),
      { numRuns: 10 },
    );
  });

  test("a node that no edge reaches hears only itself", () => {
    const { y } = run(gcl, graph, x);
    const louder = x.map((v, i) => (i < 6 ? v + 1 : v));
    expect(run(gcl, graph, louder).y.subarray(6)).toEqual(y.subarray(6));
    // and a node that is reached hears it
    expect(run(gcl, graph, louder).y.subarray(0, 2)).not.toEqual(y.subarray(0, 2));
  });

  test("derivatives by weights and states are those of finite differences", () => {
    const { net, weights, edges, shapes } = run(gcl, graph, x);
    const loss = trace(shapes, (t) => ({
      loss: net
        .apply(t, t.x, messagesOf(edges, t.x, null))
        .square()
        .sum(),
    }));
    const program = compileReference(loss);
    const values: Record<string, Float64Array> = { ...weights, x };
    const exact = compileReference(gradient(loss, "loss", Object.keys(values))).run(values);
    for (const [name, value] of Object.entries(values)) {
      const h = 1e-6;
      const differences = value.map((_, i) => {
        const at = (step: number): number =>
          program.run({ ...values, [name]: value.map((v, j) => (j === i ? v + step : v)) }).loss[0];
        return (at(h) - at(-h)) / (2 * h);
      });
      expectClose(exact[`grad:${name}`], differences, finiteDifference, name);
    }
  });

  test("edges that are not there at a sample carry nothing: a changing graph is each of its graphs", () => {
    const other = graphOf(
      [
        [1, 0],
        [0, 3],
      ],
      [1, 1],
      4,
    );
    const net = network("gnn_smp", "net", 2, 2, 2, style(gcl), 2);
    const weights = initialWeights(net.parameters, keyed(5));
    const changing = topology(gcl, { nodes: 4, edges: [graph.edges[0], other.edges[0]] });
    expect(changing.fixed).toBe(null);
    const E = changing.source.length;
    for (const one of [graph, other]) {
      const shapes = { ...parameterShapes(net.parameters), x: [4, 2], g: [E, changing.width] };
      const values = { ...weights, x, g: changing.valuesOf(one.edges[0]) };
      const { y } = evaluate(shapes, (t) => ({ y: net.apply(t, t.x, messagesOf(changing, t.x, t.g)) }), values);
      expectClose(y, run(gcl, one, x).y, f64);
    }
  });
});

describe("against dense matrices", () => {
  const A = adjacencyOf(graph.edges[0], 4);
  const dense = (edit: (j: number, i: number) => number): Matrix =>
    new Matrix(
      4,
      4,
      Float64Array.from({ length: 16 }, (_, k) => edit(k % 4, Math.floor(k / 4))),
    );
  const looped = (j: number, i: number): number => A.get(j, i) + (i === j && A.get(i, i) === 0 ? 1 : 0);
  const unlooped = (j: number, i: number): number => (i === j ? 0 : A.get(j, i));
  const sum = (f: (k: number) => number): number => [0, 1, 2, 3].reduce((total, k) => total + f(k), 0);
  const share = (w: (j: number, i: number) => number, j: number, i: number): number =>
    w(j, i) === 0 ? 0 : w(j, i) / Math.sqrt(sum((k) => w(j, k)) * sum((k) => w(k, i)));
  const expected: Record<Exclude<GraphLayer, "gat">, Matrix> = {
    sage: dense((j, i) => (A.get(j, i) === 0 ? 0 : 1 / sum((k) => (A.get(k, i) === 0 ? 0 : 1)))),
    gcnv: dense((j, i) => A.get(j, i)),
    gcn: dense((j, i) => share(looped, j, i)),
    cheb: dense((j, i) => -share(unlooped, j, i)),
  };
  test.each(Object.entries(expected))("what %s sends over edges is one matrix", (gcl, S) => {
    const x = new Matrix(4, 2, keyed(2).normal(8));
    const edges = topology(gcl as GraphLayer, graph);
    const { y } = evaluate({ x: [4, 2] }, (t) => ({ y: propagate(t.x, messagesOf(edges, t.x, null)) }), { x: x.data });
    expectClose(y, S.multiply(x).data, f64);
  });

  test("cheb sums Chebyshev polynomials of the scaled Laplacian", () => {
    const x = new Matrix(4, 2, keyed(2).normal(8));
    const net = network("gnn_smp", "net", 2, 3, 1, { ...style("cheb"), activation: "none" }, 0);
    const weights = initialWeights(net.parameters, keyed(5));
    const edges = topology("cheb", graph);
    const shapes = { ...parameterShapes(net.parameters), x: [4, 2] };
    const { y } = evaluate(shapes, (t) => ({ y: net.apply(t, t.x, messagesOf(edges, t.x, null)) }), { ...weights, x: x.data });
    const L = expected.cheb;
    const first = L.multiply(x);
    const second = L.multiply(first).data.map((v, i) => 2 * v - x.data[i]);
    const terms = [x.data, first.data, second].map(
      (data, k) => new Matrix(4, 2, data).multiply(new Matrix(2, 3, weights["net.0.W"].slice(6 * k, 6 * k + 6))).data,
    );
    expectClose(
      y,
      terms[0].map((v, i) => v + terms[1][i] + terms[2][i]),
      f64,
    );
  });

  test("gat weighs what it hears by a softmax of scores", () => {
    const x = new Matrix(4, 2, keyed(2).normal(8));
    const net = network("gnn_smp", "net", 2, 1, 1, { ...style("gat"), activation: "none", gcl_opts: { K: 1, heads: 1 } }, 2);
    const weights = initialWeights(net.parameters, keyed(5));
    const edges = topology("gat", graph);
    const shapes = { ...parameterShapes(net.parameters), x: [4, 2] };
    const { y } = evaluate(shapes, (t) => ({ y: net.apply(t, t.x, messagesOf(edges, t.x, null)) }), { ...weights, x: x.data });
    const h = x.multiply(new Matrix(2, 1, weights["net.0.W"])).data;
    const { source, target, values } = edgeValues("gat", graph.edges[0], 4, 2);
    const score = (e: number): number => {
      const own = h[target[e]] * weights["net.0.target"][0] + h[source[e]] * weights["net.0.source"][0];
      const seen = own + values[3 * e + 1] * weights["net.0.edge"][0] + values[3 * e + 2] * weights["net.0.edge"][1];
      return Math.exp(seen > 0 ? seen : 0.2 * seen);
    };
    const all = Array.from(source as Int32Array, (_, e) => e);
    const out = [0, 1, 2, 3].map((i) => {
      const mine = all.filter((e) => target[e] === i);
      const total = mine.reduce((s, e) => s + score(e), 0);
      return mine.reduce((s, e) => s + (score(e) / total) * h[source[e]], 0);
    });
    expectClose(y, out, f64);
  });
});

test("res adds and cat appends to the states; cheb of one polynomial sees no neighbours", () => {
  const x = keyed(1).normal(8);
  const plain = run("sage", graph, x).y;
  expectClose(
    run("sage", graph, x, "gnn_res").y,
    plain.map((v, i) => v + x[i]),
    f64,
  );
  const joined = run("sage", graph, x, "gnn_cat").y;
  for (let i = 0; i < 4; i++) expect(joined.subarray(4 * i, 4 * i + 2)).toEqual(x.subarray(2 * i, 2 * i + 2));
});

test("a graph without any edge, and layers of negative weights", () => {
  const none = graphOf([], [], 4);
  for (const gcl of layers)
    expect(
      run(gcl, { ...none, edges: [{ ...none.edges[0], attributes: new Matrix(0, 2) }] }, keyed(1).normal(8)).y.every(
        Number.isFinite,
      ),
    ).toBe(true);
  const negative = graphOf([[0, 1]], [-1], 4);
  expect(() => topology("gcn", negative)).toThrow(/edge from 0 to 1 has the weight -1/);
  expect(run("gcnv", negative, keyed(1).normal(8)).y.every(Number.isFinite)).toBe(true);
});

test("for directed graphs too the normalised sums never lengthen a vector", () => {
  const edge = fc.tuple(
    fc.integer({ min: 0, max: 4 }),
    fc.integer({ min: 0, max: 4 }),
    fc.double({ min: 0.01, max: 10, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.uniqueArray(edge, { selector: ([a, b]) => 5 * a + b, minLength: 1 }), fc.nat(), (list, seed) => {
      const one = graphOf(
        list.map(([a, b]) => [a, b]),
        list.map(([, , w]) => w),
        5,
      );
      const x = keyed(seed).normal(5);
      for (const gcl of ["gcn", "cheb"] as const) {
        const edges = topology(gcl, one);
        const { y } = evaluate({ x: [5, 1] }, (t) => ({ y: propagate(t.x, messagesOf(edges, t.x, null)) }), { x });
        const norm = (v: Float64Array): number => v.reduce((s, value) => s + value * value, 0);
        expect(norm(y)).toBeLessThanOrEqual(norm(x) * (1 + f64.rtol));
      }
    }),
    { numRuns: 30 },
  );
});
