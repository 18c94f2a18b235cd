import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { loadModel } from "../../sdk/dynamics/evaluation/trained-model.js";
import { dymad, type PhysicsFunction } from "../../sdk/index.js";
import { oscillators, Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

/** The damped oscillator x1' = x2 - 0.05 x1, x2' = -x1 - 0.05 x2, whose damping is unknown. */
const source = `export function known(x: number[], u: unknown, f: never, p: never, { columns, row }: any) {
  const [a, b] = columns(x);
  const [c, d] = columns(f);
  return row([b.add(c), a.neg().add(d)]);
}
export const other = 3;
`;
const config = (physics: string): string => `version: 1
model_key: corr_alg
data: { train: { path: osc.npz } }
overrides:
  model: { residual_layers: 1, activation: none, physics: ${physics} }
  data: { double_precision: true }
  phases:
    - { trainer: Weak, n_epochs: 40, save_interval: 10, learning_rate: 0.02, weak_form_params: { N: 13, dN: 2, ordpol: 2, ordint: 2 } }
`;

describe("physics from a file beside the config", () => {
  place.write("known.ts", source);
  place.write("file.yaml", config("./known.ts#known"));

  test("is trained with, kept as a graph, and no longer needed afterwards", async () => {
    const trained = await place.dymad(["train", "file.yaml", "--out", "run", "--json"]);
    expect(trained.code).toBe(0);
    place.write("known.ts", "throw new Error('gone')");
    const again = await place.dymad(["reproduce", "run", "--json"]);
    expect([again.code, JSON.parse(again.out).data.equal]).toEqual([0, true]);
    place.write("known.ts", source);
    const model = loadModel(new Uint8Array(readFileSync(place.path("run", "checkpoint.dymad"))));
    expect(model.record.model.physics?.nodes.length).toBeGreaterThan(3);
    expect(model.forecast(oscillators(2))).toHaveLength(2);
  });

  test("has the identity of the same function in code, and formulas compile without any file", async () => {
    const known: PhysicsFunction = (x, _u, f, _p, { columns, row }) => {
      const [a, b] = columns(x);
      const [c, d] = columns(f);
      return row([b.add(c), a.neg().add(d)]);
    };
    const options = { residual_layers: 1, activation: "none" } as const;
    const weak_form_params = { N: 13, dN: 2, ordpol: 2, ordint: 2 };
    const phases = [{ trainer: "Weak", n_epochs: 40, save_interval: 10, learning_rate: 0.02, weak_form_params }] as const;
    const words = { model: "corr_alg", double_precision: true, phases } as const;
    const data = dymad.dataset(place.path("osc.npz"));
    const inCode = await data.train({ ...words, options: { ...options, physics: known } }).compile();
    const fromFile = await place.dymad(["config", "validate", "file.yaml", "--json"]);
    expect(JSON.parse(fromFile.out).data.compiled_request.hash).toBe(inCode.hash);
    // the plan itself stays plain JSON, and names the function
    const plan = data.train({ ...words, options: { ...options, physics: known } });
    expect(JSON.parse(JSON.stringify(plan.spec))).toEqual(plan.spec);
    expect(plan.spec.overrides?.model).toMatchObject({ physics: "function known" });
    const rows = await data.train({ ...words, options: { ...options, physics: ["x2 + f1", "-x1 + f2"] } }).compile();
    expect(rows.config.model.physics).not.toBeNull();
  });
});
