import fc from "fast-check";
import { expect, test } from "vitest";
import { contourPieces } from "../../../sdk/charts/contours.js";

const line = Array.from({ length: 33 }, (_, k) => -2 + k / 8);

test("the contour of a distance is a circle, closed: every end is the end of another piece", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.3, max: 1.5, noNaN: true }), (radius) => {
      const values = line.flatMap((im) => line.map((re) => Math.hypot(re, im)));
      const pieces = contourPieces({ re: line, im: line, values }, radius);
      const ends = new Map<string, number>();
      for (const { x, y, x2, y2 } of pieces) {
        for (const [a, b] of [
          [x, y],
          [x2, y2],
        ]) {
          expect(Math.abs(Math.hypot(a, b) - radius)).toBeLessThan(0.02);
          const key = `${a.toFixed(9)} ${b.toFixed(9)}`;
          ends.set(key, (ends.get(key) ?? 0) + 1);
        }
      }
      expect(pieces.length).toBeGreaterThan(8);
      for (const count of ends.values()) expect(count % 2).toBe(0);
    }),
  );
});

test("cells without a positive value have no line", () => {
  expect(contourPieces({ re: [0, 1], im: [0, 1], values: [0.1, 0, 10, 10] }, 1)).toEqual([]);
});
