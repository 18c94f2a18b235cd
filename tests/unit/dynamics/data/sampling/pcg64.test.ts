import { expect, test } from "vitest";
import { Pcg64 } from "../../../../../sdk/dynamics/data/sampling/pcg64.js";
import { exact, expectClose, f64 } from "../../../../tolerance.js";
import { draws, tails } from "./numpy-scipy.js";

test("every seed gives NumPy's bits, kind after kind from one stream", () => {
  for (const [seed, expected] of Object.entries(draws)) {
    const source = new Pcg64(Number(seed));
    const times = <T>(n: number, draw: () => T): T[] => Array.from({ length: n }, draw);
    expectClose(
      times(3, () => source.random()),
      expected.random,
      exact,
      `random of seed ${seed}`,
    );
    expectClose(
      times(3, () => source.normal(0.5, 2)),
      expected.normal,
      exact,
      `normal of seed ${seed}`,
    );
    expectClose(
      times(5, () => source.integer(0, 51)),
      expected.integers,
      exact,
      `integers of seed ${seed}`,
    );
    expectClose([source.uniform(-1, 1), source.uniform(0, 5)], expected.uniform, exact, `uniform of seed ${seed}`);
    expectClose(
      times(2, () => source.integer(0, 2 ** 32 - 1)),
      expected.wide,
      exact,
      `wide integers of seed ${seed}`,
    );
  }
});

test("the tail beyond the last layer is drawn as NumPy draws it", () => {
  const source = new Pcg64(12345);
  const found: number[][] = [];
  for (let i = 0; i < 100_000; i++) {
    const z = source.normal(0, 1);
    if (Math.abs(z) > 3.654152885361009) found.push([i, z]);
  }
  expect(found.map(([i]) => i)).toEqual(tails.map(([i]) => i));
  expectClose(
    found.map(([, z]) => z),
    tails.map(([, z]) => z),
    f64,
  );
});

test("one possible integer costs no bits; seeds and ranges that cannot be are refused", () => {
  const [a, b] = [new Pcg64(1), new Pcg64(1)];
  expect(a.integer(7, 8)).toBe(7);
  expect(a.random()).toBe(b.random());
  for (const bad of [() => new Pcg64(-1), () => new Pcg64(0.5), () => a.integer(3, 3), () => a.integer(0, 2 ** 33)]) {
    expect(bad).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  }
});
