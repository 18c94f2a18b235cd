import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { datasetToNpz } from "../../../../sdk/dynamics/data/archive.js";
import type { DymadError } from "../../../../sdk/errors.js";
import { dymad } from "../../../../sdk/fluent/dymad.js";
import { writeNpz } from "../../../../sdk/formats/npz.js";
import { compileSubmission } from "../../../../sdk/workflow/app/compile.js";
import { type LocatedData, readConfigFile } from "../../../../sdk/workflow/app/config-file.js";
import { configPhysics } from "../../../../sdk/workflow/app/config-physics.js";
import type { CompiledTraining } from "../../../../sdk/workflow/compiler/compiled.js";
import type { TrainingRequest } from "../../../../sdk/workflow/registry/request.js";
import { machineFiles } from "../../../../sdk/workflow/store/files.js";
import { oscillators } from "../../../doors/_workplace.js";

const folder = mkdtempSync(join(tmpdir(), "dymad-physics-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "osc.npz"), writeNpz(datasetToNpz(oscillators())));
writeFileSync(
  join(folder, "known.mjs"),
  `export const known = (x, u, f, p, { columns }) => {
  const [a, b] = columns(x);
  return [b, a.neg().add(f.slice(0, 0, 1))];
};
export const broken = (x) => x.nonsense();
export const other = 3;
`,
);

async function compiled(physics: string, model = "corr_alg"): Promise<CompiledTraining> {
  const path = join(folder, "c.yaml");
  writeFileSync(
    path,
    `model_key: ${model}\ndata: { train: { path: osc.npz } }\noverrides:\n  model:\n    physics: ${physics}\n  phases: [{ trainer: NODE }]\n`,
  );
  const file = readConfigFile(path, machineFiles);
  return file.run(async (value) => {
    const physics = await configPhysics(value, folder);
    return compileSubmission({ request: value as TrainingRequest, base: folder, physics }).compiled;
  });
}

test("a function of a module becomes a graph, in the request too, which then compiles without the module", async () => {
  const first = await compiled("./known.mjs#known");
  expect(first.config.model.physics?.outputs).toHaveLength(1);
  const { request } = first;
  expect(request.overrides?.model).toMatchObject({ physics: first.config.model.physics });
  expect(compileSubmission({ request, base: folder }).compiled.hash).toBe(first.hash);
});

describe("what is wrong is said at the line of physics", () => {
  const refused: Record<string, [string, RegExp]> = {
    "a file that is not there": ["./nothing.mjs", /no file \.\/nothing\.mjs/],
    "an export that is not there": ["./known.mjs#knwon", /exports no function knwon/],
    "an export that is no function": ["./known.mjs#other", /exports no function other/],
    "a function that fails": ["./known.mjs#broken", /nonsense is not a function/],
    "a text that is no file": ["pendulum", /neither a list of formulas/],
    "a formula with a wrong name": ['["x2 + f1", "-y1"]', /"y1" is not known/],
    "too few formulas": ['["x2 + f1"]', /1 rates for 2 states/],
    "something else": ["7", /must be/],
  };
  for (const [name, [physics, message]] of Object.entries(refused)) {
    test(name, async () => {
      const error = await compiled(physics).catch((e: DymadError) => e);
      expect(error).toMatchObject({ message: expect.stringMatching(message) });
      expect((error as DymadError).path.slice(0, 3)).toEqual(["overrides", "model", "physics"]);
      expect(((error as DymadError).data as LocatedData).locations[0]?.line).toBe(5);
    });
  }

  test("and a known part of a model that has none", async () => {
    await expect(compiled('["x2", "x1"]', "kbf")).rejects.toMatchObject({
      message: expect.stringMatching(/option of corr_alg, not of kbf/),
    });
  });

  test("a name is refused where no file is read", async () => {
    const plan = dymad.dataset(oscillators()).train({ model: "corr_alg", options: { physics: "./known.mjs#known" } });
    await expect(plan.compile()).rejects.toMatchObject({ code: "E_UNSUPPORTED" });
  });
});

test("what deserves a word but stops nothing is a warning", async () => {
  const messages = async (physics: string, transform = ""): Promise<string> => {
    const plan = dymad.dataset(oscillators());
    const { warnings } = await (transform === "" ? plan : plan.transform({ x: { type: "scaler", mode: "std" } }))
      .train({ model: "corr_alg", options: { physics: JSON.parse(physics) }, phases: [{ trainer: "NODE" }] })
      .compile();
    return warnings.map(({ message }) => message).join("; ");
  };
  expect(await messages('["x2 + f1", "-x1 + f2"]')).toBe("");
  expect(await messages('["x2", "-x1"]')).toMatch(/no use of the correction/);
  expect(await messages('["x2 + f1", "-x1"]', "std")).toMatch(/transformed states/);
});

test("the weak form cannot train hidden states that start at 0", async () => {
  const plan = (encoder_layers: number) =>
    dymad.dataset(oscillators()).train({
      model: "corr_dif",
      options: { physics: ["x2", "-x1 + f"], encoder_layers },
      phases: [{ trainer: "Weak", weak_form_params: { N: 13, dN: 2, ordpol: 2, ordint: 2 } }],
    });
  await expect(plan(0).compile()).rejects.toMatchObject({ code: "E_UNSUPPORTED", path: ["overrides", "phases", 0, "trainer"] });
  expect((await plan(1).compile()).config.model.encoder_layers).toBe(1);
});
