import fc from "fast-check";
import { expect, test } from "vitest";
import { scaleColumn } from "../../../../sdk/numerics/linalg/complex-lines.js";
import { eigen } from "../../../../sdk/numerics/linalg/eigen.js";
import { expm } from "../../../../sdk/numerics/linalg/expm.js";
import { eigenLowRank, expLowRank, logLowRank } from "../../../../sdk/numerics/linalg/low-rank.js";
import { leastSquares } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { realFactors } from "../../../../sdk/numerics/linalg/real-factors.js";
import { residualFilter } from "../../../../sdk/numerics/linalg/residual-filter.js";
import { ResidualPencil } from "../../../../sdk/numerics/linalg/residual-pencil.js";
import { decomposition, expectClose, f64, largeDecomposition, rounding } from "../../../tolerance.js";
import { randomMatrix } from "./samples.js";

const times = (a: Matrix, factor: number): Matrix =>
  new Matrix(
    a.rows,
    a.cols,
    a.data.map((value) => value * factor),
  );

test("low-rank eigenpairs rebuild U V^T through their real factors, and are bi-orthonormal", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.nat(1e6), (r, seed) => {
      const [u, v] = [randomMatrix(10, r, seed), randomMatrix(10, r, seed + 1)];
      const pairs = eigenLowRank(u, v);
      fc.pre(pairs.values.re.length === r && Math.max(...pairs.condition) < 1e3);
      const product = pairs.left.adjoint().multiply(pairs.right);
      expectClose(product.re, Matrix.identity(r).data, f64);
      const { block, left, right } = realFactors(pairs.values, pairs.left, pairs.right);
      expectClose(right.multiply(block).multiply(left.transpose()).data, u.multiply(v.transpose()).data, f64);
    }),
  );
});

test("of 10 x 10 and rank 3 to 1e-14", () => {
  const [u, v] = [randomMatrix(10, 3, 1), randomMatrix(10, 3, 101)];
  const { values, left, right } = eigenLowRank(u, v);
  expectClose(left.adjoint().multiply(right).re, Matrix.identity(3).data, rounding);
  expectClose(left.adjoint().multiply(right).im, new Float64Array(9), rounding);
  const scaled = right.clone();
  for (let k = 0; k < 3; k++) scaleColumn(scaled, k, { re: values.re[k], im: values.im[k] });
  expectClose(scaled.multiply(left.adjoint()).re, u.multiply(v.transpose()).data, rounding);
  expectClose(scaled.multiply(left.adjoint()).im, new Float64Array(100), rounding);
});

test("zero eigenvalues of the small matrix are dropped instead of dividing by them", () => {
  const u = Matrix.from([
    [1, 0],
    [0, 1],
    [0, 0],
  ]);
  const v = Matrix.from([
    [2, 0],
    [0, 0],
    [0, 1],
  ]);
  expect(eigenLowRank(u, v).values.re).toEqual(Float64Array.of(2));
});

test("real factors rebuild any real matrix with a full set of eigenvectors", () => {
  const a = randomMatrix(4, 4, 4);
  const part = (sign: 1 | -1): Matrix =>
    new Matrix(
      4,
      4,
      a.data.map((value, k) => value + sign * a.transpose().data[k]),
    );
  const skewed = part(-1);
  for (let k = 0; k < 16; k++) skewed.data[k] += 0.1 * a.data[k];
  for (const [matrix, pairs, tolerance] of [
    [part(1), 0, decomposition],
    [skewed, 2, decomposition],
    [randomMatrix(5, 5, 5), 1, decomposition],
    [randomMatrix(100, 100, 100), 47, largeDecomposition],
  ] as const) {
    const { values, left, right } = eigen(matrix);
    expect(values.im.filter((value) => value > 0).length).toBe(pairs);
    const factors = realFactors(values, left, right);
    expectClose(factors.right.multiply(factors.block).multiply(factors.left.transpose()).data, matrix.data, tolerance);
  }
  const { values, left, right } = eigen(
    Matrix.from([
      [0, 1],
      [-1, 0],
    ]),
  );
  const half = { re: values.re.slice(0, 1), im: values.im.slice(0, 1) };
  expect(() => realFactors(half, left, right)).toThrow(expect.objectContaining({ code: "E_NUMERIC" }));
});

test("rows times a low-rank exponential equal the dense one, singular core included", () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.double({ min: -2, max: 2, noNaN: true }), fc.boolean(), (seed, s, singular) => {
      const u = randomMatrix(5, 2, seed);
      const v = randomMatrix(5, 2, seed + 1);
      if (singular) for (let i = 0; i < 5; i++) v.set(i, 1, v.get(i, 0));
      const b = randomMatrix(6, 5, seed + 2);
      expectClose(expLowRank(b, s, u, v).data, b.multiply(expm(times(u.multiply(v.transpose()), s))).data, f64);
    }),
  );
  // one case to the last digits: 4 x 4 of rank 2, six rows, eleven times
  const [u, v, b] = [randomMatrix(4, 2, 1), randomMatrix(4, 2, 2), randomMatrix(6, 4, 3)];
  for (let k = 0; k <= 10; k++) {
    const dense = b.multiply(expm(times(u.multiply(v.transpose()), k / 10)));
    expectClose(expLowRank(b, k / 10, u, v).data, dense.data, rounding);
  }
});

