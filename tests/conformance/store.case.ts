import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kindOf, kinds, newHandle, objectKinds } from "../../sdk/workflow/store/kinds.js";
import type { ObjectStore } from "../../sdk/workflow/store/object-store.js";

/** What every object store does. `make` gives an empty one; `again`, a second view of the same objects (or the same store). */
export function storeConformance(name: string, make: () => ObjectStore, again: (store: ObjectStore) => ObjectStore): void {
  describe(name, () => {
    test("what is stored is read back, by whoever looks", () => {
      const store = make();
      fc.assert(
        fc.property(fc.constantFrom(...objectKinds), fc.dictionary(fc.string(), fc.jsonValue()), (kind, value) => {
          const plain = JSON.parse(JSON.stringify({ status: "QUEUED", ...value }));
          const { handle } = store.create(kind, plain);
          const read = again(store).read(handle);
          expect(read).toMatchObject({ handle, kind, revision: 1, schema_version: kinds[kind].schema_version });
          expect(JSON.stringify(read.value)).toBe(JSON.stringify(store.read(handle).value));
          expect(read.value).toEqual(plain);
        }),
        { numRuns: 30 },
      );
    });

    test("an update counts the revision up, and one made from an old revision is refused", () => {
      const store = make();
      const { handle } = store.create("dataset", { a: 1 });
      expect(store.update(handle, 1, { a: 2 }).revision).toBe(2);
      expect(() => again(store).update(handle, 1, { a: 3 })).toThrow(expect.objectContaining({ code: "E_CONFLICT" }));
      expect(store.read(handle).value).toEqual({ a: 2 });
    });

    test("a value that is changed after storing does not change what is stored", () => {
      const store = make();
      const value = { list: [1] };
      const { handle } = store.create("dataset", value);
      value.list.push(2);
      expect(store.read(handle).value).toEqual({ list: [1] });
    });

    test("runs follow their states", () => {
      const allowed = new Set([
        "QUEUED>RUNNING",
        "QUEUED>FAILED",
        "QUEUED>CANCELLED",
        "RUNNING>SUCCEEDED",
        "RUNNING>FAILED",
        "RUNNING>CANCELLED",
      ]);
      const states = ["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"];
      for (const from of states) {
        for (const to of states) {
          const store = make();
          const { handle } = store.create("training_run", { status: from });
          const move = () => store.update(handle, 1, { status: to });
          if (from === to || allowed.has(`${from}>${to}`)) expect(move().value.status).toBe(to);
          else expect(move).toThrow(expect.objectContaining({ code: "E_CONFLICT" }));
        }
      }
    });

    test("bytes lie beside the record", () => {
      const store = make();
      const bytes = Uint8Array.from([0, 1, 255]);
      const { handle } = store.create("spectral_snapshot", {}, { npz: bytes });
      expect(again(store).payload(handle, "npz")).toEqual(bytes);
      expect(() => store.payload(handle, "other")).toThrow(expect.objectContaining({ code: "E_NOT_FOUND" }));
    });

    test("lists are sorted by handle and know the kinds", () => {
      const store = make();
      const made = [store.create("dataset", {}), store.create("evaluation", {}), store.create("dataset", {})].map(
        (o) => o.handle,
      );
      expect(
        again(store)
          .list()
          .map((o) => o.handle),
      ).toEqual([...made].sort());
      expect(store.list("dataset").map((o) => o.handle)).toEqual([made[0], made[2]].sort());
      expect(store.list("checkpoint")).toEqual([]);
    });

    test("what is removed is gone, with its bytes", () => {
      const store = make();
      const before = Date.now();
      const [gone, kept] = [1, 2].map((n) => store.create("dataset", { n }, { npz: new Uint8Array(n) }).handle);
      expect(store.changedAt(gone)).toBeGreaterThan(before - 2000);
      store.remove(gone);
      for (const look of [
        () => store.read(gone),
        () => store.changedAt(gone),
        () => store.payload(gone, "npz"),
        () => store.remove(gone),
      ]) {
        expect(look).toThrow(expect.objectContaining({ code: "E_NOT_FOUND" }));
      }
      expect(again(store).handles()).toEqual([kept]);
      expect(store.payload(kept, "npz")).toHaveLength(2);
    });

    test("unknown handles and things that are no handles are told apart", () => {
      const store = make();
      expect(() => store.read(newHandle("dataset"))).toThrow(expect.objectContaining({ code: "E_NOT_FOUND" }));
      for (const crafted of ["ds_../../etc", "ds_ABC123", "ds_12345", "x_123456", "", "ds", "toString_abcdef"]) {
        expect(() => store.read(crafted)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
      }
    });

    test("a handle tells its kind", () => {
      for (const kind of objectKinds) expect(kindOf(newHandle(kind))).toBe(kind);
    });
  });
}
