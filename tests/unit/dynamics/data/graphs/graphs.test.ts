import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { datasetFromNpz, datasetToNpz } from "../../../../../sdk/dynamics/data/archive.js";
import { type ArrayFields, datasetFromArrays } from "../../../../../sdk/dynamics/data/arrays.js";
import { truncate } from "../../../../../sdk/dynamics/data/dataset.js";
import { adjacencyOf, edgesOf } from "../../../../../sdk/dynamics/data/graphs/adjacency.js";
import { edgesAt, type Graph } from "../../../../../sdk/dynamics/data/graphs/graph.js";
import { eachNode, joinNodes, splitNodes } from "../../../../../sdk/dynamics/data/graphs/nodes.js";
import { withGraph } from "../../../../../sdk/dynamics/data/graphs/with-graph.js";
import { inspect } from "../../../../../sdk/dynamics/data/inspect.js";
import { sampleSystem } from "../../../../../sdk/dynamics/data/sampling/sampler.js";
import { datasetFromCsv } from "../../../../../sdk/dynamics/data/table.js";
import { DymadError } from "../../../../../sdk/errors.js";
import { readNpz, writeNpz } from "../../../../../sdk/formats/npz.js";
import { Matrix } from "../../../../../sdk/numerics/linalg/matrix.js";

/** S trajectories of T samples with so many columns, of nothing in particular. */
const states = (S: number, T: number, n: number) => ({
  shape: [S, T, n],
  data: Float64Array.from({ length: S * T * n }, (_, i) => i),
});
const graphsOf = (fields: Omit<ArrayFields, "x">, S = 1, T = 2, n = 6): Graph[] =>
  datasetFromArrays({ x: states(S, T, n), ...fields }).trajectories.map(({ graph }) => graph as Graph);
const pairs = ({ edges }: Graph, k = 0): number[][] =>
  Array.from(edgesAt({ nodes: 0, edges }, k).source, (from, e) => [from, edgesAt({ nodes: 0, edges }, k).target[e]]);
const problems = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof DymadError) return error.issues.map(({ code, message, hint }) => `${code}: ${message} (${hint})`);
  }
  return [];
};

test("an adjacency matrix becomes edges from row to column and back, whatever its entries", () => {
  const entry = fc.oneof(fc.constant(0), fc.double({ noNaN: true, noDefaultInfinity: true, min: -5, max: 5 }));
  const matrix = fc.integer({ min: 1, max: 5 }).chain((n) =>
    fc.array(entry, { minLength: n * n, maxLength: n * n }).map(
      (data) =>
        new Matrix(
          n,
          n,
          Float64Array.from(data, (v) => v + 0),
        ),
    ),
  );
  fc.assert(
    fc.property(matrix, (adj) => {
      expect(adjacencyOf(edgesOf(adj), adj.rows).data).toEqual(adj.data);
    }),
  );
  expect(
    pairs(
      graphsOf({
        adj: [
          [0, 2, 0],
          [0, 0, 0],
          [1, 0, 0],
        ],
      })[0],
    ),
  ).toEqual([
    [0, 1],
    [2, 0],
  ]);
});

