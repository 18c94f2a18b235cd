// npm run test:bits: the same training on one and two threads, on Node 20, 22 and 24, and in headless Chromium, compared by hash.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inBrowser, needChromium } from "./browser.mjs";

const script = fileURLToPath(new URL("node.mjs", import.meta.url));
const jobs = ["float64", "float32"].flatMap((dtype) => [1, 2].map((threads) => ({ dtype, threads })));
const rows = [];
const missing = [];
const show = (row) => {
  rows.push(row);
  console.log(
    `${row.where.padEnd(28)} ${row.dtype} ${row.threads} thread${row.threads === 1 ? " " : "s"}  ${row.checkpoints.map((h) => h.slice(0, 16)).join(" ")}  forecast ${row.forecast.slice(0, 16)}  rmse ${row.rmse}`,
  );
};

const here = process.version.slice(1).split(".")[0];
for (const version of ["20", "22", "24"]) {
  for (const { dtype, threads } of jobs) {
    const [command, ...args] = version === here ? [process.execPath] : ["npx", "-y", "-p", `node@${version}`, "node"];
    try {
      show(
        JSON.parse(
          execFileSync(command, [...args, script, dtype, String(threads)], {
            encoding: "utf8",
            stdio: ["ignore", "pipe", "pipe"],
          }),
        ),
      );
    } catch (error) {
      missing.push(
        `Node ${version} ${dtype} ${threads}: ${String(error.stderr ?? error)
          .trim()
          .split("\n")
          .slice(-3)
          .join(" / ")}`,
      );
    }
  }
}
const chromium = needChromium();
if (chromium === null) missing.push("Chromium: not installed; set DYMAD_CHROMIUM to its path, or apt-get install chromium");
else for await (const row of inBrowser(chromium, jobs)) show(row);

const different = ["float64", "float32"].filter(
  (dtype) =>
    new Set(rows.filter((r) => r.dtype === dtype).map((r) => JSON.stringify([r.checkpoints, r.forecast, r.rmse]))).size > 1,
);
for (const line of missing) console.log(`not shown: ${line}`);
console.log(
  different.length === 0
    ? `${rows.length} runs, one result per dtype: the same bits`
    : `DIFFERENT BITS in ${different.join(", ")}`,
);
process.exit(different.length === 0 && missing.length === 0 ? 0 : 1);
