// npm run browser: JupyterLab in headless Chromium. A notebook is run and looked at: charts are drawn, the display of a training
// moves, the Interrupt button ends a run and keeps its model. Pictures are kept in .dymad/browser.
// Usage: npm run browser [-- STEP ...]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchChromium, needChromium } from "../bits/browser.mjs";
import { needJupyter, root } from "../notebooks/jupyter.mjs";
import { seeInterrupt } from "./interrupt.mjs";
import { startLab } from "./lab.mjs";
import { seeNotebook } from "./notebook.mjs";
import { seePage } from "./page.mjs";
import { seeReport } from "./report.mjs";

const steps = { notebook: seeNotebook, interrupt: seeInterrupt, page: seePage, report: seeReport };
const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (steps[name] === undefined) throw new Error(`no step ${name}: the steps are ${Object.keys(steps).join(", ")}`);
}

const path = needChromium();
if (path === null) {
  console.error("Chromium is not installed: apt-get install chromium, or set DYMAD_CHROMIUM to its path");
  process.exit(1);
}
const jupyter = needJupyter();
const pictures = join(root, ".dymad/browser");
mkdirSync(pictures, { recursive: true });
const lab = await startLab(jupyter);
const browser = await launchChromium(path);
try {
  for (const [name, see] of Object.entries(steps)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const started = performance.now();
    let seen;
    try {
      seen = { ok: true, ...(await see({ browser, url: lab.url, work: jupyter.work, env: jupyter.env, pictures })) };
    } catch (error) {
      process.exitCode = 1;
      seen = { ok: false, error: String(error?.stack ?? error) };
    }
    console.log(JSON.stringify({ step: name, seconds: Math.round((performance.now() - started) / 1000), ...seen }));
  }
} finally {
  await browser.close();
  await lab.stop();
}
