import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DymadError } from "../../errors.js";

/** The directory of the installed package: the nearest one above this file that holds its package.json. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder) throw new DymadError("E_INTERNAL", "the package's own package.json is missing");
    folder = above;
  }
  return folder;
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string }).version;
}

/** Identity of the sources a build was made from, or null when the package was not built by its own script. */
export function buildIdentity(): string | null {
  const path = join(packageRoot(), "dist", "build.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { sources: string }).sources : null;
}

/**
 * A built file of this folder that runs in its own process or thread. Run from TypeScript sources (in tests), it is the one in
 * dist/, because a plain node cannot start the source.
 *
 * @throws  E_INTERNAL when the package has not been built
 */
export function builtScript(name: string): string {
  const path = import.meta.url.endsWith(".ts")
    ? join(packageRoot(), "dist", "sdk", "workflow", "executor", name)
    : join(dirname(fileURLToPath(import.meta.url)), name);
  if (existsSync(path)) return path;
  throw new DymadError("E_INTERNAL", `${path} is missing`, { hint: "build the package first: npm run build" });
}
