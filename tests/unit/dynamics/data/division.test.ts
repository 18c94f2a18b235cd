import fc from "fast-check";
import { expect, test } from "vitest";
import { datasetFromArrays } from "../../../../sdk/dynamics/data/arrays.js";
import { divide } from "../../../../sdk/dynamics/data/division.js";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import { splitInTime, timeBlock } from "../../../../sdk/dynamics/data/time-blocks.js";

/** One trajectory per length; x is its row number. */
const ramps = (...lengths: number[]): Dataset =>
  datasetFromArrays({ x: lengths.map((T) => Array.from({ length: T }, (_, k) => [k])), dt: 1 });

const rowsOf = (data: Dataset): number[][] => data.trajectories.map(({ x }) => [...x.data]);

test("blocks follow one another, cover the rest, and each is trained for by all that comes before it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 200 }),
      fc.double({ min: 0.2, max: 0.8, noNaN: true }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      (T, time_frac, folds, window) => {
        const parts = Array.from({ length: folds }, (_, fold) => divide(ramps(T), { time_frac, folds, fold }, window));
        const blocks = parts.map(({ valid }) => rowsOf(valid)[0].slice(window));
        const first = timeBlock(T, { time_frac }).start;
        expect(blocks.flat()).toEqual(Array.from({ length: T - first }, (_, k) => first + k));
        const sizes = blocks.map((block) => block.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        parts.forEach(({ train, valid }, i) => {
          expect(rowsOf(train)[0]).toEqual(Array.from({ length: blocks[i][0] }, (_, k) => k));
          expect(rowsOf(valid)[0].slice(0, window)).toEqual(rowsOf(train)[0].slice(-window));
        });
      },
    ),
  );
});

test("every trajectory is cut by its own length; shares that rounding would miss are met", () => {
  const { train, valid } = splitInTime(ramps(10, 20), { time_frac: 0.7 });
  expect(rowsOf(train).map((rows) => rows.length)).toEqual([7, 14]);
  expect(rowsOf(valid)[0]).toEqual([6, 7, 8, 9]);
  expect(timeBlock(100, { time_frac: 0.29 }).start).toBe(29);
});

test("parts that would be empty are refused with the numbers", () => {
  expect(() => splitInTime(ramps(4), { time_frac: 0.99, folds: 2 })).toThrow(/4 samples leaves 3 to train on and 0 to validate/);
  expect(() => splitInTime(ramps(10), { time_frac: 0.3 }, 4)).toThrow(expect.objectContaining({ code: "E_DATA" }));
});

test("folds of whole trajectories validate each of them once; no fold named is the first", () => {
  const data = ramps(3, 4, 5, 6, 7);
  const lengths = [0, 1, 2].flatMap((fold) => rowsOf(divide(data, { folds: 3, fold, seed: 4 }, 1).valid).map((x) => x.length));
  expect(lengths.sort()).toEqual([3, 4, 5, 6, 7]);
  expect(divide(data, { folds: 3, seed: 4 }, 1)).toEqual(divide(data, { folds: 3, fold: 0, seed: 4 }, 1));
  expect(rowsOf(divide(data, {}, 1).train)).toHaveLength(3);
});
