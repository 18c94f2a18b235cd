import { expect, test } from "vitest";
import { compileReference } from "../../sdk/numerics/engine/reference/compile.js";
import { concat, linear, matmul, where } from "../../sdk/numerics/engine/tensor.js";
import { scan, trace } from "../../sdk/numerics/engine/trace.js";
import { exact, expectClose, f64 } from "../tolerance.js";
import { runBackendSuite } from "./backend.case.js";

/*
 * Against itself the reference can only fail where it contradicts itself: programs kept, refused, disposed, run twice. Its values
 * are held to formulas written out below.
 */
runBackendSuite({ name: "reference", compile: compileReference, tolerance: exact });

const A = [1, 2, 3, 4, 5, 6];
const B = [7, 8, 9, 10, 11, 12];

test("products by hand", () => {
  const graph = trace({ a: [2, 3], b: [3, 2] }, ({ a, b }) => ({
    ab: matmul(a, b),
    ba: matmul(b, a),
    aat: matmul(a, a, false, true),
    ata: matmul(a, a, true),
    atbt: matmul(a, b, true, true),
    lin: linear(a, b, b.sum([0]), "relu"),
  }));
  const y = compileReference(graph).run({ a: A, b: B });
  expect([...y.ab]).toEqual([58, 64, 139, 154]);
  expect([...y.ba]).toEqual([39, 54, 69, 49, 68, 87, 59, 82, 105]);
  expect([...y.aat]).toEqual([14, 32, 32, 77]);
  expect([...y.ata]).toEqual([17, 22, 27, 22, 29, 36, 27, 36, 45]);
  expect([...y.atbt]).toEqual([39, 49, 59, 54, 68, 82, 69, 87, 105]);
  expect([...y.lin]).toEqual([85, 94, 166, 184]);
});

test("movements by hand", () => {
  const graph = trace({ a: [2, 3] }, ({ a }) => ({
    t: a.transpose([1, 0]),
    s: a.slice(1, 0, 2, 2),
    c: concat([a, a.slice(1, 1, 1)], 1),
    g: a.gather(1, [2, 2, 0]),
    sc: a.scatterAdd(1, [1, 1, 0], 4),
    sum: a.sum([0]),
    max: a.maximum([1]),
    w: where(a.gt(3), a, a.neg()),
  }));
  const y = compileReference(graph).run({ a: A });
  expect([...y.t]).toEqual([1, 4, 2, 5, 3, 6]);
  expect([...y.s]).toEqual([1, 3, 4, 6]);
  expect([...y.c]).toEqual([1, 2, 3, 2, 4, 5, 6, 5]);
  expect([...y.g]).toEqual([3, 3, 1, 6, 6, 4]);
  expect([...y.sc]).toEqual([3, 3, 0, 0, 6, 9, 0, 0]);
  expect([...y.sum]).toEqual([5, 7, 9]);
  expect([...y.max]).toEqual([3, 6]);
  expect([...y.w]).toEqual([-1, -2, -3, 4, 5, 6]);
});

test("a loop is the loop one would write", () => {
  const graph = trace({ x: [2], u: [5, 2] }, ({ x, u }) => {
    const { carry, stack } = scan({ carry: { x }, slices: { u }, length: 5, reverse: true }, (c, s) => ({
      carry: { x: c.x.mul(0.5).add(s.u) },
      stack: { x: c.x },
    }));
    return { last: carry.x, x: stack.x };
  });
  const u = Array.from({ length: 10 }, (_, i) => i * i);
  const y = compileReference(graph).run({ x: [1, -1], u });
  let state = [1, -1];
  const seen: number[] = new Array(10);
  for (let k = 4; k >= 0; k--) {
    seen[2 * k] = state[0];
    seen[2 * k + 1] = state[1];
    state = state.map((v, i) => v * 0.5 + u[2 * k + i]);
  }
  expectClose(y.last, state, f64);
  expectClose(y.x, seen, f64);
});