test("the logarithm of a low-rank map has the map's eigenvalues as exponentials, and gives the map back", () => {
  // 10 x 10 of rank 3 over a nearly skew core: a slow turn and a decay
  const core = Matrix.from([
    [0.9, 0.3, 0.02],
    [-0.3, 0.9, 0.01],
    [0, -0.01, 0.5],
  ]);
  const basis = randomMatrix(10, 3, 4);
  const dual = leastSquares(basis.transpose(), Matrix.identity(3)).x;
  const { left, right } = logLowRank(basis.multiply(core), dual, 0.5);
  const restricted = dual.transpose().multiply(left).multiply(right.transpose()).multiply(basis);
  expectClose(expm(times(restricted, 0.5)).data, core.data, rounding);
  const again = eigenLowRank(left, right);
  const { re, im } = again.values;
  const grown = {
    re: re.map((value, k) => Math.exp(value / 2) * Math.cos(im[k] / 2)),
    im: re.map((value, k) => Math.exp(value / 2) * Math.sin(im[k] / 2)),
  };
  const map = realFactors(grown, again.left, again.right);
  const rebuilt = map.right.multiply(map.block).multiply(map.left.transpose());
  expectClose(rebuilt.data, basis.multiply(core).multiply(dual.transpose()).data, rounding);
  expect(() => logLowRank(Matrix.from([[-1], [0]]), Matrix.from([[1], [0]]))).toThrow(
    expect.objectContaining({ code: "E_NUMERIC" }),
  );
});

test("residuals are |P1 g - l P0 g| / |P0 g|, computed from the data themselves", () => {
  const [p0, p1] = [randomMatrix(30, 4, 1), randomMatrix(30, 4, 2)];
  const { values, right } = eigen(leastSquares(p0, p1).x);
  const residuals = new ResidualPencil(p0, p1).residuals(values, right);
  for (let j = 0; j < 4; j++) {
    const g = right.column(j);
    const image = (p: Matrix, part: Float64Array): Float64Array => p.multiply(new Matrix(4, 1, part)).data;
    const [a, b, c, d] = [image(p1, g.re), image(p1, g.im), image(p0, g.re), image(p0, g.im)];
    let gap = 0;
    let size = 0;
    for (let i = 0; i < 30; i++) {
      gap += (a[i] - values.re[j] * c[i] + values.im[j] * d[i]) ** 2 + (b[i] - values.re[j] * d[i] - values.im[j] * c[i]) ** 2;
      size += c[i] ** 2 + d[i] ** 2;
    }
    expectClose([residuals[j]], [Math.sqrt(gap / size)], f64);
  }
});

test("filtering by residual keeps what the data confirm, conjugates together, and drops the constant", () => {
  // Two linear observables, a constant, and two that are noise.
  const A = Matrix.from([
    [0.9, 0.2],
    [-0.2, 0.9],
  ]);
  const x = randomMatrix(200, 2, 1);
  const y = x.multiply(A);
  const noise = (seed: number): Matrix => randomMatrix(200, 2, seed);
  const rows = (z: Matrix, w: Matrix): Matrix => Matrix.from(z.toRows().map((row, i) => [...row, 1, ...w.row(i)]));
  const [p0, p1] = [rows(x, noise(2)), rows(y, noise(3))];
  const kept = residualFilter(p0, p1, { maxResidual: 1e-6 });
  expect(kept.removedOne).toBe(true);
  expectClose(kept.values.re, [0.9, 0.9], f64);
  expectClose(
    p0
      .multiply(kept.left)
      .multiply(kept.right.transpose())
      .data.filter((_, k) => k % 5 < 2),
    y.data,
    f64,
  );
  expect(residualFilter(p0, p1, { count: 1 }, { removeOne: false }).values.re.length).toBeLessThanOrEqual(2);
  const full = residualFilter(p0, p1, "full", { removeOne: false });
  expectClose(full.left.multiply(full.right.transpose()).data, leastSquares(p0, p1).x.data, f64);
  expect(() => residualFilter(noise(4), noise(5), { maxResidual: 1e-9 })).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});

test("the residual filter does not depend on units: of pressures, strains and temperatures too it keeps what the data confirm", () => {
  const x = randomMatrix(60, 3, 7);
  const A = Matrix.from([[0.9, 0.3, 0], [-0.3, 0.9, 0.1], [0, 0, 0.7]]); // biome-ignore format: short
  const units = [2 ** 17, 2 ** -20, 2 ** 8];
  const inOwn = (a: Matrix): Matrix => Matrix.from(a.toRows().map((row) => row.map((value, j) => value * units[j])));
  const y = x.multiply(A.transpose());
  const plain = residualFilter(x, y, { maxResidual: 1e-12 });
  const own = residualFilter(inOwn(x), inOwn(y), { maxResidual: 1e-12 });
  const sorted = ({ re }: { readonly re: Float64Array }): Float64Array => re.slice().sort();
  expectClose(sorted(own.values), sorted(plain.values), f64);
  expectClose(sorted(own.values), Float64Array.of(0.7, 0.9, 0.9), f64);
});
