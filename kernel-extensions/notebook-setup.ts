import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** One thing that notebooks need. */
export interface NotebookPart {
  readonly name: "node" | "jupyter" | "tslab" | "dymad" | "kernel";
  readonly ok: boolean;
  /** version, path, or what is wrong */
  readonly found: string;
  /** what to type to mend it; null where nothing is to be mended */
  readonly remedy: string | null;
}

/** What is there for notebooks, and what is missing. */
export interface NotebookReport {
  readonly parts: readonly NotebookPart[];
  /** where the description of the kernel belongs; null without Jupyter */
  readonly kernelspec: string | null;
  /** folder of the tslab that would run; null when there is none */
  readonly tslab: string | null;
  /** folder of the dymad that cells find; null when there is none */
  readonly dymad: string | null;
}

/** The name under which Jupyter lists the kernel. */
export const kernelName = "dymad";
const displayName = "TypeScript (dymad)";
const starter = fileURLToPath(new URL("./start-kernel.js", import.meta.url));
const ownRoot = dirname(createRequire(import.meta.url).resolve("dymad/package.json"));

/**
 * Looks for what notebooks in a folder need. Nothing is changed.
 *
 * @param folder  where the notebooks are; its tslab comes first, then that of this package, then a global one
 */
export function examineNotebook(folder: string): NotebookReport {
  const version = told("jupyter", ["lab", "--version"]);
  const dataFolder = version === null ? null : told("jupyter", ["--data-dir"]);
  const kernelspec = dataFolder === null ? null : join(dataFolder, "kernels", kernelName, "kernel.json");
  const tslab = findTslab(folder);
  const node: NotebookPart = { name: "node", ok: true, found: `${process.version}, ${process.execPath}`, remedy: null };
  const jupyter: NotebookPart = {
    name: "jupyter",
    ok: version !== null,
    found: version === null ? "jupyter lab does not start" : `JupyterLab ${version}`,
    remedy: version === null ? "pip install jupyterlab" : null,
  };
  const kernel: NotebookPart = {
    name: "tslab",
    ok: tslab !== null,
    found: tslab ?? "not installed here, beside dymad or globally",
    remedy: tslab === null ? "npm install tslab" : null,
  };
  const dymad = findDymad(folder);
  const cells: NotebookPart = {
    name: "dymad",
    ok: dymad !== null,
    found: dymad ?? `cells in ${folder} do not find it`,
    remedy: dymad === null ? "npm install dymad" : null,
  };
  return { parts: [node, jupyter, kernel, cells, installedPart(kernelspec, tslab)], kernelspec, tslab, dymad };
}

/** Writes the description of the kernel where Jupyter looks for it. @returns its path */
export function installKernel(report: NotebookReport & { readonly kernelspec: string; readonly tslab: string }): string {
  mkdirSync(dirname(report.kernelspec), { recursive: true });
  writeFileSync(report.kernelspec, specText(report.tslab));
  return report.kernelspec;
}

/**
 * The compiler of cells looks for packages in folders called node_modules alone, so the notebooks of a checkout of dymad do not find what
 * they lie in. They get a link to it; in any other folder dymad is installed.
 */
export function linkCheckout(folder: string): void {
  const inside = !relative(ownRoot, folder).startsWith("..");
  if (!inside || findDymad(folder) !== null) return;
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(ownRoot, join(folder, "node_modules", "dymad"), "junction");
}

/** The dymad above a folder, as a compiler looks for it. */
function findDymad(folder: string): string | null {
  const here = join(folder, "node_modules", "dymad");
  if (existsSync(here)) return here;
  return dirname(folder) === folder ? null : findDymad(dirname(folder));
}

function installedPart(kernelspec: string | null, tslab: string | null): NotebookPart {
  const remedy = "dymad notebook";
  if (kernelspec === null || tslab === null) return { name: "kernel", ok: false, found: "needs jupyter and tslab", remedy };
  if (!existsSync(kernelspec)) return { name: "kernel", ok: false, found: `${displayName} is not installed`, remedy };
  const same = readFileSync(kernelspec, "utf8") === specText(tslab);
  return same
    ? { name: "kernel", ok: true, found: `${displayName}, ${kernelspec}`, remedy: null }
    : { name: "kernel", ok: false, found: `${displayName} starts another node, tslab or dymad`, remedy };
}

/** Paths are absolute: Jupyter starts kernels with whatever PATH it has. */
function specText(tslab: string): string {
  const argv = [process.execPath, starter, tslab, "{connection_file}"];
  return `${JSON.stringify({ argv, display_name: displayName, language: "typescript", interrupt_mode: "signal" }, null, 2)}\n`;
}

function findTslab(folder: string): string | null {
  const globals = told("npm", ["root", "-g"]);
  for (const home of [folder, dirname(starter), ...(globals === null ? [] : [dirname(globals)])]) {
    try {
      return dirname(createRequire(join(home, "notebook.js")).resolve("tslab/package.json"));
    } catch {
      // the next place
    }
  }
  return globals !== null && existsSync(join(globals, "tslab", "package.json")) ? join(globals, "tslab") : null;
}

/** What a program prints; null when it is not there or fails. */
function told(program: string, words: readonly string[]): string | null {
  const { status, stdout } = spawnSync(program, words, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}
