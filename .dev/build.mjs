// Builds the package into dist/: kernels to WebAssembly, TypeScript to JavaScript and declarations.
// A build that fails leaves the earlier dist/ as it was.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fingerprint } from "./fingerprint.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const next = `${root}/dist.next-${process.pid}`;
const run = (script, ...args) => {
  try {
    execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  } catch {
    rmSync(next, { recursive: true, force: true });
    process.exit(1);
  }
};

const sources = fingerprint(root);
run(".dev/build-wasm.mjs");
run("node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--outDir", next);
if (existsSync(`${next}/cli/main.js`)) chmodSync(`${next}/cli/main.js`, 0o755);
const { version } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
writeFileSync(`${next}/build.json`, `${JSON.stringify({ version, sources })}\n`);
rmSync(`${root}/dist`, { recursive: true, force: true });
renameSync(next, `${root}/dist`);
