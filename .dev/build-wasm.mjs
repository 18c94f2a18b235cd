// Compiles the kernels to WebAssembly and embeds them, with their hash, in a generated TypeScript file.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const wasm = "sdk/numerics/engine/wasm";
const scratch = mkdtempSync(join(tmpdir(), "kernels-"));
const file = join(scratch, "kernels.wasm");
const flags = [
  "-O2",
  "--noAssert",
  "--runtime",
  "stub",
  "--enable",
  "simd",
  "--importMemory",
  "--use",
  "abort=",
  "--baseDir",
  root,
];
const { error, stderr } = await asc.main([`${wasm}/assembly/index.ts`, ...flags, "--outFile", relative(root, file)]);
if (error) throw new Error(`the kernels do not compile: ${stderr.toString()}`);

const bytes = readFileSync(file);
rmSync(scratch, { recursive: true });
const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
const lines = [
  "// Made by .dev/build-wasm.mjs from the sources in assembly/.",
  "/** The compiled kernels, base64. */",
  `export const kernelBase64 =\n  "${bytes.toString("base64")}";`,
  "/** SHA-256 of the compiled kernels, its first 16 hexadecimal digits: the engine build hash. */",
  `export const kernelHash = "${hash}";`,
];
writeFileSync(join(root, wasm, "_kernels.ts"), `${lines.join("\n")}\n`);
process.stderr.write(`kernels: ${bytes.length} bytes, ${hash}\n`);
