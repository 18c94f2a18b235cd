import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/differences-from-dymad.md"), "utf8");
const rows = [...page.matchAll(/^\| ([A-Z]-?\d+) \| (.+) \| (.+) \| (.+) \|$/gm)].map(([, id, was, is, tested]) => ({
  id,
  was,
  is,
  files: [...tested.matchAll(/`([^`]+)`/g)].map(([, file]) => file),
}));

/** How many points each list of the study has. */
const lists: readonly (readonly [string, number])[] = [
  ["W-", 61],
  ["S", 18],
  ["T", 13],
  ["D", 12],
  ["P", 8],
  ["N", 5],
  ["M", 27],
];

test("every point of every list has its line, once and in order", () => {
  const wanted = lists.flatMap(([prefix, count]) =>
    Array.from({ length: count }, (_, i) => `${prefix}${prefix === "W-" ? String(i + 1).padStart(2, "0") : i + 1}`),
  );
  expect(rows.map(({ id }) => id)).toEqual(wanted);
});

test("what a line says is tested in is a file of tests", () => {
  const missing = rows.flatMap(({ id, files }) => {
    const lost = files.filter(
      (file) => !existsSync(join(root, "tests", `${file}.ts`)) && !existsSync(join(root, "tests", `${file}.test.ts`)),
    );
    return files.length === 0 ? [`${id}: nothing`] : lost.map((file) => `${id}: ${file}`);
  });
  expect(missing).toEqual([]);
});
