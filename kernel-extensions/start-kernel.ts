import { createRequire } from "node:module";
import { join } from "node:path";

/** What is used of `tslab/dist/main.js`. */
interface Tslab {
  startKernel(options: { configPath: string; enableFindLocal: boolean; jsKernel: boolean; globalVersion: string }): void;
}

// Jupyter starts this file: node start-kernel.js <folder of tslab> <connection file>
const [tslab, configPath] = process.argv.slice(2);
const load = createRequire(import.meta.url);
const kernel = load(join(tslab, "dist", "main.js")) as Tslab;
// The cells' own dymad is the one whose results show themselves; this one serves folders that have none.
try {
  createRequire(join(process.cwd(), "cell.js"))("dymad/kernel");
} catch {
  load("./attach.js");
}
kernel.startKernel({ configPath, enableFindLocal: false, jsKernel: false, globalVersion: "" });
