import { describe, expect, test } from "vitest";
import type { DatasetFacts } from "../../../../sdk/workflow/compiler/facts.js";
import { compileWith, problems } from "./_facts.js";

/** Three nodes of two states and one control each. */
const onGraph: Partial<DatasetFacts> = {
  state_dim: 6,
  control_dim: 3,
  graph: { n_nodes: 3, n_edges_range: [6, 6], is_fixed: true, has_weights: true, n_edge_features: 0, n_isolated: 0 },
};

describe("the graph mode", () => {
  const modeOf = (more: Record<string, unknown>, facts = onGraph): string => compileWith(more, facts).graph_mode;

  test("follows the data, the variant, and what is asked for", () => {
    expect(modeOf({}, {})).toBe("none");
    expect(modeOf({})).toBe("graph");
    expect(modeOf({ graph_mode: "none" })).toBe("none");
    expect(modeOf({ data: { train: { path: "a.npz", kind: "regular" } } })).toBe("none");
    expect(modeOf({ model_key: "ldm" })).toBe("graph");
    expect(modeOf({ model_key: "LDMG" })).toBe("node");
    expect(modeOf({ model_key: "ldm", graph_mode: "node" })).toBe("node");
    expect(compileWith({ model_key: "DGLTI" }, onGraph).config.model).toMatchObject({
      graph_mode: "graph",
      time_domain: "discrete",
    });
  });

  test("changes the identity of a request", () => {
    expect(compileWith({ graph_mode: "none" }, onGraph).hash).not.toBe(compileWith({}, onGraph).hash);
    const given = (adj: number[][]) => ({ data: { train: { path: "lti.npz", graph: { adj } } } });
    expect(
      compileWith(
        given([
          [0, 1],
          [1, 0],
        ]),
        onGraph,
      ).hash,
    ).not.toBe(
      compileWith(
        given([
          [0, 1],
          [0, 0],
        ]),
        onGraph,
      ).hash,
    );
  });

  test("is refused where a family has none, or names contradict each other", () => {
    expect(problems({ model_key: "kbf", graph_mode: "node" }, onGraph)["graph_mode"]?.message).toMatch(
      /node is not a graph mode of kbf/,
    );
    expect(problems({ model_key: "GKBF", graph_mode: "none" }, onGraph)["graph_mode"]?.message).toMatch(
      /contradicts the variant GKBF/,
    );
    const gnn = { overrides: { model: { autoencoder_type: "gnn_smp" } } };
    expect(problems({ ...gnn, graph_mode: "none" }, onGraph)["graph_mode"]?.message).toMatch(/gnn/);
  });
});

test("sizes are those of one node", () => {
  const cat = (koopman_dimension: number) => ({
    overrides: { model: { encoder_layers: 1, autoencoder_type: "cat", koopman_dimension } },
  });
  expect(compileWith(cat(3), onGraph).config.model.koopman_dimension).toBe(3);
  expect(problems(cat(2), onGraph)["overrides.model.koopman_dimension"]?.message).toMatch(/above 2 .*got 2 for 2 states/);
});

test("dynamics on the graph are a graph network unless said otherwise", () => {
  expect(compileWith({ model_key: "LDMG" }, onGraph).config.model.processor_type).toBe("gnn_smp");
  const own = { model_key: "LDMG", overrides: { model: { processor_type: "gnn_res" } } };
  expect(compileWith(own, onGraph).config.model.processor_type).toBe("gnn_res");
});

test("the layer and its options are read, with the nearest word for a wrong one", () => {
  const layer = (model: Record<string, unknown>) => ({ overrides: { model: { ...model, koopman_dimension: 3 } } });
  expect(compileWith(layer({ gcl: "cheb", gcl_opts: { K: 3 } }), onGraph).config.model).toMatchObject({
    gcl: "cheb",
    gcl_opts: { K: 3, heads: 1 },
  });
  expect(problems(layer({ gcl: "gcnn" }), onGraph)["overrides.model.gcl"]?.hint).toMatch(/gcn/);
  expect(problems(layer({ gcl_opts: { head: 2 } }), onGraph)["overrides.model.gcl_opts.head"]?.hint).toMatch(/heads/);
});

test("nodes without edges are worth a warning", () => {
  const graph = { ...onGraph.graph, n_isolated: 1 } as DatasetFacts["graph"];
  expect(
    compileWith({}, { ...onGraph, graph })
      .warnings.map(({ message }) => message)
      .join(),
  ).toMatch(/1 of 3 nodes have no edge/);
});
