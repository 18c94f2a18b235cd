import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { readNpy, writeNpy } from "../../../sdk/formats/npy.js";
import { readNpz, writeNpz } from "../../../sdk/formats/npz.js";
import { bytesOf, numpyFiles } from "./numpy-files.js";

const base = [0, 1, 2, 3, 4, 5];
const array = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    data: fc.array(fc.double(), { minLength: size(shape), maxLength: size(shape) }).map((v) => Float64Array.from(v)),
  }),
);
const size = (shape: number[]): number => shape.reduce((p, n) => p * n, 1);

describe("npy", () => {
  test("files of every number type that NumPy writes are read", () => {
    const cases = [
      ["f8", "<f8", base.map((v) => v + 0.5)],
      ["f4be", ">f4", base.map((v) => v + 0.5)],
      ["i8", "<i8", base.map((v) => v - 2)],
      ["u2", "<u2", base],
      ["bool", "|b1", base.map((v) => 1 - (v % 2))],
      ["fortran", "<f8", base.map((v) => v + 0.5)],
    ] as const;
    for (const [name, dtype, values] of cases) {
      const read = readNpy(bytesOf(numpyFiles[name]));
      expect([name, read.dtype, read.shape, Array.from(read.data)]).toEqual([name, dtype, [2, 3], values]);
    }
  });

  test("Fortran order of three axes and version 2 headers are read", () => {
    const read = readNpy(bytesOf(numpyFiles.v2f));
    expect(read.shape).toEqual([2, 3, 4]);
    expect(Array.from(read.data)).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  test("an array without axes is read", () => {
    expect(readNpy(bytesOf(numpyFiles.scalar))).toEqual({ shape: [], dtype: "<f8", data: Float64Array.of(0.25) });
  });

  test("what is written is read back, and is what NumPy writes", () => {
    fc.assert(
      fc.property(array, (a) => {
        expect(readNpy(writeNpy(a))).toEqual({ ...a, dtype: "<f8" });
      }),
    );
    expect(writeNpy({ shape: [2, 3], data: base.map((v) => v + 0.5) }).subarray(128)).toEqual(
      bytesOf(numpyFiles.f8).subarray(128),
    );
  });

  test("pickled objects are refused with a way out", () => {
    expect(() => readNpy(bytesOf(numpyFiles.object), "entry x")).toThrow(
      expect.objectContaining({
        code: "E_FORMAT",
        message: expect.stringContaining("entry x"),
        hint: expect.stringContaining("numpy.savez"),
      }),
    );
  });

  test("a file cut at any place is refused", () => {
    const whole = bytesOf(numpyFiles.f8);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (n) => {
        expect(() => readNpy(whole.subarray(0, n))).toThrow(expect.objectContaining({ code: "E_FORMAT" }));
      }),
    );
  });
});

describe("npz", () => {
  test("an archive that NumPy compressed is read", () => {
    const read = readNpz(bytesOf(numpyFiles.npz));
    expect([...read.keys()].sort()).toEqual(["t", "x"]);
    expect(read.get("x")?.shape).toEqual([2, 3, 2]);
    expect(Array.from(read.get("t")?.data ?? [])).toEqual([0, 0.5, 1]);
  });

  test("arrays survive the way through bytes, stored or deflated, in any order of names", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), array, { maxKeys: 4 }), fc.boolean(), (arrays, deflate) => {
        const bytes = writeNpz(arrays, { deflate });
        const reversed = new Map(Object.entries(arrays).reverse());
        expect(writeNpz(reversed, { deflate })).toEqual(bytes);
        expect(Object.fromEntries(readNpz(bytes))).toEqual(
          Object.fromEntries(Object.entries(arrays).map(([name, a]) => [name, { ...a, dtype: "<f8" }])),
        );
      }),
      { numRuns: 40 },
    );
  });

  test("only the wanted entries are unpacked", () => {
    const bytes = zipSync({ "x.npy": bytesOf(numpyFiles.f8), "notes.npy": bytesOf(numpyFiles.object) });
    expect([...readNpz(bytes, "a.npz", (name) => name === "x").keys()]).toEqual(["x"]);
    expect(() => readNpz(bytes, "a.npz")).toThrow(/entry notes of a.npz/);
  });

  test("a text file, an empty file and a cut archive are refused by name", () => {
    const whole = writeNpz({ x: { shape: [3], data: [1, 2, 3] } });
    for (const bytes of [new TextEncoder().encode("x1,x2\n"), new Uint8Array(0), whole.subarray(0, 100)]) {
      expect(() => readNpz(bytes, "train.npz")).toThrow(
        expect.objectContaining({ code: "E_FORMAT", message: expect.stringContaining("train.npz"), hint: expect.any(String) }),
      );
    }
  });

  test("an entry that claims more than it can hold is refused before memory is taken", () => {
    const bytes = writeNpz({ x: { shape: [1000], data: new Float64Array(1000) } }, { deflate: true });
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i + 4 < bytes.length; i++) {
      if (view.getUint32(i, true) === 0x02014b50) view.setUint32(i + 24, 0xf0000000, true);
    }
    expect(() => readNpz(bytes)).toThrow(/claims 4026531840 bytes/);
  });
});
