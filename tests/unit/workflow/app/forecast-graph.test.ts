import { expect, test } from "vitest";
import { makeDataset } from "../../../../sdk/dynamics/data/dataset.js";
import type { Graph } from "../../../../sdk/dynamics/data/graphs/graph.js";
import { joinNodes, splitNodes } from "../../../../sdk/dynamics/data/graphs/nodes.js";
import { fitLinearBaseline } from "../../../../sdk/dynamics/evaluation/linear-baseline.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import type { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { forecastModel } from "../../../../sdk/workflow/app/forecast.js";
import { configOf, oscillator, paired } from "../../dynamics/_systems.js";

const driven = oscillator({ trajectories: 3, samples: 20, dt: 0.1, control: true });
const data = paired(driven, true);
const config = configOf({ graph_mode: "graph", autoencoder_type: "cat" }, [
  { n_epochs: 2, weak_form_params: { N: 9, dN: 2, ordpol: 2, ordint: 2, discrete_weight_normalization: "l2" } },
]);
const model = loadModel(train({ config, train: data, valid: data, backend: "wasm" }).checkpoint);
const { ode } = model.record;

test("a forecast on a graph takes the control of every node, and goes on with the last edges", () => {
  const { dataset } = forecastModel(model, data, undefined, ode);
  expect(dataset.trajectories.map(({ x }) => [x.rows, x.cols])).toEqual(Array(3).fill([20, 4]));
  const quiet = paired(oscillator({ trajectories: 2, samples: 20, dt: 0.1, control: false }), true);
  const alone = loadModel(train({ config, train: quiet, valid: quiet, backend: "wasm" }).checkpoint);
  expect(forecastModel(alone, quiet, 5, ode).dataset.trajectories[0].x.rows).toBe(5);
});

test("other data may have another number of nodes; columns that do not fit are told by node", () => {
  const [one] = data.trajectories;
  const edges = (one.graph as Graph).edges.map(({ source, target }) => ({
    source: Int32Array.from([...source, 2]),
    target: Int32Array.from([...target, 0]),
    weight: null,
    attributes: null,
  }));
  const third = { ...one, x: joinNodes([...splitNodes(one.x, 2), driven.trajectories[0].x]), graph: { nodes: 3, edges } };
  const wide = makeDataset([{ ...third, u: joinNodes([...splitNodes(one.u as Matrix, 2), driven.trajectories[0].u as Matrix]) }]);
  const { dataset } = forecastModel(model, wide, undefined, ode);
  expect([dataset.trajectories[0].x.cols, dataset.names.x.length]).toEqual([6, 6]);
  expect(() => forecastModel(model, makeDataset([third]), undefined, ode)).toThrow(
    /1 controls for each of 3 nodes, trajectory 0 has 2/,
  );
  expect(fitLinearBaseline(data, 1)?.forecast(wide)).toBe(null);
});
