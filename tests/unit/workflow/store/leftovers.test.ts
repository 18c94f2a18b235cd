import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FileStore } from "../../../../sdk/workflow/store/file-store.js";
import { newHandle } from "../../../../sdk/workflow/store/kinds.js";
import { leftoversBelow, removeLeftover } from "../../../../sdk/workflow/store/leftovers.js";
import { withLock } from "../../../../sdk/workflow/store/lock.js";

const folder = mkdtempSync(join(tmpdir(), "dymad-left-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fresh = (): string => mkdtempSync(join(folder, "s-"));

test("what a killed process leaves is found and removed; what belongs to a record is not", () => {
  const root = fresh();
  const store = new FileStore(root);
  const { handle } = store.create("dataset", {}, { npz: new Uint8Array(1) });
  const orphan = newHandle("dataset");
  for (const name of [`${handle}.json.12-1.tmp`, `${handle}.json.lock`, `${orphan}.npz`])
    writeFileSync(join(root, "datasets", name), "");
  const found = leftoversBelow(root, -1000);
  expect(found).toEqual(
    [`${handle}.json.12-1.tmp`, `${handle}.json.lock`, `${orphan}.npz`].sort().map((name) => join("datasets", name)),
  );
  expect(leftoversBelow(root, 3_600_000)).toEqual([]);
  for (const path of found) removeLeftover(root, path);
  expect(readdirSync(join(root, "datasets")).sort()).toEqual([`${handle}.json`, `${handle}.npz`]);
});

test("the lock of an owner that has ended, or was silent too long, is taken over", () => {
  const root = fresh();
  const path = join(root, "x.lock");
  // no process has a number this high
  writeFileSync(path, JSON.stringify({ host: hostname(), pid: 2 ** 30 }));
  expect(withLock(path, () => existsSync(path))).toBe(true);
  expect(existsSync(path)).toBe(false);

  for (const [text, age] of [
    ["", 11],
    [JSON.stringify({ host: hostname(), pid: process.pid }), 61],
    [JSON.stringify({ host: "elsewhere", pid: 1 }), 61],
  ] as const) {
    writeFileSync(path, text);
    const then = Date.now() / 1000 - age;
    utimesSync(path, then, then);
    expect(withLock(path, () => true)).toBe(true);
  }
});
