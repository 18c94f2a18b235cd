import { expect, test } from "vitest";
import { errorPower } from "../../../../sdk/numerics/ode/tableau.js";
import { type Tableau, tableaus } from "../../../../sdk/numerics/ode/tableaus.js";
import { expectClose, f64 } from "../../../tolerance.js";

/** A rooted tree, as its subtrees; the order conditions of Butcher have one equation per tree. */
type Tree = readonly Tree[];

const size = (tree: Tree): number => 1 + tree.reduce((sum, branch) => sum + size(branch), 0);
const density = (tree: Tree): number => size(tree) * tree.reduce((product, branch) => product * density(branch), 1);

/** All rooted trees with n vertices: multisets of smaller trees. */
function trees(n: number): Tree[] {
  const forests = (total: number, pool: Tree[]): Tree[][] => {
    if (total === 0) return [[]];
    return pool.flatMap((tree, i) =>
      size(tree) > total ? [] : forests(total - size(tree), pool.slice(i)).map((rest) => [tree, ...rest]),
    );
  };
  const smaller = Array.from({ length: n - 1 }, (_, i) => trees(i + 1)).flat();
  return forests(n - 1, smaller);
}

function weights(method: Tableau, tree: Tree): number[] {
  const branches = tree.map((branch) => weights(method, branch));
  return method.a.map((row) =>
    branches.reduce((product, inner) => product * row.reduce((sum, value, j) => sum + value * inner[j], 0), 1),
  );
}

/** Largest violation of the conditions with n vertices by weights b(theta). */
function violation(method: Tableau, b: readonly number[], n: number, theta = 1): number {
  return Math.max(
    ...trees(n).map((tree) => {
      const sum = weights(method, tree).reduce((total, weight, i) => total + b[i] * weight, 0);
      return Math.abs(sum - theta ** n / density(tree));
    }),
  );
}

/** A method with the stages of its dense output among the others. */
const whole = (method: Tableau): Tableau => ({
  ...method,
  a: [...method.a, ...(method.extra?.a ?? [])],
  c: [...method.c, ...(method.extra?.c ?? [])],
});

const methods = Object.entries(tableaus);
const upTo = (order: number): number[] => Array.from({ length: order }, (_, i) => i + 1);

test("the trees are counted right: 1, 1, 2, 4, 9, 20", () => {
  expect(upTo(6).map((n) => trees(n).length)).toEqual([1, 1, 2, 4, 9, 20]);
});

test.each(methods)("%s satisfies its order conditions and no more", (name, method) => {
  expect(method.name).toBe(name);
  for (const n of upTo(method.order)) expectClose([violation(method, method.b, n)], [0], f64, `order ${n}`);
  expect(violation(method, method.b, method.order + 1)).toBeGreaterThan(1e-6);
});

test.each(methods.filter(([, method]) => method.coarse))("%s embeds a second solution of the order it names", (_, method) => {
  const { order, error } = method.coarse as NonNullable<Tableau["coarse"]>;
  const embedded = method.b.map((weight, i) => weight - (error[i] ?? 0));
  for (const n of upTo(order)) expectClose([violation(method, embedded, n)], [0], f64);
  expect(violation(method, embedded, order + 1)).toBeGreaterThan(1e-6);
});

test("two estimates of orders 5 and 3 are judged as h^8, one of order 4 as h^5", () => {
  expect([errorPower(tableaus.dop853), errorPower(tableaus.dopri5), errorPower(tableaus.bosh3)]).toEqual([8, 5, 3]);
});

test.each(methods)("%s has rows that sum to c, and its last row is b where it says so", (_, method) => {
  const { a, c } = whole(method);
  a.forEach((row, i) => {
    expect(row.length).toBe(i);
    expectClose([row.reduce((sum, value) => sum + value, 0)], [c[i]], f64);
  });
  expect(method.fsal).toBe(
    JSON.stringify(method.a.at(-1)) === JSON.stringify(method.b.slice(0, -1)) && method.b.at(-1) === 0 && method.b.length > 1,
  );
});

test.each(methods.filter(([, method]) => method.error))("%s embeds a solution of the order it names", (_, method) => {
  const embedded = method.b.map((weight, i) => weight - (method.error?.[i] ?? 0));
  const order = method.errorOrder ?? 0;
  for (const n of upTo(order)) expectClose([violation(method, embedded, n)], [0], f64);
  expect(violation(method, embedded, order + 1)).toBeGreaterThan(1e-6);
});

test.each(methods.filter(([, method]) => method.dense))(
  "%s has dense output of the order it names, meeting the step",
  (_, method) => {
    const dense = method.dense ?? [];
    const at = (theta: number): number[] => dense.map((row) => row.reduce((sum, value, j) => sum + value * theta ** (j + 1), 0));
    expectClose(at(1), [...method.b, ...(method.extra?.c ?? []).map(() => 0)], f64);
    for (const theta of [0.2, 0.5, 0.9]) {
      for (const n of upTo(method.denseOrder ?? 0)) expectClose([violation(whole(method), at(theta), n, theta)], [0], f64);
    }
  },
);

test.each(methods)("%s converges at its order on y' = y cos t", (_, method) => {
  const error = (steps: number): number => {
    const h = 2 / steps;
    let y = 1;
    for (let n = 0; n < steps; n++) {
      const k: number[] = [];
      method.a.forEach((row, i) => {
        const stage = y + h * row.reduce((sum, value, j) => sum + value * k[j], 0);
        k.push(stage * Math.cos((n + method.c[i]) * h));
      });
      y += h * method.b.reduce((sum, weight, i) => sum + weight * k[i], 0);
    }
    return Math.abs(y - Math.exp(Math.sin(2)));
  };
  // order 8 reaches rounding at 64 steps
  const steps = method.order > 5 ? 8 : 64;
  const observed = Math.log2(error(steps) / error(2 * steps));
  expect(Math.round(observed * 2) / 2).toBeGreaterThanOrEqual(method.order - 0.5);
  expect(observed).toBeLessThan(method.order + 1.5);
});
