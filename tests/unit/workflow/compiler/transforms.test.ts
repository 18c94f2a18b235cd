import { expect, test } from "vitest";
import { parse } from "yaml";
import { readTransform } from "../../../../sdk/workflow/compiler/read-transform.js";
import { profiles } from "../../../../sdk/workflow/registry/profiles.js";
import { transformTypes } from "../../../../sdk/workflow/registry/transform-options.js";
import { compileWith, problems } from "./_facts.js";

/** Stages as they are written, and the columns of two that they leave. */
const written: readonly (readonly [yaml: string, columns: number])[] = [
  ["{ type: identity }", 2],
  ["{ type: add_one }", 3],
  ["{ type: scaler }", 2],
  ["{ type: delay, delay: 3 }", 8],
  ["{ type: svd, order: 1 }", 1],
  ["{ type: svd, order: { count: 2 } }", 2],
  ["{ type: svd, order: { drop: 1 } }", 1],
  ["{ type: lift, fobs: poly, Ks: [3, 2] }", 6],
  ["{ type: lift, fobs: mixed, opts: [[0, m, 3], [1, f, 2]] }", 15],
  ["{ type: lift, fobs: mixed, opts: [[[0, 1], p, [2, 1]]] }", 6],
  ['{ type: lift, fobs: ["x1", "x2", "x1*x2"], finv: ["z1", "z2"] }', 3],
  ["{ type: kernel, count: 7 }", 7],
  ["{ type: kernel, kernel: { type: sc_prod, kopts: [{ type: sc_exp }, { type: sc_dm }] }, count: 3, landmarks: 20 }", 3],
  ["{ type: denoise, window_length: 5, polyorder: 2 }", 2],
  ["{ type: denoise, method: kernel_smoothing, anchor_count: 9 }", 2],
  ["{ type: dm, edim: 3 }", 3],
  ["{ type: DiffMap, edim: 3, mode: knn }", 3],
  ["{ type: vbdm, edim: 2 }", 2],
  ["{ type: isomap, edim: 1, Kphi: 2 }", 1],
];

test.each(written)("%s compiles, complete, and leads to %d columns", (text, columns) => {
  const stage = parse(text) as Record<string, unknown>;
  const model = { encoder_layers: 0, decoder_layers: 0, koopman_dimension: columns };
  const { config, hash } = compileWith({ overrides: { transform_x: stage, model } });
  const [complete] = config.transform_x;
  expect(complete).toMatchObject({ ...stage, type: String(stage.type) === "DiffMap" ? "dm" : stage.type });
  // what is complete already compiles to the same
  expect(compileWith({ overrides: { transform_x: [complete], model } }).hash).toBe(hash);
  const other = { ...model, koopman_dimension: columns + 1 };
  expect(Object.keys(problems({ overrides: { transform_x: stage, model: other } }))).toEqual([
    "overrides.model.koopman_dimension",
  ]);
});

test("every transform of the registry is written there", () => {
  expect(transformTypes.filter((type) => !written.some(([text]) => text.includes(`type: ${type}`)))).toEqual([]);
});

test.each(profiles.flatMap(({ key, start }) => (start === null ? [] : [{ key, start }])))(
  "the transforms of $key are complete: a profile is laid over a request that has been read",
  ({ start }) => {
    for (const stages of [start.transform_x, start.transform_u]) {
      const list = { issues: [] };
      expect(readTransform(stages, [], list)).toEqual(stages);
      expect(list.issues).toEqual([]);
    }
  },
);

