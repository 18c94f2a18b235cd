// The page of `dymad report RUN --html`, opened as a file: nothing is asked for from outside, its pictures are drawn, its tables sort, it can be
// read on light and dark screens and on a phone, and it is whole without JavaScript.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../notebooks/jupyter.mjs";

const searched = `version: 1
model_key: lti
data:
  train: { path: osc.csv }
overrides:
  model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 }
  phases:
    - { trainer: Weak, n_epochs: 60, weak_form_params: { N: 13 } }
  cv: { param_grid: { phases.0.learning_rate: [0.1, 0.03, 0.01] } }
`;
const failing = searched.replace(/ {2}cv:.*\n/, "").replace("n_epochs: 60,", "n_epochs: 60, learning_rate: 1e300,");

/** Damped oscillations from four starts. */
function data() {
  const rows = [0, 1, 2, 3].flatMap((i) =>
    Array.from({ length: 64 }, (_, k) => {
      const size = Math.exp(-0.005 * k);
      return [i, 0.1 * k, size * Math.cos(0.1 * k + i), -size * Math.sin(0.1 * k + i)].join(",");
    }),
  );
  return `traj,t,x1,x2\n${rows.join("\n")}\n`;
}

const dymad = (words, cwd) => spawnSync(process.execPath, [join(root, "dist/cli/main.js"), ...words], { cwd, encoding: "utf8" });

/**
 * @param folder    an empty one, for the runs
 * @param pictures  where screenshots are kept; default the folder
 * @returns         what was seen; throws where something is not as it should be
 */
export async function seeReport({ browser, work, folder = join(work, "reports"), pictures = folder }) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "osc.csv"), data());
  writeFileSync(join(folder, "searched.yaml"), searched);
  writeFileSync(join(folder, "failing.yaml"), failing);
  dymad(["train", "searched.yaml", "--out", "searched"], folder);
  dymad(["train", "failing.yaml", "--out", "failing"], folder);
  const seen = {};
  for (const name of ["searched", "failing"]) {
    const { status, stderr } = dymad(["report", name, "--html"], folder);
    if (status !== 0) throw new Error(stderr);
    seen[name] = await look(browser, join(folder, name, "report.html"), join(pictures, `report-${name}`));
  }
  requireAll({
    "four charts and a table that sorts": seen.searched.pictures >= 4 && seen.searched.sorted,
    "the error, what to do, and the log of a failed run": /What went wrong.*What to do.*phase 1\/1/s.test(seen.failing.text),
  });
  return { pictures: seen.searched.pictures, sorted: seen.searched.sorted };
}

async function look(browser, path, picture) {
  const asked = [];
  const context = await browser.newContext({ viewport: { width: 900, height: 900 }, offline: true });
  const page = await context.newPage();
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => asked.push(String(error)));
  const url = String(pathToFileURL(path));
  await page.goto(url);
  const found = await page.evaluate(readPage);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${picture}-${colorScheme}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 390, height: 800 });
  const phone = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  await page.screenshot({ path: `${picture}-phone.png`, fullPage: true });
  await context.close();

  const plain = await browser.newContext({ javaScriptEnabled: false });
  const silent = await plain.newPage();
  await silent.goto(url);
  const text = await silent.locator("main").textContent();
  await plain.close();
  requireAll({
    "nothing is asked for": asked.length === 1 && asked[0] === url,
    "pictures have marks": found.empty === 0,
    "nothing is wider than the page": found.fits && phone,
    "the same text without JavaScript": text.includes("How to reproduce"),
  });
  return { ...found, text };
}

/** Pictures with their marks, whether the page fits, and whether a click on a header sorts its table. */
function readPage() {
  const drawn = [...document.querySelectorAll(".wide svg")].map(
    (svg) => svg.getBoundingClientRect().width > 100 && svg.querySelectorAll("path[d], line, rect, circle").length > 5,
  );
  const values = (table) => [...table.tBodies[0].rows].map((row) => Number(row.cells[2].dataset.value));
  const table = [...document.querySelectorAll("table")].find(({ tHead }) => tHead.textContent.includes("candidate"));
  let sorted = false;
  if (table !== undefined) {
    const button = table.tHead.rows[0].cells[2].querySelector("button");
    const before = values(table);
    button.click();
    button.click();
    const after = values(table);
    sorted = before.length > 1 && String(after) === String([...before].sort((a, b) => b - a));
  }
  const fits = document.documentElement.scrollWidth <= innerWidth;
  return { pictures: drawn.length, empty: drawn.filter((one) => !one).length, sorted, fits };
}

function requireAll(conditions) {
  const lacking = Object.entries(conditions).filter(([, holds]) => !holds);
  if (lacking.length > 0) throw new Error(`not seen: ${lacking.map(([what]) => what).join("; ")}`);
}
