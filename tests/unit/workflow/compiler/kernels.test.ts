import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { DatasetFacts } from "../../../../sdk/workflow/compiler/facts.js";
import { kernelTypes } from "../../../../sdk/workflow/registry/kernel-options.js";
import { compileWith, problems } from "./_facts.js";

const with_ = (key: string, model: string, more: object = {}) => ({
  model_key: key,
  overrides: { model: parse(model) as object, ...more },
});

/** Model options as they are written. */
const written: readonly (readonly [key: string, yaml: string])[] = [
  ["DKM", "{}"],
  ["KM", "{ kernel: { type: sc_rbf } }"],
  ["km", "{ kernel: { type: sc_exp, lengthscale_init: 2 }, ridge_init: 0, jitter: 1e-8 }"],
  ["kmsk", "{ kernel: { type: sc_dm, alpha_init: 0.5, metric: periodic, periodic_axes: [1] } }"],
  ["kmsk", "{ kernel: { type: sc_prod, kopts: [{ type: sc_rbf }, { type: sc_exp }] }, landmarks: 100 }"],
  ["km", "{ type: indep, kernel: [{ type: sc_rbf }, { type: sc_exp }] }"],
  ["kmsk", "{ kernel: { type: sc_rbf }, random_features: 300 }"],
  ["km", "{ type: opval, kernel: { type: op_sep, kopts: [{ type: sc_rbf }], Ls: [[[1, 0], [0.5, 1]]] } }"],
  ["KMM", "{ manifold: { d: 1, K: 12, g: 4, T: 3 }, kernel: { type: op_tan, kopts: [{ type: sc_dm }] } }"],
];

