// A real Jupyter with the kernel that `dymad notebook` sets up, and a folder with a copy of the notebooks.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../../..");

/** What a program prints; where it fails, the end of this process, with what it said. */
export function must(program, words, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: "utf8", maxBuffer: 1e8, ...options });
  if (status === 0) return stdout;
  console.error(`${program} ${words.join(" ")}\n${stdout ?? ""}${stderr ?? ""}${error ?? ""}`);
  process.exit(1);
}

/**
 * Jupyter from PyPI in a virtual environment below .dymad, made by the first call, and a new folder that goes when this process ends.
 *
 * @returns  `bin` of the environment; `home`, in which `work` has the notebooks and node_modules a `dymad`; `env` to start Jupyter with
 */
export function needJupyter() {
  const venv = join(root, ".dymad/jupyter");
  const bin = join(venv, "bin");
  if (!existsSync(join(bin, "jupyter-lab"))) {
    console.log("installing JupyterLab into .dymad/jupyter ...");
    mkdirSync(join(root, ".dymad"), { recursive: true });
    must("python3", ["-m", "venv", venv]);
    must(join(bin, "pip"), ["install", "--quiet", "jupyterlab==4.4.9", "nbclient==0.10.2"]);
  }
  const home = mkdtempSync(join(tmpdir(), "dymad-notebooks-"));
  process.on("exit", () => rmSync(home, { recursive: true, force: true }));
  const work = join(home, "work");
  // what a person has run there stays where it is
  const kept = (path) => !["runs", "node_modules", ".ipynb_checkpoints"].includes(basename(path));
  cpSync(join(root, "notebooks"), work, { recursive: true, filter: kept });
  mkdirSync(join(home, "node_modules"));
  symlinkSync(root, join(home, "node_modules/dymad"));
  for (const name of ["@types", "tslab", "ts-node", "typescript"])
    symlinkSync(join(root, "node_modules", name), join(home, "node_modules", name));
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    JUPYTER_DATA_DIR: join(home, "jupyter"),
    JUPYTER_CONFIG_DIR: join(home, "jupyter-config"),
  };
  must(process.execPath, [join(root, "dist/cli/main.js"), "notebook", work, "--no-open"], { env, cwd: work });
  return { bin, home, work, env };
}
