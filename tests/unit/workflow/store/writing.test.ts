import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, expect, test } from "vitest";
import { DymadError } from "../../../../sdk/errors.js";
import { quickstart } from "../../../../sdk/workflow/app/quickstart.js";
import { startTraining } from "../../../../sdk/workflow/app/train.js";
import { FileStore } from "../../../../sdk/workflow/store/file-store.js";
import { machineFiles } from "../../../../sdk/workflow/store/files.js";
import { withLock } from "../../../../sdk/workflow/store/lock.js";
import { writing } from "../../../../sdk/workflow/store/writing.js";
import { oscillators } from "../../../doors/_workplace.js";

const root = mkdtempSync(join(tmpdir(), "dymad-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
writeFileSync(join(root, "file"), "");

const refusal = expect.objectContaining({
  code: "E_WRITE",
  message: expect.stringMatching(/^cannot write in .* \((ENOTDIR|EEXIST|EACCES)\)$/),
  hint: expect.stringContaining("--out"),
});
const order = (out: string) => ({
  request: { model_key: "lti", data: { train: { path: "data/train.npz" } } },
  base: root,
  memory: { train: oscillators() },
  out,
});

test("below a regular file nothing can be written, and every way to write says so", async () => {
  const below = join(root, "file", "run");
  for (const work of [
    () => machineFiles.write(below, "x"),
    () => machineFiles.write(join(below, "x"), "x"),
    () => machineFiles.makeDirectory(below),
    () => machineFiles.requireWritable(below),
    () => new FileStore(below).create("analysis", {}),
    () => withLock(below, () => {}),
  ]) {
    expect(work).toThrow(refusal);
  }
  await expect(startTraining(order(below))).rejects.toEqual(refusal);
});

test("the quick start looks before its search", async () => {
  const stages: unknown[] = [];
  const options = { dataPath: "notebooks/data/co2-mauna-loa.csv", out: join(root, "file", "run") };
  await expect(quickstart({ ...options, onStage: (stage) => stages.push(stage) })).rejects.toEqual(refusal);
  expect(stages).toEqual([]);
});

test("looking leaves nothing behind, and allows what can be made", () => {
  machineFiles.requireWritable(join(root, "a", "b", "c"));
  expect(existsSync(join(root, "a"))).toBe(false);
});

// the superuser may write everywhere
test.skipIf(process.getuid?.() === 0)("a directory that is read-only is refused", async () => {
  const closed = join(root, "closed");
  mkdirSync(closed);
  chmodSync(closed, 0o500);
  expect(() => machineFiles.write(join(closed, "x"), "x")).toThrow(refusal);
  await expect(startTraining(order(join(closed, "run")))).rejects.toEqual(refusal);
  expect(readdirSync(closed)).toEqual([]);
});

test("a full disk is a matter of room; what is no matter of the place passes", () => {
  const fails = (code: string) => () => {
    throw Object.assign(new Error(code), { code });
  };
  expect(() => writing("/here/x", fails("ENOSPC"))).toThrow(
    expect.objectContaining({
      code: "E_WRITE",
      message: "cannot write in /here (ENOSPC)",
      hint: expect.stringContaining("room"),
    }),
  );
  expect(() => writing("/here/x", fails("EIO"))).toThrow(expect.not.objectContaining({ code: "E_WRITE" }));
  const own = new DymadError("E_DATA", "mine");
  expect(() => {
    writing("/here/x", () => {
      throw own;
    });
  }).toThrow(own);
});

test("threads of one process that write the same file at once do not disturb each other", async () => {
  const place = join(root, "shared.json");
  const script = `
    const { workerData } = require("node:worker_threads");
    import(workerData.module).then(({ lastingWrite }) => {
      for (let i = 0; i < 100; i++) lastingWrite(workerData.place, "x".repeat(1 + i));
    });`;
  const workerData = { place, module: pathToFileURL(resolve("dist/sdk/workflow/store/atomic-write.js")).href };
  const ended = [1, 2, 3].map(() => {
    const thread = new Worker(script, { eval: true, workerData });
    return new Promise((done, fail) => thread.once("exit", done).once("error", fail));
  });
  expect(await Promise.all(ended)).toEqual([0, 0, 0]);
  expect(readdirSync(root).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