describe("requests for kernel machines", () => {
  test.each(written)("%s %s compiles, complete", (key, yaml) => {
    const compiled = compileWith(with_(key, yaml));
    const { kernel, ...rest } = parse(yaml) as { kernel?: unknown };
    expect(compiled.config.model.kernel).toMatchObject({
      ...rest,
      ...(kernel === undefined ? {} : { kernel: Array.isArray(kernel) ? kernel : [kernel] }),
    });
    expect(compiled.config.dtype).toBe("float64");
    expect(compiled.config.transform_x).toMatchObject([{ type: "scaler", mode: "std" }]);
  });
  test("every kernel is written there", () => {
    expect(kernelTypes.filter((type) => !written.some(([, yaml]) => yaml.includes(`type: ${type}`)))).toEqual([]);
  });
  test.each([
    ["km", "{ kernel: { type: sc_rbv } }", "kernel.type", /must be one of sc_rbf/, "did you mean sc_rbf?"],
    ["km", "{ kernel: { type: op_sep, kopts: [{ type: sc_rbf }] } }", "kernel.type", /op_sep does not belong here/, undefined],
    [
      "km",
      "{ kernel: { type: sc_rbf, lengthscale: 1 } }",
      "kernel.lengthscale",
      /not a known key/,
      "did you mean lengthscale_init?",
    ],
    ["km", "{ kernel: { type: sc_rbf, input_dim: 2 } }", "kernel.input_dim", /older/, "leave it out: the features decide"],
    [
      "km",
      "{ kernel: { type: sc_prod, kopts: [{ type: sc_rbf, lengthscale_init: -1 }] } }",
      "kernel.kopts.0.lengthscale_init",
      /positive/,
      undefined,
    ],
    ["km", "{ kernel: [{ type: sc_rbf }, { type: sc_rbf }] }", "kernel", /a list of 2/, "write type: indep, or one kernel"],
    [
      "km",
      "{ type: indep, kernel: [{ type: sc_rbf }, { type: sc_rbf }, { type: sc_rbf }] }",
      "kernel",
      /3 for 2/,
      "write one kernel, or one for each",
    ],
    ["km", "{ random_features: 9, kernel: { type: sc_exp } }", "random_features", /for one sc_rbf/, undefined],
    ["km", "{ random_features: 9, landmarks: 9 }", "random_features", /two ways/, "write one of them"],
    ["km", "{ landmarks: 5000 }", "landmarks", /at most \d+, the samples there are, got 5000/, "leave it out to use all samples"],
    [
      "km",
      "{ type: tangent, kernel: { type: op_tan, kopts: [{ type: sc_rbf }] } }",
      "type",
      /tangent does not go with km/,
      "use kmm, which has a manifold",
    ],
    ["kmm", "{ manifold: { d: 3 } }", "manifold.d", /at most 2/, undefined],
    [
      "kmsk",
      "{ kernel: { type: sc_dm, metric: periodic, periodic_axes: [0, 3] } }",
      "kernel.periodic_axes.1",
      /no axis 3 among 3/,
      "count from 0 to 2",
    ],
    [
      "kmm",
      "{ manifold: { d: 1 }, kernel: { type: op_tan, kopts: [{ type: sc_dm, metric: periodic, periodic_axes: [9] }] } }",
      "kernel.kopts.0.periodic_axes.0",
      /no axis 9 among 3/,
      undefined,
    ],
    [
      "km",
      "{ kernel: { type: sc_dm, periodic_axes: [0] } }",
      "kernel.periodic_axes",
      /metric is euclidean/,
      "write metric: periodic, or leave them out",
    ],
    [
      "kmm",
      "{ manifold: { d: 1, iforit: true } }",
      "manifold.iforit",
      /older/,
      "leave it out: projections do not depend on the orientation of tangent vectors",
    ],
    ["km", "{ predictor_type: exp }", "predictor_type", /exp needs linear dynamics/, "write ode or np, or use kbf or lti"],
    ["kbf", "{ kernel: { type: sc_rbf } }", "kernel", /is an option of km, not of kbf/, "leave it out"],
  ] as const)("%s %s is refused at %s", (key, yaml, path, message, hint) => {
    const found = problems(with_(key, yaml))[`overrides.model.${path}`];
    expect(found?.message).toMatch(message);
    if (hint !== undefined) expect(found?.hint).toBe(hint);
  });
  test("float32, gradients on a manifold and methods of linear maps are refused", () => {
    const model = "{}";
    expect(problems(with_("km", model, { data: { double_precision: false } }))).toHaveProperty([
      "overrides.data.double_precision",
    ]);
    const phases = (list: object[]) => ({ phases: list });
    expect(problems(with_("kmm", "{ manifold: { d: 1 } }", phases([{ trainer: "NODE" }])))).toHaveProperty([
      "overrides.phases.0.trainer",
    ]);
    expect(problems(with_("km", model, phases([{ type: "linear_solve", method: "truncated", params: 2 }])))).toHaveProperty([
      "overrides.phases.0.method",
    ]);
    expect(problems({ ...with_("kbf", model, phases([{ type: "linear_solve", method: "raw" }])) })).toHaveProperty([
      "overrides.phases.0.method",
    ]);
    expect(
      problems(
        with_(
          "km",
          model,
          phases([
            { type: "linear_solve", method: "raw" },
            { trainer: "NODE", n_epochs: 2 },
          ]),
        ),
      ),
    ).toEqual({});
  });
  test("large matrices are told of, and refused beyond the memory", () => {
    const many = { n_trajectories: 128, longest: 64, shortest: 64 };
    const direct = with_("km", "{ solver: dense_cholesky }");
    const told = compileWith(direct, many).warnings.map(({ message }) => message);
    expect(told.join()).toMatch(/kernel matrix of \d+ x \d+ takes \d+ MB/);
    const refused = problems(direct, { ...many, n_trajectories: 400 })["overrides.model.solver"];
    expect(refused).toMatchObject({ code: "E_UNSUPPORTED", hint: expect.stringContaining("landmarks") });
    expect(
      compileWith(with_("km", "{}"), many)
        .warnings.map(({ message }) => message)
        .join(),
    ).toMatch(/conjugate gradients/);
  });
  test("rows are those that train, of every node of a graph", () => {
    const graph = {
      n_nodes: 3,
      n_edges_range: [6, 6],
      is_fixed: true,
      has_weights: false,
      n_edge_features: 0,
      n_isolated: 0,
    } as const;
    const nodes = { state_dim: 6, control_dim: 3, graph };
    // 6 of 8 trajectories train, each of 64 samples
    const refused = (key: string, landmarks: number, changed: Partial<DatasetFacts>) =>
      problems(with_(key, `{ landmarks: ${landmarks} }`), changed)["overrides.model.landmarks"]?.message ?? "";
    expect(refused("GKM", 1152, nodes)).toBe("");
    expect(refused("GKM", 1153, nodes)).toMatch(/at most 1152, /);
    expect(refused("DGKM", 1135, nodes)).toMatch(/at most 1134, /);
    expect(refused("DKM", 379, {})).toMatch(/at most 378, /);
    const direct = with_("GKM", "{ solver: dense_cholesky }");
    const told = compileWith(direct, { ...nodes, n_trajectories: 44 }).warnings.map(({ message }) => message);
    expect(told.join()).toMatch(/kernel matrix of 6336 x 6336 takes 322 MB/);
    expect(problems(direct, { ...nodes, n_trajectories: 120 })["overrides.model.solver"]).toMatchObject({
      code: "E_UNSUPPORTED",
    });
  });
});
