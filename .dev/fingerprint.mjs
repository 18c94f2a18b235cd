import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const generated = /_kernels\.ts$/;

function walk(path) {
  if (!statSync(path).isDirectory()) return generated.test(path) ? [] : [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => walk(join(path, name)));
}

/** SHA-256 over names and contents of everything the build reads: equal sources, equal fingerprint. */
export function fingerprint(root) {
  const hash = createHash("sha256");
  for (const top of ["sdk", "cli", "mcp", "kernel-extensions", ".dev", "tsconfig.json", "package.json"]) {
    for (const file of walk(join(root, top)))
      hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}
