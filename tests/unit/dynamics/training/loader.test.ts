import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchOf, type Stretch } from "../../../../sdk/dynamics/data/batch.js";
import { Loader } from "../../../../sdk/dynamics/training/loader.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";

/** A trajectory whose entries tell which it is: x[k] = 100 id + k. */
function stretch(id: number, length: number, dt: number, t0 = 0): Stretch {
  const t = Float64Array.from({ length }, (_, k) => t0 + k * dt);
  const x = new Matrix(
    length,
    1,
    Float64Array.from({ length }, (_, k) => 100 * id + k),
  );
  return { trajectory: { t, x, u: null, control: null, p: null }, start: 0, length };
}

const ragged = fc.array(fc.record({ length: fc.integer({ min: 1, max: 4 }), dt: fc.constantFrom(0.1, 0.2), t0: fc.nat(5) }), {
  minLength: 1,
  maxLength: 12,
});

describe("batches", () => {
  test("hold every stretch once, at most `size` together, and never mix lengths or steps", () => {
    fc.assert(
      fc.property(ragged, fc.integer({ min: 1, max: 5 }), fc.option(fc.nat(9)), (list, size, seed) => {
        const stretches = list.map(({ length, dt, t0 }, id) => stretch(id, length, dt, t0));
        const batches = new Loader(stretches, size).batches(seed === null ? null : keyed(seed));
        const seen = batches.flatMap(({ rows, length: samples }) => {
          const batch = batchOf(rows.map((row) => stretches[row]));
          expect(batch.B).toBeLessThanOrEqual(size);
          expect(batch.T).toBe(samples);
          for (const [b, id] of rows.entries()) {
            const { length, dt } = list[id];
            expect(batch.T).toBe(length);
            if (length > 1) expect(batch.grid[1]).toBeCloseTo(dt, 12);
            for (let k = 0; k < length; k++) expect(batch.x[k * batch.B + b]).toBe(100 * id + k);
          }
          return rows;
        });
        expect(seen.sort((a, b) => a - b)).toEqual(list.map((_, id) => id));
      }),
    );
  });

  const many = Array.from({ length: 9 }, (_, id) => stretch(id, 3, 0.1));
  const order = (loader: Loader, seed: number): number[] => loader.batches(keyed(seed)).flatMap(({ rows }) => rows);
  test("the order depends on the key alone, whatever was asked before", () => {
    const [used, fresh] = [new Loader(many, 4), new Loader(many, 4)];
    order(used, 1);
    order(used, 2);
    expect(order(used, 3)).toEqual(order(fresh, 3));
    expect(order(fresh, 3)).not.toEqual(order(fresh, 4));
  });
  test("without a key, and in a group that fits one batch, the order is that of the data", () => {
    const places = many.map((_, id) => id);
    expect(new Loader(many, 4).batches(null).flatMap(({ rows }) => rows)).toEqual(places);
    expect(new Loader(many, 9).batches(keyed(1))).toEqual([{ rows: places, length: 3 }]);
  });
  test("no stretches, no batches", () => {
    expect(new Loader([], 4).empty).toBe(true);
    expect(new Loader([], 4).batches(keyed(1))).toEqual([]);
  });
});
