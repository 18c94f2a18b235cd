import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FileStore } from "../../../../sdk/workflow/store/file-store.js";
import { MemoryStore } from "../../../../sdk/workflow/store/memory-store.js";
import { storeConformance } from "../../../conformance/store.case.js";

const folder = mkdtempSync(join(tmpdir(), "dymad-store-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fresh = (): FileStore => new FileStore(mkdtempSync(join(folder, "s-")));

storeConformance(
  "memory store",
  () => new MemoryStore(),
  (store) => store,
);
storeConformance("file store", fresh, (store) => new FileStore((store as FileStore).root));

test("files stand in the folder of their kind, with sorted keys and nothing temporary left", () => {
  const store = fresh();
  const { handle } = store.create("evaluation", { b: 1, a: { d: 1, c: 2 } }, { npz: new Uint8Array(1) });
  store.update(handle, 1, { b: 2 });
  expect(readdirSync(join(store.root, "evaluations")).sort()).toEqual([`${handle}.json`, `${handle}.npz`]);
  const text = readFileSync(join(store.root, "evaluations", `${handle}.json`), "utf8");
  expect(Object.keys(JSON.parse(text))).toEqual(["handle", "kind", "revision", "schema_version", "value"]);
});

test("a torn record is refused with its file's name, and so is a record of another layout", () => {
  const store = fresh();
  const { handle } = store.create("dataset", { path: "x".repeat(100) });
  const path = join(store.root, "datasets", `${handle}.json`);
  const whole = readFileSync(path, "utf8");
  writeFileSync(path, whole.replace('"schema_version": 1', '"schema_version": 99'));
  expect(() => store.read(handle)).toThrow(/version 99/);
  writeFileSync(path, whole);
  truncateSync(path, 40);
  expect(() => store.read(handle)).toThrow(expect.objectContaining({ code: "E_FORMAT", message: expect.stringContaining(path) }));
  truncateSync(path, 0);
  expect(() => store.read(handle)).toThrow(expect.objectContaining({ code: "E_FORMAT" }));
});

test("updates from several processes are never lost", async () => {
  const store = fresh();
  const { handle } = store.create("dataset", { n: 0 });
  const script = `
    import { FileStore } from ${JSON.stringify(new URL("../../../../sdk/workflow/store/file-store.ts", import.meta.url).href)};
    const store = new FileStore(${JSON.stringify(store.root)});
    for (let i = 0; i < 20; ) {
      const at = store.read(${JSON.stringify(handle)});
      try { store.update(at.handle, at.revision, { n: at.value.n + 1 }); i++; } catch (e) { if (e.code !== "E_CONFLICT") throw e; }
    }`;
  const file = join(folder, "count.mts");
  writeFileSync(file, script);
  const tsx = new URL("../../../../node_modules/tsx/dist/cli.mjs", import.meta.url).pathname;
  const run = (): Promise<number | null> =>
    new Promise((done) => spawn(process.execPath, [tsx, file], { stdio: "inherit" }).on("exit", (code) => done(code)));
  expect(await Promise.all([run(), run(), run()])).toEqual([0, 0, 0]);
  expect(store.read(handle)).toMatchObject({ revision: 61, value: { n: 60 } });
});
