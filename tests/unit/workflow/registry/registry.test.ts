import { expect, test } from "vitest";
import type { KernelSpec } from "../../../../sdk/numerics/kernels/spec.js";
import { catalog, describeTraining } from "../../../../sdk/workflow/registry/catalog.js";
import { kernelOptions, kernelTypes, scalarKernelTypes } from "../../../../sdk/workflow/registry/kernel-options.js";
import { lookUpModel, models, modelWords } from "../../../../sdk/workflow/registry/models.js";
import { nearest } from "../../../../sdk/workflow/registry/nearest.js";
import { requestJsonSchema } from "../../../../sdk/workflow/registry/request-options.js";

/** The words of JSON Schema that are looked at here. */
interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly const?: string;
}

test("every word for a model leads to its family, whatever the case", () => {
  for (const word of modelWords()) {
    for (const typed of [word, word.toUpperCase(), ` ${word.toLowerCase()} `])
      expect(lookUpModel(typed)).toMatchObject({ found: "model" });
  }
  expect(lookUpModel("DLTI")).toMatchObject({ model: { key: "lti" }, variant: { time_domain: "discrete" } });
  expect(lookUpModel("DLDMG")).toMatchObject({ model: { key: "ldm" }, variant: { time_domain: "discrete", graph_mode: "node" } });
  expect(lookUpModel("gkbf")).toMatchObject({
    model: { key: "kbf" },
    variant: { time_domain: "continuous", graph_mode: "graph" },
  });
  expect(lookUpModel("KBF")).toMatchObject({ model: { key: "kbf" }, variant: null });
});

test("other words are no models", () => {
  for (const name of ["", "foo", "toString", "kbf2"]) expect([name, lookUpModel(name).found]).toEqual([name, "nothing"]);
});

test("the nearest word is one or a few edits away, or there is none", () => {
  const words = ["n_epochs", "learning_rate", "koopman_dimension"];
  expect(nearest("n_epoch", words)).toBe("n_epochs");
  expect(nearest("lerning_rate", words)).toBe("learning_rate");
  expect(nearest("koopman", words)).toBe("koopman_dimension");
  expect(nearest("zzz", words)).toBe(null);
  expect(nearest("n_epohcs", words)).toBe("n_epochs");
});

test("keys are unique, and everything listed says what it is", () => {
  for (const [kind, entries] of Object.entries(catalog)) {
    expect(new Set(entries.map(({ key }) => key)).size, kind).toBe(entries.length);
    for (const { key, summary } of entries) expect(summary.length, `${kind} ${key}`).toBeGreaterThan(10);
  }
});

test("descriptions name only what the family can do", () => {
  for (const { key, linear } of models) {
    const { phase_schemas, model_schema } = describeTraining(key);
    expect("linear_solve" in phase_schemas).toBe(linear);
    const own = {
      ldm: "latent_dimension",
      sdm: "latent_dimension",
      corr_alg: "physics",
      corr_dif: "physics",
      kbf: "koopman_dimension",
      lti: "koopman_dimension",
      // transforms and the method of its phase say everything
      dmd: null,
      km: "kernel",
      kmsk: "kernel",
      kmm: "manifold",
    }[key];
    const options = Object.keys((model_schema as { properties: object }).properties);
    if (own === null) expect(options).toEqual([]);
    else expect(options).toContain(own);
  }
});

test("every leaf of the request schema has a description", () => {
  const missing: string[] = [];
  const visit = (node: Record<string, unknown>, path: string): void => {
    for (const [name, child] of Object.entries((node.properties ?? {}) as Record<string, Record<string, unknown>>)) {
      const leaf =
        child.properties === undefined && child.anyOf === undefined && child.items === undefined && child.$ref === undefined;
      const named = ["type", "name", "columns"].includes(name) || path.includes("columns") || "const" in child;
      if (leaf && !named && typeof child.description !== "string") missing.push(`${path}.${name}`);
      visit(child, `${path}.${name}`);
    }
    for (const [i, part] of ((node.anyOf ?? []) as Record<string, unknown>[]).entries()) visit(part, `${path}|${i}`);
    if (typeof node.items === "object" && node.items !== null) visit(node.items as Record<string, unknown>, `${path}[]`);
  };
  visit(requestJsonSchema(), "");
  expect(missing).toEqual([]);
});

test("an editor completes the keys of a kernel by its type, in transforms, in models and inside of kernels", () => {
  const whole = requestJsonSchema() as JsonSchema;
  /** The forms that a value may have: lists and references are looked into. */
  const forms = (node: JsonSchema): JsonSchema[] => {
    if (node.$ref !== undefined) return forms(whole.$defs?.[node.$ref.split("/")[2]] ?? {});
    if (node.anyOf !== undefined) return node.anyOf.flatMap(forms);
    return node.items === undefined ? [node] : forms(node.items);
  };
  const inside = (nodes: JsonSchema[], key: string): JsonSchema[] =>
    nodes.flatMap(({ properties }) => (properties?.[key] === undefined ? [] : forms(properties[key])));
  const typed = (nodes: JsonSchema[], type: string): JsonSchema[] =>
    nodes.filter(({ properties }) => properties?.type?.const === type);
  const keysByType = (nodes: JsonSchema[]): Record<string, string[]> =>
    Object.fromEntries(nodes.map(({ properties = {} }) => [properties.type.const, Object.keys(properties)]));
  const keysOf = (types: readonly KernelSpec["type"][]): Record<string, string[]> =>
    Object.fromEntries(types.map((type) => [type, Object.keys(kernelOptions[type].shape)]));

  const overrides = inside([whole], "overrides");
  const observed = inside(typed(inside(overrides, "transform_x"), "kernel"), "kernel");
  expect(keysByType(observed)).toEqual(keysOf(scalarKernelTypes));
  expect(keysByType(inside(typed(observed, "sc_prod"), "kopts"))).toEqual(keysOf(scalarKernelTypes));
  const regressed = inside(inside(overrides, "model"), "kernel");
  expect(keysByType(regressed)).toEqual(keysOf(kernelTypes));
  expect(keysByType(inside(typed(regressed, "op_sep"), "kopts"))).toEqual(keysOf(scalarKernelTypes));
});

test("what can be trained is listed for each kind of data", () => {
  const keys = catalog.training.map(({ key }) => key);
  for (const { key, graph_modes } of models) {
    expect(keys).toContain(`train-${key}-regular`);
    expect(keys.includes(`train-${key}-graph`)).toBe(graph_modes.length > 0);
  }
});
