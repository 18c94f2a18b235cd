// page.ipynb in JupyterLab: the page in its output trains, and its model has the bits of the one trained by a process.
import { command, openNotebook, outputOf, settled } from "./lab.mjs";

export async function seePage({ browser, url, pictures }) {
  const page = await openNotebook(browser, url, "page.ipynb");
  await command(page, "notebook:run-all-cells");
  await settled(page);
  const text = await outputOf(page, "i < 150").textContent();
  const frame = page.frameLocator("iframe");
  const told = await frame.locator("#told").textContent();
  const points = (await frame.locator("polyline").getAttribute("points"))?.split(" ").length ?? 0;
  await page.locator("iframe").scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${pictures}/page.png` });
  await page.close();
  if (!text.includes("the same bits")) throw new Error(`the page and the process differ: ${text} (${told})`);
  if (points < 100) throw new Error(`the curve of the page has ${points} points`);
  return { told, points };
}
