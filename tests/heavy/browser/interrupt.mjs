// The Interrupt button of JupyterLab during a training: the run is cancelled and keeps its best model.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command, openNotebook, outputOf, settled } from "./lab.mjs";

const name = "interrupted.ipynb";

const cells = [
  `import { dymad } from "dymad";
const x = [0, 1, 2, 3].map((i) => Array.from({ length: 64 }, (_, k) => [Math.cos(0.1 * k + i), Math.sin(0.1 * k + i)]));
const plan = dymad
  .dataset({ x: x, dt: 0.1 })
  .train({ model: "lti", phases: [{ trainer: "Weak", n_epochs: 1000000, weak_form_params: { N: 13 } }], run: { name: "interrupted" } });`,
  "await plan.run();",
  `const again = dymad.open("runs/interrupted");
console.log("after:", again.status, typeof (await again.model()));`,
];

export async function seeInterrupt({ browser, url, work, pictures }) {
  const code = cells.map((source, i) => ({
    cell_type: "code",
    id: `c${i}`,
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  }));
  const kernelspec = { name: "dymad", display_name: "TypeScript (dymad)", language: "typescript" };
  writeFileSync(join(work, name), JSON.stringify({ cells: code, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }));
  const page = await openNotebook(browser, url, name);
  await command(page, "notebook:run-all-cells");
  const training = outputOf(page, "await plan.run()");
  await training.locator("code, pre", { hasText: "epoch" }).first().waitFor();
  await page.waitForTimeout(1500);
  await page.locator('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]').click();
  await training
    .getByText(/\bCANCELLED\b/)
    .first()
    .waitFor();
  await settled(page);
  // what was waiting to be run went with the interrupt: the last cell is run by itself
  await page.locator(".jp-CodeCell", { hasText: "again.status" }).first().click();
  await command(page, "notebook:run-cell");
  await outputOf(page, "again.status").getByText("after: CANCELLED object").waitFor();
  await page.screenshot({ path: `${pictures}/interrupted.png` });
  await page.close();
  if (!existsSync(join(work, "runs/interrupted/checkpoint.dymad"))) throw new Error("the interrupted run has no checkpoint");
  return { status: "CANCELLED", checkpoint: true };
}
