import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const manifest: {
  main: string;
  types: string;
  bin: Record<string, string>;
  exports: Record<string, string | { types: string; default: string }>;
  typesVersions: Record<string, Record<string, string[]>>;
} = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const entries = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === "string" ? [] : [{ subpath, name: `dymad${subpath.slice(1)}`, ...target }],
);

test("typesVersions, which old resolution reads, says what exports says", () => {
  const derived = entries.filter(({ subpath }) => subpath !== ".").map(({ subpath, types }) => [subpath.slice(2), [types]]);
  expect(manifest.typesVersions).toEqual({ "*": Object.fromEntries(derived) });
});

test("main and types are those of the root export", () => {
  expect({ types: manifest.types, default: manifest.main }).toEqual(manifest.exports["."]);
});

test("every file the package names is built", () => {
  const named = [manifest.main, manifest.types, ...Object.values(manifest.bin), ...entries.flatMap((e) => [e.types, e.default])];
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test.each(Object.values(manifest.bin))("%s can be executed as it stands", (file) => {
  expect(readFileSync(join(root, file), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(() => accessSync(join(root, file), constants.X_OK)).not.toThrow();
});

/** `typesVersions` and `exports` point into dist, which mirrors the sources. */
const sourceOf = (built: string): string => built.replace("./dist/", "").replace(/\.js$/, ".ts");

test.each(entries.filter((entry) => entry.default.endsWith("/index.js")))(
  "$name lists its names one by one",
  ({ default: file }) => {
    const source = readFileSync(join(root, sourceOf(file)), "utf8");
    expect(source).not.toMatch(/export\s*\*|export\s+default/);
    expect(source.replace(/\/\*[\s\S]*?\*\//g, "")).toMatch(/^(\s*export (type )?\{[^}]*\} from "\.[^"]+";)+\s*$/);
  },
);

/** What a fresh process prints that loads an entry: its names, sorted. Every warning and stray line is in the result too. */
function load(...args: string[]): { names: string[]; noise: string } {
  const text = execFileSync("sh", ["-c", 'exec "$0" "$@" 2>&1', process.execPath, ...args], { cwd: root, encoding: "utf8" });
  const lines = text.trimEnd().split("\n");
  return { names: JSON.parse(lines.pop() as string), noise: lines.join("\n") };
}

test.each(entries)("import and require of $name give the same names, without a warning", ({ name }) => {
  const print = "console.log(JSON.stringify(Object.keys(loaded).sort()))";
  const imported = load("--input-type=module", "-e", `import * as loaded from "${name}"; ${print}`);
  const required = load("--input-type=commonjs", "-e", `const loaded = require("${name}"); ${print}`);
  expect(imported.noise + required.noise).toBe("");
  expect(imported.names.length).toBeGreaterThan(0);
  expect(required.names.filter((key) => key !== "__esModule")).toEqual(imported.names);
});
