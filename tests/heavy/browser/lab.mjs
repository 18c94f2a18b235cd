// JupyterLab in a page, and what a person does there.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Settings of the person who looks: every cell is drawn wherever the page stands, and nothing is fetched from outside. */
const settings = {
  "@jupyterlab/notebook-extension/tracker": { windowingMode: "none" },
  "@jupyterlab/apputils-extension/notification": { fetchNews: "false", checkForUpdates: false },
};

/** Starts JupyterLab in a folder. @returns its address, and how to stop it */
export async function startLab({ bin, work, env }) {
  for (const [name, content] of Object.entries(settings)) {
    const path = join(env.JUPYTER_CONFIG_DIR, "lab/user-settings", `${name}.jupyterlab-settings`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(content));
  }
  const words = [
    "lab",
    "--no-browser",
    "--allow-root",
    "--port=0",
    "--IdentityProvider.token=",
    "--LabApp.expose_app_in_browser=True",
  ];
  const lab = spawn(join(bin, "jupyter"), words, { cwd: work, env, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((done) => lab.on("close", done));
  const stop = async () => {
    lab.kill();
    await ended;
  };
  let said = "";
  const url = await new Promise((found, failed) => {
    lab.stderr.on("data", (text) => {
      said += text;
      const address = /http:\/\/(?:localhost|127\.0\.0\.1):(\d+)\/lab/.exec(said);
      if (address !== null) found(`http://127.0.0.1:${address[1]}`);
    });
    lab.on("close", () => failed(new Error(`JupyterLab ended:\n${said}`)));
  });
  return { url, stop };
}

/** A notebook open in a page, its kernel ready. */
export async function openNotebook(browser, url, name) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  page.setDefaultTimeout(120_000);
  await page.goto(`${url}/lab/tree/${name}?reset`);
  await page.locator(".jp-NotebookPanel .jp-CodeCell").first().waitFor();
  await page.waitForFunction(() => {
    const { context } = globalThis.jupyterapp.shell.currentWidget ?? {};
    return context?.sessionContext?.session?.kernel?.status === "idle";
  });
  return page;
}

export const command = (page, id, words = {}) =>
  page.evaluate(([name, given]) => void globalThis.jupyterapp.commands.execute(name, given), [id, words]);

/** Waits until every cell that was started has ended. */
export const settled = (page, timeout = 300_000) =>
  page.waitForFunction(
    () => {
      const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputArea-prompt")].map((one) => one.textContent ?? "");
      return prompts.some((text) => /\d/.test(text)) && prompts.every((text) => !text.includes("*"));
    },
    null,
    { timeout },
  );

/** Output of the code cell that begins with a text. */
export const outputOf = (page, start) => page.locator(".jp-CodeCell", { hasText: start }).first().locator(".jp-OutputArea");

/** The whole notebook as one picture, whatever the height of the window. */
export async function photograph(page, path) {
  const height = await page.evaluate(() => document.querySelector(".jp-NotebookPanel .jp-Notebook")?.scrollHeight ?? 900);
  const inner = await page.evaluate(() => {
    const outer = [...document.querySelectorAll(".jp-NotebookPanel .jp-WindowedPanel-outer")];
    return Math.max(...outer.map((one) => one.scrollHeight), 900);
  });
  await page.setViewportSize({ width: 1200, height: Math.min(16_000, Math.max(height, inner) + 200) });
  await page.screenshot({ path });
  await page.setViewportSize({ width: 1200, height: 900 });
}
