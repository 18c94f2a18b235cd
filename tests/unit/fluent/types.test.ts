import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "../../doors/_workplace.js";

// The compiler of notebook cells: TypeScript 5.0.4, Node10 resolution, not strict.
const ts = createRequire(import.meta.url)("@tslab/typescript-for-tslab") as typeof import("typescript");

const folder = mkdtempSync(join(tmpdir(), "dymad-types-"));
mkdirSync(join(folder, "node_modules"));
symlinkSync(root, join(folder, "node_modules", "dymad"));
afterAll(() => rmSync(folder, { recursive: true }));

const imports = 'import { dymad, Evaluation, Run, TrainPlan } from "dymad";';
const cells = {
  chain: `${imports}
    const plan: TrainPlan = dymad.dataset("a.npz").split({ train_frac: 0.75 }).train({ model: "kbf", options: { koopman_dimension: 3 } });
    async function cell(): Promise<void> {
      const run: Run = await plan.phase({ trainer: "NODE", sweep_lengths: [10, null] }).run();
      const evaluation: Evaluation = await run.evaluate();
      const rmse: number = evaluation.rmse;
      const prediction: number = evaluation.predictions[0].get(0, 0);
      const peak: number = (await dymad.dataset("a.npz").analyze({ workflow_key: "havok" })).result.bursts[0].peak;
      const rows: number = (await dymad.dataset("a.npz").analyze()).result.nx;
    }`,
  mistakes: `${imports}
    const spec: number = dymad.dataset("a.npz").train({ model: "kbf" }).spec;
    dymad.dataset("a.npz").train({ modl: "kbf" });
    dymad.dataset("a.npz").train({ model: "ldm", options: { koopman_dimension: 3 } });
    dymad.dataset("a.npz").train({ model: "kbf" }).split({});
    dymad.dataset("a.npz").train({ model: "kbf" }).phase({ trainer: "Wek" });
    dymad.dataset("a.npz").analyze({ workflow_key: "havoc" });`,
};
const fileOf = (name: string): string => join(folder, `${name}.ts`);
for (const [name, text] of Object.entries(cells)) writeFileSync(fileOf(name), text);

const program = ts.createProgram(Object.keys(cells).map(fileOf), {
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: 2,
  types: [],
});

/** What a notebook says about a cell: the last, most exact line of each message. */
function complaints(name: keyof typeof cells): string[] {
  const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(fileOf(name)));
  return found.map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n").split("\n").at(-1)?.trim() ?? "");
}

test("the chain is typed in a notebook from end to end", () => {
  expect(complaints("chain")).toEqual([]);
});

test("mistakes are answered in the words of the interface", () => {
  expect(complaints("mistakes")).toEqual([
    "Type 'TrainingRequest' is not assignable to type 'number'.",
    "Object literal may only specify known properties, but 'modl' does not exist in type 'TrainWords<keyof ModelWords>'. Did you mean to write 'model'?",
    "Object literal may only specify known properties, and 'koopman_dimension' does not exist in type 'LdmRequest'.",
    "Property 'split' does not exist on type 'TrainPlan'.",
    `Type '"Wek"' is not assignable to type 'Trainer'. Did you mean '"Weak"'?`,
    `Type '"havoc"' is not assignable to type '"vortex_transform_modes" | "havok"'. Did you mean '"havok"'?`,
  ]);
});

test("public types reach into no package: the schema library needs a newer compiler than notebooks have", () => {
  const outside = program
    .getSourceFiles()
    .filter(({ fileName }) => /node_modules\/(?!dymad\/|@tslab\/)/.test(fileName.slice(root.length)));
  expect(outside.map(({ fileName }) => fileName)).toEqual([]);
});
