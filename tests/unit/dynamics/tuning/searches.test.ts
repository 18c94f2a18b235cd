import fc from "fast-check";
import { expect, test } from "vitest";
import { pointsOf, productOf } from "../../../../sdk/dynamics/tuning/candidates.js";
import { multiStart } from "../../../../sdk/dynamics/tuning/multi-start.js";
import { patternSearch, patternWalk } from "../../../../sdk/dynamics/tuning/pattern.js";
import { distance, type Point } from "../../../../sdk/dynamics/tuning/point.js";
import { carryOut, type Search, together } from "../../../../sdk/dynamics/tuning/search.js";
import { centralSimplex, simplexSearch } from "../../../../sdk/dynamics/tuning/simplex.js";
import { simplexWalk } from "../../../../sdk/dynamics/tuning/simplex-walk.js";
import { keyed } from "../../../../sdk/numerics/random.js";

/** Values 0 .. last and the walk over them that looks for the least (v - target)^2. */
function walkOver(last: number, target: number, max_iterations: number): number[] {
  const values = Array.from({ length: last + 1 }, (_, v) => ({ v }));
  const walk = simplexWalk(pointsOf(values) as Point[], { max_iterations });
  return carryOut(walk, (i) => (values[i].v - target) * (values[i].v - target));
}

// The order in which DyMAD's candidate walk evaluates the same lists.
test.each([
  [8, 5, 1, [0, 8, 7, 6]],
  [4, 2, 1, [0, 4, 1, 2]],
  [20, 13, 3, [0, 20, 19, 18, 16, 14, 10, 12]],
])("the walk over 0..%i towards %i in %i steps", (last, target, steps, expected) => {
  expect(walkOver(last, target, steps)).toEqual(expected);
});

test("the simplex in the unit interval and in the unit square takes the steps of Nelder and Mead", () => {
  const line = carryOut(simplexSearch(centralSimplex(1), { max_iterations: 5 }), ([x]) => (x - 0.3) * (x - 0.3));
  expect(line.flat()).toEqual([0.5, 1, 0, 0.25, 0.375, 0.125, 0.3125, 0.28125, 0.34375, 0.296875]);
  const bowl = ([x, y]: Point): number => (x - 0.25) * (x - 0.25) + (y - 0.75) * (y - 0.75);
  expect(carryOut(simplexSearch(centralSimplex(2), { max_iterations: 6 }), bowl)).toEqual([
    [0.5, 0.5],
    [1, 0.5],
    [0.5, 1],
    [0, 1],
    [0.25, 0.875],
    [0.25, 0.375],
    [0.4375, 0.84375],
    [0.1875, 1],
    [0.265625, 0.9296875],
    [0.078125, 0.9609375],
    [0.34765625, 0.873046875],
    [0.33203125, 0.818359375],
    [0.365234375, 0.7626953125],
    [0.234375, 0.8203125],
    [0.177734375, 0.7939453125],
  ]);
});

const away =
  (target: Point) =>
  (at: Point): number =>
    distance(at, target);

/** Every search over the cube, by name. */
const searches: Readonly<Record<string, (d: number, budget: number) => Search<Point>>> = {
  simplex: (d, max_iterations) => simplexSearch(centralSimplex(d), { max_iterations }),
  pattern: (d, budget) => patternSearch(d, { budget }),
  "multi-start": (d, max_iterations) => multiStart(d, keyed(0), { starts: 3, max_iterations }),
};

test.each(Object.entries(searches))("%s: stays in the cube, asks for no point twice, is the same again", (name, make) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
      fc.boolean(),
      (d, budget, target, hostile) => {
        // a hostile evaluator answers NaN for half of the cube
        const f = (at: Point): number => (hostile && at[0] > 0.5 ? Number.NaN : away(target.slice(0, d))(at));
        const points = carryOut(make(d, budget), f);
        expect(points.flat().every((x) => x >= 0 && x <= 1)).toBe(true);
        // several simplices do not know of one another
        if (name !== "multi-start") expect(new Set(points.map(String)).size).toBe(points.length);
        if (name === "pattern") expect(points.length).toBeLessThanOrEqual(budget);
        expect(carryOut(make(d, budget), f)).toEqual(points);
      },
    ),
    { numRuns: 60 },
  );
});

test.each(Object.entries(searches))("%s: comes to the bottom of a bowl", (_, make) => {
  const f = away([0.3, 0.62]);
  const least = carryOut(make(2, 120), f).reduce((a, at) => Math.min(a, f(at)), 1);
  expect(least).toBeLessThan(1e-4);
});

test("walks over a list evaluate no candidate twice, and all of them when the budget allows", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 6 }), fc.nat(29), (n, batch_size, target) => {
      const points = Array.from({ length: n }, (_, i) => [n === 1 ? 0 : i / (n - 1)]);
      const f = (i: number): number => Math.abs(i - target);
      for (const walk of [simplexWalk(points), patternWalk(points, { budget: n, batch_size })]) {
        const order = carryOut(walk, f);
        expect(new Set(order).size).toBe(order.length);
        expect(order.every((i) => i >= 0 && i < n)).toBe(true);
      }
      expect(carryOut(patternWalk(points, { budget: n, batch_size }), f)).toHaveLength(n);
    }),
  );
});

test("searches side by side get the scores of their own questions", () => {
  function* asking(questions: readonly string[]): Search<string> {
    for (const q of questions) expect(yield [q, `${q}'`]).toEqual([q.length, q.length + 1]);
  }
  const asked = carryOut(together([asking(["a", "bb", "ccc"]), asking(["dddd"])]), (q) => q.length);
  expect(asked).toEqual(["a", "a'", "dddd", "dddd'", "bb", "bb'", "ccc", "ccc'"]);
});

test("multi-start divides the steps, the first simplices taking the rest, and starts no simplex without one", () => {
  const centres = (starts: number, max_iterations: number): number => {
    const first = multiStart(2, keyed(1), { starts, max_iterations }).next();
    return (first.value as readonly Point[]).length / 3;
  };
  expect([centres(4, 10), centres(4, 3)]).toEqual([4, 3]);
});

test("candidates as points: keys sorted, columns scaled, truth as a number, anything else refused", () => {
  expect(productOf({ b: [1, 2], a: [false, true] })).toEqual([
    { b: 1, a: false },
    { b: 1, a: true },
    { b: 2, a: false },
    { b: 2, a: true },
  ]);
  expect(productOf({})).toEqual([{}]);
  expect(
    pointsOf([
      { b: 10, a: true, c: 3 },
      { a: false, b: 30, c: 3 },
    ]),
  ).toEqual([
    [1, 0, 0],
    [0, 1, 0],
  ]);
  expect(pointsOf([{ a: "tanh" }])).toBe(null);
  expect(pointsOf([{ a: 1 }, { a: 1, b: 2 }])).toBe(null);
});
