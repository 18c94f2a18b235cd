import { expect, test } from "vitest";
import { ResidualStore } from "../../../../sdk/dynamics/models/residual-store.js";

const step = (k: number, n = 3): Float64Array => Float64Array.from({ length: n }, (_, i) => 10 * k + i);

test("steps come back end to end, however often the store has grown", () => {
  const store = new ResidualStore(2 ** 20);
  for (let k = 0; k < 500; k++) store.push(step(k, k % 2 === 0 ? 3 : 5));
  expect([...(store.rows(498, 2) ?? [])]).toEqual([...step(498), ...step(499, 5)]);
  expect([...(store.rows(0, 1) ?? [])]).toEqual([...step(0)]);
  store.clear();
  expect(store.rows(0, 1)).toBeNull();
  store.push(step(7));
  expect([...(store.rows(0, 1) ?? [])]).toEqual([...step(7)]);
});

test("beyond the limit nothing is kept, not even what would still fit", () => {
  const store = new ResidualStore(8 * 7);
  for (let k = 0; k < 3; k++) store.push(step(k));
  store.push(step(3, 1));
  expect([...(store.rows(0, 2) ?? [])]).toEqual([...step(0), ...step(1)]);
  expect(store.rows(1, 2)).toBeNull();
  expect(store.rows(3, 1)).toBeNull();
});

test("float32 stays float32, steps without residuals are kept as such", () => {
  const store = new ResidualStore(64);
  store.push(new Float32Array([0.1]));
  expect(store.rows(0, 1)).toEqual(new Float32Array([0.1]));
  store.clear();
  store.push(new Float32Array(0));
  store.push(new Float32Array(0));
  expect(store.rows(0, 2)?.length).toBe(0);
});
