import fc from "fast-check";
import { expect, test } from "vitest";
import {
  checkParameters,
  countOf,
  fromUnit,
  onBound,
  type ParameterSpec,
  parameterIssues,
  project,
  toUnit,
} from "../../../../sdk/dynamics/tuning/parameter.js";
import { linspace, logspace } from "../../../../sdk/dynamics/tuning/ranges.js";
import { roundHalfEven, roundTo12 } from "../../../../sdk/dynamics/tuning/rounding.js";
import { selectBest } from "../../../../sdk/dynamics/tuning/selection.js";
import { parameterFrom } from "../../../../sdk/dynamics/tuning/tuning-spec.js";
import { expectClose, f64 } from "../../../tolerance.js";

const x = (rest: Partial<ParameterSpec>): ParameterSpec => ({ name: "x", ...rest });

// The projections that DyMAD's tests pin.
test.each<[ParameterSpec, number, number]>([
  [x({ bounds: [1e-4, 1e2], scale: "log" }), 1e-8, 1e-4],
  [x({ bounds: [1, 9], value_kind: "int", parity: "odd" }), 4, 3],
  [x({ bounds: [0, 1], step: 0.25 }), 0.62, 0.5],
  [x({ values: [3, 5, 7, 9] }), 6.2, 7],
])("projections: %j", (spec, wish, value) => {
  expect(project(spec, wish)).toBe(value);
});

test("halves are rounded to the even neighbour in the unit cube, ties of projections go to the smaller", () => {
  expect([0.5, 1.5, 2.5, -0.5, -1.5].map(roundHalfEven)).toEqual([0, 2, 2, 0, -2]);
  expect(roundTo12(0.1 + 0.2)).toBe(0.3);
  const four = x({ bounds: [4, 7], value_kind: "int" });
  expect([fromUnit(four, 0.5), project(four, 5.5)]).toEqual([6, 5]);
  expect(fromUnit(x({ bounds: [9, 17], value_kind: "int", parity: "odd" }), 1)).toBe(17);
});

const integers = fc
  .tuple(
    fc.integer({ min: -30, max: 30 }),
    fc.integer({ min: 2, max: 40 }),
    fc.constantFrom(undefined, "odd" as const, "even" as const),
    fc.constantFrom(undefined, 1, 2, 3),
  )
  .map(([low, width, parity, step]) => x({ bounds: [low, low + width], value_kind: "int", parity, step }))
  .filter((spec) => parameterIssues(spec, []).length === 0);

test("what is projected is admissible, stays when projected again, and nothing admissible is nearer", () => {
  fc.assert(
    fc.property(integers, fc.double({ min: -40, max: 80, noNaN: true }), (spec, wish) => {
      const value = project(spec, wish) as number;
      const [low, high] = spec.bounds as readonly [number, number];
      const all = Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((k) => project(spec, k) === k);
      expect(all).toHaveLength(countOf(spec));
      expect(all).toContain(value);
      if (spec.parity) expect(all.every((k) => (Math.abs(k) % 2 === 1) === (spec.parity === "odd"))).toBe(true);
      const nearest = Math.min(...all.map((k) => Math.abs(k - wish)));
      expectClose([Math.abs(value - wish)], [nearest], f64);
      expect(fromUnit(spec, 0)).toBe(all[0]);
      expect(fromUnit(spec, 1)).toBe(all[all.length - 1]);
    }),
  );
});

test("the unit interval and back, on both scales; the ends are the bounds to the bit", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1, noNaN: true }),
      fc.double({ min: 2, max: 1e6, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom("linear" as const, "log" as const),
      (low, high, place, scale) => {
        const spec = x({ bounds: [low, high], scale });
        expectClose([toUnit(spec, fromUnit(spec, place))], [place], f64);
        expect([fromUnit(spec, 0), fromUnit(spec, 1)].map((value) => onBound(spec, value))).toEqual([true, true]);
        expect(fromUnit(spec, 1)).toBe(high);
      },
    ),
  );
});

test("ranges have both ends, and whole powers of ten are the numbers one writes", () => {
  expect(linspace(2, 3, 1)).toEqual([2]);
  expect(linspace(0, 0.3, 4)[3]).toBe(0.3);
  expect(logspace(-4, 0, 5)).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
});

test("everything wrong with parameters is told at once", () => {
  const specs: ParameterSpec[] = [
    x({}),
    x({ bounds: [0, 1], scale: "log" }),
    { name: "p", bounds: [0, 1], parity: "odd" },
    { name: "n", bounds: [4, 4.5], value_kind: "int", parity: "odd" },
    { name: "s", bounds: [0, 9], value_kind: "int", step: 0.5 },
    { name: "e", values: [] },
  ];
  let issues: readonly { path: readonly unknown[] }[] = [];
  try {
    checkParameters(specs);
  } catch (error) {
    issues = (error as { issues: typeof issues }).issues;
  }
  expect(issues.map(({ path }) => path.join("."))).toEqual([
    "parameters.0.bounds",
    "parameters.1.name",
    "parameters.1.bounds",
    "parameters.2.parity",
    "parameters.3.bounds",
    "parameters.4.step",
    "parameters.5.values",
  ]);
  expect(parameterFrom({ name: "n", bounds: [1, 3], type: "int" })).toEqual({ name: "n", bounds: [1, 3], value_kind: "int" });
});

test("selection: goal, tie breakers, given numbers; NaN and missing metrics never win", () => {
  const one = (index: number, mean: number | null, std: number, size: number) => ({
    index,
    mean,
    std,
    params: { a: size, word: "x", flag: true },
  });
  const tied = [one(8, 1, 0, 1), one(5, 1, 0, 1), one(3, 1, 0, 1)];
  expect(selectBest(tied)?.index).toBe(3);
  expect(selectBest([one(0, 1, 0.2, 1), one(1, 1, 0.1, 9)])?.index).toBe(1);
  expect(selectBest([one(0, 1, 0.2, 1), one(1, 1, 0.1, -9)], { tie_breakers: ["param_l1"] })?.index).toBe(0);
  expect(selectBest([one(0, 1, 0, 1), one(1, 2, 0, 1)], { goal: "maximize" })?.index).toBe(1);
  for (const goal of ["minimize", "maximize"] as const) {
    for (const bad of [Number.NaN, null, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(selectBest([one(0, bad, 0, 0), one(1, 5, 0, 1)], { goal })?.index).toBe(1);
      expect(selectBest([one(0, bad, 0, 0)], { goal })).toBe(null);
    }
  }
});