describe("the forms of edges", () => {
  test("one list holds for all samples of all trajectories, in either orientation", () => {
    const rows = graphsOf(
      {
        ei: [
          [0, 1],
          [1, 2],
          [2, 0],
        ],
        n_nodes: 3,
      },
      2,
    );
    expect(rows.map((graph) => [graph.nodes, graph.edges.length, pairs(graph)])).toEqual(
      Array(2).fill([
        3,
        1,
        [
          [0, 1],
          [1, 2],
          [2, 0],
        ],
      ]),
    );
    expect(
      graphsOf(
        {
          ei: [
            [0, 1, 2],
            [1, 2, 0],
          ],
        },
        2,
      ),
    ).toEqual(rows);
  });

  test("lists that change in time may have any number of edges, and equal neighbours share one list", () => {
    const [graph] = graphsOf(
      {
        ei: [
          [[0, 1]],
          [],
          [],
          [
            [1, 0],
            [0, 1],
          ],
        ],
        n_nodes: 2,
      },
      1,
      4,
      2,
    );
    expect([0, 1, 2, 3].map((k) => pairs(graph, k))).toEqual([
      [[0, 1]],
      [],
      [],
      [
        [1, 0],
        [0, 1],
      ],
    ]);
    expect(graph.edges[1]).toBe(graph.edges[2]);
    expect(graphsOf({ ei: [[[0, 1]], [[0, 1]]] }, 1, 2, 2)[0].edges.length).toBe(1);
  });

  test("weights and attributes go with their edges, and rows of -1 are none", () => {
    const [graph] = graphsOf(
      {
        ei: [
          [0, 1],
          [-1, -1],
          [1, 0],
        ],
        ew: [2, 9, 3],
        ea: [
          [1, 2],
          [9, 9],
          [3, 4],
        ],
      },
      1,
      2,
      2,
    );
    const [{ weight, attributes }] = graph.edges;
    expect([pairs(graph), Array.from(weight ?? []), attributes?.toRows()]).toEqual([
      [
        [0, 1],
        [1, 0],
      ],
      [2, 3],
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });

  test("without n_nodes there are as many nodes as the largest index says; an adjacency matrix says itself", () => {
    expect(graphsOf({ ei: [[0, 1]] })[0].nodes).toBe(2);
    expect(graphsOf({ ei: [[0, 1]], n_nodes: 3 })[0].nodes).toBe(3);
    expect(
      graphsOf({
        adj: [
          [0, 1, 0],
          [0, 0, 0],
          [0, 0, 0],
        ],
      })[0].nodes,
    ).toBe(3);
  });
});

describe("what is refused, with what and where", () => {
  const cases: [Omit<ArrayFields, "x">, RegExp][] = [
    [
      {
        ei: [
          [0, 1],
          [1, 3],
        ],
        n_nodes: 3,
      },
      /1 of 2 edges name a node that is none of the 3 in trajectory 0, first edge 1 from 1 to 3 .*count from 0/,
    ],
    [
      {
        ei: [
          [0, 1],
          [1, 2],
          [0, 1],
        ],
        n_nodes: 3,
      },
      /1 of 3 edges stand twice.*first edge 2 from 0 to 1 .*sum of their weights/,
    ],
    [
      {
        ei: [
          [0, 1],
          [1, 2],
        ],
        ew: [1],
        n_nodes: 3,
      },
      /ei has 2 edges and ew 1 in trajectory 0/,
    ],
    [{ ei: [[0, 1]], ea: [[1], [2]], n_nodes: 3 }, /ei has 1 edges and ea 2/],
    [{ ei: [[0, 1]], ew: [Number.NaN], n_nodes: 3 }, /no finite number/],
    [{ ei: [[0, 0.5]], n_nodes: 3 }, /0.5 .* no index/],
    [{ ei: [[0, 1]], n_nodes: 4 }, /6 columns of x do not divide among 4 nodes .*give 8 columns/],
    [
      {
        adj: [
          [0, 1],
          [1, 0],
          [0, 0],
        ],
      },
      /adj has shape \[3, 2\]/,
    ],
    [
      {
        adj: [
          [0, 1],
          [1, 0],
        ],
        ew: [1],
      },
      /ew belongs to edges/,
    ],
    [{ ei: [[[0, 1]], [[0, 1]], [[1, 0]]] }, /ei of trajectory 0 has 3 samples, x has 2/],
  ];
  test.each(cases)("%j", (fields, expected) => {
    expect(problems(() => graphsOf(fields)).join("\n")).toMatch(expected);
  });

  test("controls that nodes cannot share", () => {
    const adj = [
      [0, 1],
      [1, 0],
    ];
    expect(problems(() => datasetFromArrays({ x: states(1, 2, 4), u: [[1], [2]], adj }))[0]).toMatch(
      /1 columns of u do not divide among 2 nodes .*repeat/,
    );
    const dataset = datasetFromArrays({ x: states(1, 2, 4), u: [[1], [2]] });
    expect(problems(() => withGraph(dataset, { adj }))[0]).toMatch(/1 columns of u/);
  });
});

test("an archive gives back the graphs that were written, fixed or changing, edges or none", () => {
  const fixed = datasetFromArrays({
    x: states(2, 3, 4),
    ei: [
      [0, 1],
      [1, 0],
    ],
    ew: [1, 2],
    ea: [[1], [2]],
  });
  const changing = datasetFromArrays({
    x: states(2, 2, 4),
    ei: [
      [
        [[0, 1]],
        [
          [0, 1],
          [1, 0],
        ],
      ],
      [[], []],
    ],
    n_nodes: 2,
  });
  for (const dataset of [fixed, changing]) {
    const bytes = writeNpz(datasetToNpz(dataset));
    expect(datasetFromNpz(bytes).trajectories).toEqual(dataset.trajectories);
    expect(datasetFromNpz(bytes, { graph: false }).trajectories.every(({ graph }) => graph === undefined)).toBe(true);
  }
  expect(readNpz(writeNpz(datasetToNpz(fixed))).get("ei")?.shape).toEqual([2, 2]);
});

test("cutting rows cuts the samples of a graph", () => {
  const dataset = datasetFromArrays({ x: states(1, 3, 2), ei: [[[0, 1]], [[1, 0]], [[1, 0]]] });
  const [{ graph }] = truncate(dataset, { n_steps: 2 }).trajectories;
  expect([0, 1].map((k) => pairs(graph as Graph, k))).toEqual([[[0, 1]], [[1, 0]]]);
});

test("a csv file gets its graph beside it", () => {
  const dataset = withGraph(datasetFromCsv("t,x1,x2\n0,1,2\n1,3,4"), {
    adj: [
      [0, 1],
      [1, 0],
    ],
  });
  expect(inspect(dataset)).toMatchObject({ kind: "graph", n_nodes: 2, graph: { n_edges_range: [2, 2], is_fixed: true } });
});

test("columns of nodes come apart and together", () => {
  const rows = new Matrix(
    2,
    6,
    Float64Array.from({ length: 12 }, (_, i) => i),
  );
  expect(splitNodes(rows, 3)[1].toRows()).toEqual([
    [2, 3],
    [8, 9],
  ]);
  expect(joinNodes(splitNodes(rows, 3))).toEqual(rows);
  expect(eachNode(rows, 2, (part) => part.slice(1, 2)).toRows()).toEqual([[6, 7, 8, 9, 10, 11]]);
});

test("inspect tells isolated nodes and changing graphs", () => {
  const dataset = datasetFromArrays({ x: states(1, 2, 3), ei: [[[0, 1]], []], n_nodes: 3 });
  expect(inspect(dataset).graph).toEqual({
    n_nodes: 3,
    n_edges_range: [0, 1],
    is_fixed: false,
    has_weights: false,
    n_edge_features: 0,
    n_isolated: 1,
  });
});

test("a sampled system is copied to every node when asked", () => {
  const system = {
    states: 1,
    inputs: 1,
    rhs: ["u"],
    graph: {
      adj: [
        [0, 1],
        [1, 0],
      ],
      copies: true,
    },
  };
  const { dataset } = sampleSystem({
    system,
    x0: [2],
    control: { kind: "gaussian", params: { t1: 1, dt: 0.5 } },
    time: { stop: 1, n: 3 },
  });
  const [{ x, u, graph }] = dataset.trajectories;
  expect([x.cols, u?.cols, graph?.nodes, dataset.names.x]).toEqual([2, 2, 2, ["x1", "x2"]]);
  expect(x.column(0)).toEqual(x.column(1));
  const coupled = {
    states: 2,
    rhs: ["x2 - x1", "x1 - x2"],
    graph: {
      adj: [
        [0, 1],
        [1, 0],
      ],
    },
  };
  expect(sampleSystem({ system: coupled, x0: [1, 0], time: { stop: 1, n: 2 } }).dataset.trajectories[0].x.cols).toBe(2);
});

test("what is neither numbers nor lists of them is refused with what it holds", () => {
  for (const ei of [[null, 1], [["0", 1]], [[{ a: 1 }, 1]], { shape: [2, 2], data: [0, 1] }, { shape: "2", data: [0, 1] }, 5]) {
    const [first] = problems(() => graphsOf({ ei } as never));
    expect([ei, first]).toEqual([ei, expect.stringMatching(/^E_SHAPE: ei (holds|has 0 axes)/)]);
  }
});
