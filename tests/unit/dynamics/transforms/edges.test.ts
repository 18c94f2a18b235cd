import { describe, expect, test } from "vitest";
import type { EdgeList } from "../../../../sdk/dynamics/data/graphs/graph.js";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import type { ModelSpec } from "../../../../sdk/dynamics/models/spec.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { fitEdges } from "../../../../sdk/dynamics/transforms/edges.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { exact, expectClose } from "../../../tolerance.js";
import { basePhase, baseSpec, configOf, oscillator, paired } from "../_systems.js";

const unit = [{ type: "scaler", mode: "01" }] as const;

/** Pairs of nodes whose edges carry weights from 1 to 5 and attributes of two columns, or the same on a scale from 0 to 1. */
function carrying(changing: boolean, scaled: boolean): Dataset {
  const data = paired(oscillator({ trajectories: 3, samples: 12, dt: 0.1, control: false }), changing);
  const made = new Map<EdgeList, EdgeList>();
  const carry = (list: EdgeList): EdgeList => {
    const place = made.size;
    const weight = Float64Array.from(list.source, (_, e) => (place === 0 ? 1 + 4 * e : 2));
    const rows = Array.from(list.source, (_, e) => (place === 0 ? [8 * e, 10 - 4 * e] : [2, 7]));
    const ours = scaled ? weight.map((w) => (w - 1) / 4) : weight;
    const attributes = Matrix.from(scaled ? rows.map(([a, b]) => [a / 8, (b - 6) / 4]) : rows);
    return made.get(list) ?? { ...list, weight: ours, attributes };
  };
  const trajectories = data.trajectories.map((tr) => {
    const edges = tr.graph?.edges.map((list) => {
      const carried = carry(list);
      made.set(list, carried);
      return carried;
    });
    return { ...tr, graph: { nodes: 2, edges: edges ?? [] } };
  });
  return { ...data, trajectories };
}

describe("edges that carry transformed numbers", () => {
  test.each([
    ["gcnv", "fixed"],
    ["gcnv", "changing"],
    ["gat", "fixed"],
    ["gat", "changing"],
  ] as const)("train and forecast as if the data had been written so: %s, %s", (gcl, kind) => {
    const model: ModelSpec = {
      ...baseSpec,
      family: "ldm",
      time_domain: "discrete",
      graph_mode: "node",
      gcl,
      processor_type: "gnn_smp",
      encoder_layers: 0,
      decoder_layers: 0,
    };
    const phase = { ...basePhase, trainer: "OneStep", n_epochs: 3, save_interval: 1 } as const;
    const [raw, written] = [carrying(kind === "changing", false), carrying(kind === "changing", true)];
    const config = configOf(model, [phase], { dtype: "float64" });
    const learned = (data: Dataset, further: object) =>
      train({ config: { ...config, ...further }, train: data, valid: data, backend: "wasm" });
    const ours = loadModel(learned(raw, { transform_ew: unit, transform_ea: unit }).checkpoint);
    const theirs = loadModel(learned(written, {}).checkpoint);
    for (const [name, w] of Object.entries(theirs.weights)) expectClose(ours.weights[name], w, exact, name);
    const expected = theirs.forecast(written.trajectories);
    ours.forecast(raw.trajectories).forEach(({ x }, i) => {
      expectClose(x.data, expected[i].x.data, exact);
    });
    const [one] = raw.trajectories;
    expectClose(ours.encode(one).z.data, theirs.encode(written.trajectories[0]).z.data, exact);
  });
  test("edges without weights are left as they are", () => {
    const graph = { nodes: 2, edges: [{ source: Int32Array.of(0), target: Int32Array.of(1), weight: null, attributes: null }] };
    expect(fitEdges({ ew: unit, ea: unit }, [graph]).apply(graph)).toBe(graph);
  });
  test("nothing goes along time, and a weight stays one number", () => {
    const [{ graph }] = carrying(false, false).trajectories;
    const graphs = graph === undefined ? [] : [graph];
    const refused = (path: string) => expect.objectContaining({ code: "E_SPEC", path: [path] });
    expect(() => fitEdges({ ea: [{ type: "delay", delay: 1 }] }, graphs)).toThrow(refused("transform_ea"));
    expect(() => fitEdges({ ew: [{ type: "add_one" }] }, graphs)).toThrow(refused("transform_ew"));
  });
});
