// Serves the built package to headless Chromium and runs the job in a page there.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const types = { ".js": "text/javascript", ".mjs": "text/javascript", ".html": "text/html", ".json": "application/json" };

/** Bare names of packages as a browser must write them: workers have no import maps. */
const packages = { fflate: "/node_modules/fflate/esm/browser.js" };
const resolved = (text) =>
  text
    .replace(/from "(@noble\/hashes\/[^"]+)"/g, 'from "/node_modules/$1"')
    .replace(/from "(fflate)"/g, (_, name) => `from "${packages[name]}"`);

function serve() {
  const server = createServer((request, response) => {
    const path = normalize(join(root, decodeURIComponent(new URL(request.url, "http://localhost").pathname)));
    if (!path.startsWith(root) || !existsSync(path)) {
      response.writeHead(404).end();
      return;
    }
    const type = types[extname(path)] ?? "application/octet-stream";
    const content = type === "text/javascript" ? resolved(readFileSync(path, "utf8")) : readFileSync(path);
    // shared memory needs a page that is isolated from other origins
    response.writeHead(200, {
      "content-type": type,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "same-origin",
    });
    response.end(content);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

const candidates = [process.env.DYMAD_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
export const findChromium = () => candidates.find((path) => path !== undefined && existsSync(path)) ?? null;

/** Chromium's path; where there is none and this user may install packages, it is installed first. Null when it cannot be had. */
export function needChromium() {
  if (findChromium() === null && process.getuid?.() === 0) {
    console.log("installing chromium (apt-get install chromium) ...");
    try {
      execFileSync("apt-get", ["install", "-y", "-q", "chromium"], { stdio: "ignore" });
    } catch {
      // null says it
    }
  }
  return findChromium();
}

/** Headless Chromium that asks nothing of the network but what its pages ask for. */
export const launchChromium = (executablePath) =>
  chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

/** Runs the job for each dtype and number of threads; yields the rows. */
export async function* inBrowser(executablePath, jobs) {
  const server = await serve();
  const browser = await launchChromium(executablePath);
  try {
    for (const { dtype, threads } of jobs) {
      const page = await browser.newPage();
      page.setDefaultTimeout(600_000);
      await page.goto(`http://127.0.0.1:${server.address().port}/tests/heavy/bits/page.html`);
      const result = await page.evaluate(([d, t]) => globalThis.job(d, t), [dtype, threads]);
      yield { where: `Chromium ${browser.version()}`, dtype, threads, ...result };
      await page.close();
    }
  } finally {
    await browser.close();
    server.close();
  }
}
