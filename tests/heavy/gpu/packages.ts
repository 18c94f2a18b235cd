import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Load, packagesOf } from "../../../sdk/numerics/engine/tfjs/device.js";

/** The packages live in a folder of their own: they are large, and no part of the project. */
const folder = resolve(import.meta.dirname, "../../../.dymad/gpu");
const wanted = packagesOf.webgpu;

const present = (specifier: string): boolean => {
  const at = specifier.lastIndexOf("@");
  const manifest = join(folder, "node_modules", specifier.slice(0, at), "package.json");
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version === specifier.slice(at + 1);
};

/** Run once before the tests: installs what is not there yet, and nothing else. */
export function setup(): void {
  if (wanted.every(present)) return;
  console.log(`installing ${wanted.join(" ")} into ${folder} (about 150 MB, once)`);
  mkdirSync(folder, { recursive: true });
  // a package of its own, or npm would install into the project around it
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status } = spawnSync(npm, ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...wanted], {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`npm could not install ${wanted.join(" ")}`);
}

/** Gets packages from that folder. */
export const load: Load = (name) => import(pathToFileURL(createRequire(join(folder, "package.json")).resolve(name)).href);
