import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { packages, ranks } from "./rooms.js";

const root = resolve(import.meta.dirname, "..");
const files = ["sdk", "cli", "mcp", "kernel-extensions"]
  .flatMap((top) => walk(join(root, top)))
  .filter((file) => !file.includes("/assembly/"));

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return walk(path);
    return path.endsWith(".ts") ? [relative(root, path)] : [];
  });
}

/** Every module a file names in an import or re-export, with whether the import is types only. */
function importsOf(file: string): { target: string; typeOnly: boolean }[] {
  const text = readFileSync(join(root, file), "utf8");
  const pattern = /^\s*(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm;
  return [...text.matchAll(pattern)].map((m) => ({ typeOnly: m[1] !== undefined, target: m[2] ?? m[3] }));
}

const resolveTarget = (file: string, target: string): string =>
  posix.normalize(posix.join(dirname(file), target)).replace(/\.js$/, ".ts");

function roomOf(file: string): string {
  const room = Object.keys(ranks)
    .filter((name) => file === name || file.startsWith(`${name}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (room === undefined) throw new Error(`${file} belongs to no room of the architecture: move it, or name its room`);
  return room;
}

test("arrows run one way: an import's room has a lower rank than its importer's", () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter(({ target }) => target.startsWith("."))
      .map(({ target }) => resolveTarget(file, target))
      .filter((target) => roomOf(file) !== roomOf(target) && ranks[roomOf(target)] >= ranks[roomOf(file)])
      .map((target) => `${file} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("docs/architecture.md prints this table", () => {
  const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
  const printed = /<!-- ranks -->\n```\n([\s\S]*?)\n```/.exec(page)?.[1];
  const table = Object.entries(ranks).map(([room, rank]) => `${String(rank).padEnd(6)}${room}`);
  expect(printed?.split("\n")).toEqual(table);
});

test("no file imports itself through others", () => {
  const graph = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter(({ target, typeOnly }) => target.startsWith(".") && !typeOnly)
        .map(({ target }) => resolveTarget(file, target)),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test("outside packages stay in the rooms that may use them", () => {
  const wrong = files.flatMap((file) =>
    importsOf(file).flatMap(({ target }) => {
      const rule = packages.find(([prefix]) => target.startsWith(prefix));
      return rule && !rule[1].some((room) => file.startsWith(room)) ? [`${file} uses ${target}`] : [];
    }),
  );
  expect(wrong).toEqual([]);
});

test("no top-level await: the package can be required from a notebook cell", () => {
  const wrong = files.filter((file) => /^await\s/m.test(readFileSync(join(root, file), "utf8")));
  expect(wrong).toEqual([]);
});

test("no transcendental function of Math, no power but one of 2: their bits are not those of every engine", () => {
  const pattern =
    /\bMath\.(exp|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|hypot|cbrt)\b|(?<!\b2 )\*\*|\*\*(?! \d)/;
  // charts draw, and the elementary functions are what the others are to use
  const free = /^sdk\/(charts\/|numerics\/elementary[./])/;
  const wrong = files
    .filter((file) => file.startsWith("sdk/") && !free.test(file))
    .filter((file) => pattern.test(readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")));
  expect(wrong).toEqual([]);
});
