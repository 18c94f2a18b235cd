// Builds the package into dist/: kernels to WebAssembly, TypeScript to JavaScript and declarations.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fingerprint } from "./fingerprint.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (script, ...args) => execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });

if (existsSync(`${root}/dist`)) rmSync(`${root}/dist`, { recursive: true });
if (existsSync(`${root}/.dev/build-wasm.mjs`)) run(".dev/build-wasm.mjs");
run("node_modules/typescript/bin/tsc", "-p", "tsconfig.json");
const main = `${root}/dist/cli/main.js`;
if (existsSync(main)) chmodSync(main, 0o755);
const { version } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
writeFileSync(`${root}/dist/build.json`, `${JSON.stringify({ version, sources: fingerprint(root) })}\n`);