const refused: readonly (readonly [yaml: string, path: string, message: RegExp])[] = [
  ["{ type: svd, solver: randomized, order: 1 }", "solver", /must be randomised, got/],
  ["{ type: svd, solver: sparse }", "solver", /must be exact/],
  ["{ type: svd, solver: randomised }", "order", /is missing/],
  ["{ type: svd, solver: randomised, order: 3 }", "order", /3 components were asked of 2 columns/],
  ["{ type: svd, solver: randomised, order: 1, measurements: 2 }", "measurements", /not a known key/],
  ["{ type: svd, solver: compressed, measurements: 3 }", "measurements", /3 measurements were asked of 2 columns/],
  ["{ type: svd, solver: compressed, measurements: 1, order: 2 }", "order", /2 components were asked of 1 columns/],
  ["{ type: svd, seed: 1 }", "seed", /not a known key/],
  ["{ type: lft }", "type", /must be one of .*lift/],
  ["{ type: svd, order: -2 }", "order", /must be a whole number of components/],
  ["{ type: svd, order: { count: 3 } }", "order", /3 components were asked of 2 columns/],
  ["{ type: svd, order: { drop: 2 } }", "order", /dropping 2 of 2 components leaves none/],
  ["{ type: svd, order: { count: 1, drop: 1 } }", "order", /must name one of count, drop, energy/],
  ["{ type: lift, fobs: poly, Ks: [3] }", "Ks", /1 orders for 2 columns/],
  ["{ type: lift, fobs: poly, Ks: [3, 1] }", "Ks.1", /at least 2/],
  ["{ type: lift, fobs: mixed, opts: [[0, m, 3]] }", "opts", /column 1 never/],
  ["{ type: lift, fobs: poly, Ks: [2, 2], opts: [] }", "opts", /not a known key/],
  ['{ type: lift, fobs: ["x1", "x3"] }', "fobs.1", /"x3" is not known/],
  ["{ type: kernel }", "count", /is missing/],
  ["{ type: kernel, count: 8, width: 2 }", "width", /not a known key/],
  ["{ type: kernel, count: 8, kernel: { type: sc_rfb } }", "kernel.type", /must be one of sc_rbf, sc_exp, sc_dm, sc_prod/],
  ["{ type: kernel, count: 8, kernel: { type: op_tan, kopts: [] } }", "kernel.type", /op_tan does not belong here/],
  ["{ type: kernel, count: 8, kernel: { type: sc_rbf, lengthscale: 2 } }", "kernel.lengthscale", /not a known key/],
  [
    "{ type: kernel, count: 8, kernel: { type: sc_dm, metric: periodic, periodic_axes: [2] } }",
    "kernel.periodic_axes.0",
    /no axis 2 among 2/,
  ],
  ["{ type: kernel, count: 600 }", "count", /600 observables were asked of 500 samples \(landmarks of 512\)/],
  ["{ type: denoise, window_length: 6 }", "window_length", /odd positive number of samples, got 6/],
  ["{ type: denoise, window_length: 65 }", "window_length", /needs at least 65 samples, got 64/],
  ["{ type: denoise, kernel: gaussian }", "kernel", /not a known key/],
  ["{ type: denoise, method: kernel_smoothing, bandwidth: 1, bandwidth_multiplier: 2 }", "bandwidth_multiplier", /exclude/],
  ["{ type: dm }", "edim", /is missing/],
  ["{ type: dm, edim: 2, Knn: 600 }", "Knn", /600 neighbours were asked of 512 samples/],
  ["{ type: dm, edim: 2, landmarks: 30, Knn: 40 }", "Knn", /40 neighbours were asked of 30 samples \(landmarks of 512\)/],
  ["{ type: vbdm, edim: 2, Kb: 20 }", "Kb", /20 exceeds Knn 15/],
  ["{ type: isomap, edim: 2, order: 3 }", "order", /dimension 3 does not fit into 2 coordinates/],
  [
    "{ type: isomap, edim: 2, order: 2, Kphi: 5 }",
    "Knn",
    /15 neighbours are too few for polynomials of degree 5 in 2 dimensions, which have 21/,
  ],
];

test.each(refused)("%s is refused at %s", (text, place, message) => {
  const found = problems({ overrides: { transform_x: parse(text) } });
  expect(found[`overrides.transform_x.${place}`]?.message).toMatch(message);
});

test("observations and parameters: in the request, its hash and its checks when the data have them", () => {
  const std = { type: "scaler", mode: "std" };
  const widths = { aux_dim: 2, parameter_dim: 3 };
  const plain = compileWith({}, widths);
  const both = compileWith({ overrides: { transform_y: std, transform_p: [std] } }, widths);
  expect([plain.config.transform_y, plain.config.transform_p]).toEqual([undefined, undefined]);
  expect([both.config.transform_y, both.config.transform_p]).toEqual([[std], [std]]);
  expect(both.hash).not.toBe(plain.hash);
  const without = compileWith({ overrides: { transform_y: std, transform_p: std } });
  expect(without.warnings.map(({ message }) => message)).toEqual([
    "has nothing to transform: the data have no auxiliary observations",
    "has nothing to transform: the data have no parameters",
  ]);
  const late = problems({ overrides: { transform_p: [{ type: "delay" }], transform_y: { type: "delay", delay: 64 } } }, widths);
  expect(late["overrides.transform_p"].message).toBe("delay goes along time, and parameters have none");
  expect(late["overrides.transform_y.delay"].message).toMatch(/64 needs more than 64 samples/);
});

test("weights and attributes of edges: in the request, its hash and its checks when the model sees them", () => {
  const std = { type: "scaler", mode: "std" };
  const graph = {
    n_nodes: 2,
    n_edges_range: [2, 2],
    is_fixed: true,
    has_weights: true,
    n_edge_features: 3,
    n_isolated: 0,
  } as const;
  const nodes = { state_dim: 4, control_dim: 2, graph };
  const plain = compileWith({}, nodes);
  const both = compileWith({ overrides: { transform_ew: std, transform_ea: [std] } }, nodes);
  expect([plain.config.transform_ew, plain.config.transform_ea]).toEqual([undefined, undefined]);
  expect([both.config.transform_ew, both.config.transform_ea]).toEqual([[std], [std]]);
  expect(both.hash).not.toBe(plain.hash);
  const told = (more: object, changed: object): string =>
    compileWith({ ...more, overrides: { transform_ew: std, transform_ea: std } }, changed)
      .warnings.map(({ message }) => message)
      .join();
  expect(told({}, nodes)).not.toMatch(/nothing to transform/);
  for (const without of [told({}, {}), told({ graph_mode: "none" }, nodes)]) {
    expect(without).toMatch(/no weights of edges that the model sees.*no attributes of edges that the model sees/);
  }
  const refused = problems(
    { overrides: { transform_ew: { type: "add_one" }, transform_ea: [std, { type: "delay", delay: 1 }] } },
    nodes,
  );
  expect(refused["overrides.transform_ew"].message).toMatch(/makes 2 columns of a weight/);
  expect(refused["overrides.transform_ea.1"].message).toBe("delay goes along time, and edges have none");
});
