import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCells, type Sent } from "./_cells.js";
import { root, Workplace } from "./_workplace.js";

interface Notebook {
  readonly cells: readonly {
    readonly cell_type: "code" | "markdown";
    readonly source: string | readonly string[];
    readonly metadata: { readonly tags?: readonly string[] };
    readonly outputs?: readonly unknown[];
    readonly execution_count?: number | null;
  }[];
  readonly metadata: { readonly kernelspec: { readonly name: string } };
}

const folder = join(root, "notebooks");
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
const read = (name: string): Notebook => JSON.parse(readFileSync(join(folder, name), "utf8")) as Notebook;

/** What is cheap: the cells before the first training (`shows-live`) or other long work (`slow`). `npm run notebooks` executes all. */
const cheapCells = (name: string): { source: string; tags: readonly string[] }[] => {
  const code = read(name).cells.filter(({ cell_type }) => cell_type === "code");
  const long = code.findIndex(({ metadata }) => metadata.tags?.some((tag) => tag === "shows-live" || tag === "slow"));
  return code
    .slice(0, long === -1 ? code.length : long)
    .map(({ source, metadata }) => ({ source: [source].flat().join(""), tags: metadata.tags ?? [] }));
};

const place = new Workplace();
afterAll(() => place.remove());
const sent = new Map<string, readonly Sent[]>();

beforeAll(async () => {
  cpSync(join(folder, "data"), place.path("data"), { recursive: true });
  // one kernel for all: its compiler is what takes time, and a cell may declare a name again
  const cells = names.map(cheapCells);
  const sources = cells.flat().map(({ source }) => source);
  // the kernel of dymad has the extension loaded before the first cell
  const [, ...all] = await runCells(place.folder, ['import "dymad/kernel";', ...sources]);
  for (const [i, name] of names.entries()) sent.set(name, all.splice(0, cells[i].length));
}, 180_000);

describe.each(names)("notebooks/%s", (name) => {
  test("is kept without outputs, for the kernel that dymad sets up", () => {
    const { cells, metadata } = read(name);
    expect(metadata.kernelspec.name).toBe("dymad");
    expect(cells.filter(({ outputs = [], execution_count = null }) => outputs.length > 0 || execution_count !== null)).toEqual(
      [],
    );
  });

  test("runs up to its first training, and what is said to show itself does", () => {
    const results = sent.get(name) ?? [];
    expect(results.map(({ status, streams }) => [status, status === "ok" ? "" : streams])).toEqual(results.map(() => ["ok", ""]));
    const shown = cheapCells(name).map(({ tags }) => (tags.some((tag) => tag.startsWith("shows-")) ? 1 : 0));
    expect(results.map(({ displays }) => displays.length)).toEqual(shown);
  });
});
