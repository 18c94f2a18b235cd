import { expect, test } from "vitest";
import { readCheckpoint, writeCheckpoint } from "../../../sdk/formats/checkpoint.js";
import { readNpz } from "../../../sdk/formats/npz.js";
import { writeZip } from "../../../sdk/formats/zip.js";

const w = { shape: [2, 2], data: Float64Array.of(1, -0, Number.NaN, 1e-308) };
const b = { shape: [1], data: Float64Array.of(3) };

test("the same content gives the same bytes, whatever the order it is given in", () => {
  const one = writeCheckpoint({ json: { kind: "kbf", seed: 3 }, arrays: { "model/w": w, b } });
  const two = writeCheckpoint({ json: { seed: 3, kind: "kbf" }, arrays: { b, "model/w": w } });
  expect(two).toEqual(one);
});

test("content comes back bit for bit, and the arrays are an npz archive", () => {
  const bytes = writeCheckpoint({ json: { kind: "kbf", list: [1, null] }, arrays: { "model/w": w, b } });
  const read = readCheckpoint(bytes);
  expect(read.json).toEqual({ kind: "kbf", list: [1, null] });
  expect(read.arrays["model/w"]).toEqual({ ...w, dtype: "<f8" });
  expect([...readNpz(bytes).keys()]).toEqual(["b", "model/w"]);
});

test("other zip files and later schemas are refused", () => {
  const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  expect(() => readCheckpoint(writeZip({ "a.npy": new Uint8Array(1) }, false), "m.ckpt")).toThrow(
    /m.ckpt has no entry checkpoint.json/,
  );
  for (const content of [{ schema: "dymad.checkpoint.v9" }, 3, null, {}]) {
    expect(() => readCheckpoint(writeZip({ "checkpoint.json": text(content) }, false))).toThrow(
      expect.objectContaining({ code: "E_FORMAT", message: expect.stringContaining("dymad.checkpoint.v1") }),
    );
  }
});
