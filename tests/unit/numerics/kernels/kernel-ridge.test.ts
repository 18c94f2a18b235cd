import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cos, sin } from "../../../../sdk/numerics/elementary.js";
import { type KernelRidgeOptions, kernelRidge, predictor } from "../../../../sdk/numerics/kernels/kernel-ridge.js";
import { randomFeatureRidge } from "../../../../sdk/numerics/kernels/random-features.js";
import { kernelMatrix } from "../../../../sdk/numerics/kernels/scalar-kernel.js";
import type { LengthKernel, RidgeSpec } from "../../../../sdk/numerics/kernels/spec.js";
import { solve } from "../../../../sdk/numerics/linalg/lu.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { binnedPairs, kernelScale } from "../../../../sdk/numerics/manifold/kernel-scale.js";
import { LocalPolynomials } from "../../../../sdk/numerics/manifold/local-polynomials.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import {
  coupledRegression,
  expectClose,
  f64,
  kernelAgreement,
  kernelField,
  sameRegression,
  statistical,
} from "../../../tolerance.js";
import { dot, randomTorus, torusFrame } from "../manifold/_shapes.js";

const rbf = (lengthscale_init: number | null): LengthKernel => ({ type: "sc_rbf", lengthscale_init });
const diffusion = { type: "sc_dm", eps_init: null, alpha_init: 1, metric: "euclidean", periodic_axes: null } as const;

/** Rows of a grid on the unit square, and (x^2 + sin y, half of it). */
function square(side: number): { x: Matrix; y: Matrix } {
  const rows = Array.from({ length: side * side }, (_, k) => [Math.floor(k / side) / (side - 1), (k % side) / (side - 1)]);
  return { x: Matrix.from(rows), y: Matrix.from(rows.map(([a, b]) => [a * a + sin(b), (a * a + sin(b)) / 2])) };
}
const train = square(6);
const fine = square(21);
const regress = (spec: RidgeSpec, options: KernelRidgeOptions = { ridge: 1e-10, jitter: 0 }) =>
  kernelRidge(train.x, train.y, spec, options);

function meanRelativeError(predicted: Matrix, truth: Matrix): number {
  let [wrong, all] = [0, 0];
  for (let i = 0; i < truth.data.length; i++) {
    wrong += Math.abs(predicted.data[i] - truth.data[i]);
    all += Math.abs(truth.data[i]);
  }
  return wrong / all;
}

const width = rbf(1);
const kinds: Record<string, RidgeSpec> = {
  share: { type: "share", kernel: [width] },
  indep: { type: "indep", kernel: [width, width] },
  "separable with one kernel": { type: "opval", kernel: [{ type: "op_sep", kopts: [width], Ls: null }] },
  "separable of rank 1": {
    type: "opval",
    kernel: [
      {
        type: "op_sep",
        kopts: [width],
        Ls: [
          [
            [1, 0],
            [0.5, 0],
          ],
        ],
      },
    ],
  },
  "separable with two": {
    type: "opval",
    kernel: [
      {
        type: "op_sep",
        kopts: [width, width],
        Ls: [
          [
            [1, 0],
            [0, 0],
          ],
          [
            [0, 0],
            [0, 1],
          ],
        ],
      },
    ],
  },
};

describe("kernel ridge regression", () => {
  test.each(Object.entries(kinds))("%s learns a smooth function between its samples", (_, spec) => {
    expect(meanRelativeError(regress(spec).predict(fine.x), fine.y)).toBeLessThan(5e-4);
  });
  test("kinds that say the same agree", () => {
    const shared = regress(kinds.share).predict(fine.x).data;
    const gap = (spec: RidgeSpec): number => {
      const found = regress(spec).predict(fine.x).data;
      return Math.sqrt(found.reduce((sum, v, i) => sum + (v - shared[i]) * (v - shared[i]), 0));
    };
    const alike = [
      kinds.indep,
      { type: "indep", kernel: [width] },
      kinds["separable with one kernel"],
      kinds["separable with two"],
    ] as const;
    for (const spec of alike) expectClose([gap(spec)], [0], sameRegression);
    // the outputs are 1 : 0.5, as the one direction of the matrix
    expectClose([gap(kinds["separable of rank 1"])], [0], coupledRegression);
  });
  test("a diffusion kernel is that of the diffusion map: W normalised twice, and one dense system", () => {
    const eps = 0.05;
    const found = regress({ type: "share", kernel: [{ ...diffusion, eps_init: eps }] }, { ridge: 1e-6, jitter: 0 });
    const W = kernelMatrix(rbf(Math.sqrt(2 * eps)), train.x);
    const sums = (m: Matrix): number[] => m.toRows().map((row) => row.reduce((a, b) => a + b));
    const divided = (m: Matrix, by: number[]): Matrix =>
      Matrix.from(m.toRows().map((row, i) => row.map((v, j) => v / (by[i] * by[j]))));
    const even = divided(W, sums(W));
    const K = divided(even, sums(even).map(Math.sqrt));
    const shifted = K.clone();
    for (let i = 0; i < 36; i++) shifted.set(i, i, shifted.get(i, i) + 1e-6);
    expectClose(found.predict(train.x).data, K.multiply(solve(shifted, train.y)).data, f64);
  });
  test("one kernel with any B is the block system written out", () => {
    const L = [
      [1, 0],
      [0.3, 0.7],
    ];
    const zero = [
      [0, 0],
      [0, 0],
    ];
    const options = { ridge: 1e-3 };
    const own = regress({ type: "opval", kernel: [{ type: "op_sep", kopts: [rbf(0.5)], Ls: [L] }] }, options);
    const block = regress({ type: "opval", kernel: [{ type: "op_sep", kopts: [rbf(0.5), rbf(2)], Ls: [L, zero] }] }, options);
    expectClose(own.predict(fine.x).data, block.predict(fine.x).data, f64);
    expectClose([own.report.residual], [block.report.residual], f64);
  });
  test("the coefficients solve the system, and the residual is that of the samples", () => {
    const { arrays, report, predict } = regress({ type: "share", kernel: [rbf(0.3)] }, { ridge: 0.01, jitter: 0 });
    const K = kernelMatrix(rbf(0.3), train.x);
    const alpha = new Matrix(36, 2, arrays.alpha);
    const back = K.multiply(alpha);
    expectClose(
      back.data.map((v, i) => v + 0.01 * alpha.data[i]),
      train.y.data,
      f64,
    );
    expectClose(predict(train.x).data, back.data, f64);
    const squares = back.data.reduce((s, v, i) => s + (v - train.y.data[i]) * (v - train.y.data[i]), 0);
    expectClose([report.residual], [Math.sqrt(squares / 36)], f64);
  });
  test("conjugate gradients reach what the factorisation gives, without a matrix", () => {
    for (const spec of [kinds.share, kinds["separable with two"], { type: "share", kernel: [diffusion] } as const]) {
      const options = { ridge: 1e-2, cg_rtol: 1e-13 };
      const iterated = regress(spec, { ...options, solver: "matrix_free_cg" });
      expect(iterated.report).toMatchObject({ solver: "matrix_free_cg", bytes: 0 });
      expectClose(iterated.predict(fine.x).data, regress(spec, options).predict(fine.x).data, f64);
    }
  });
  test("the same samples give the same bits", () => {
    expect(regress(kinds.share).arrays).toEqual(regress(kinds.share).arrays);
  });
});

describe("samples that repeat a place", () => {
  const L = [
    [1, 0],
    [0.5, 0.8],
  ];
  const one = (r: number, c: number): number => (r === c ? 1 : 0);
  const only = (k: number) => (r: number, c: number) => (r === k && c === k ? 1 : 0);
  const product = (r: number, c: number): number => L[r].reduce((sum, v, k) => sum + v * L[c][k], 0);
  /** A kind, and the same as sum_i k_i B_i. */
  const systems: [RidgeSpec, [LengthKernel, (r: number, c: number) => number][]][] = [
    [{ type: "share", kernel: [rbf(0.5)] }, [[rbf(0.5), one]]],
    [
      { type: "indep", kernel: [rbf(0.5), rbf(0.3)] },
      [
        [rbf(0.5), only(0)],
        [rbf(0.3), only(1)],
      ],
    ],
    [{ type: "opval", kernel: [{ type: "op_sep", kopts: [rbf(0.5)], Ls: [L] }] }, [[rbf(0.5), product]]],
    [
      {
        type: "opval",
        kernel: [
          {
            type: "op_sep",
            kopts: [rbf(0.5), rbf(0.3)],
            Ls: [
              L,
              [
                [1, 0],
                [0, 1],
              ],
            ],
          },
        ],
      },
      [
        [rbf(0.5), product],
        [rbf(0.3), one],
      ],
    ],
  ];
  /** Values at places of the regression on every single sample: the block system (K + lambda I) a = y written out. */
  function whole(parts: (typeof systems)[number][1], x: Matrix, y: Matrix, lambda: number, places: Matrix): Matrix {
    const [N, p] = [x.rows, y.cols];
    const block = (to: Matrix): Matrix => {
      const out = new Matrix(to.rows * p, N * p);
      for (const [kernel, B] of parts) {
        const K = kernelMatrix(kernel, x, to);
        for (let k = 0; k < out.data.length; k++) {
          const [row, column] = [Math.floor(k / (N * p)), k % (N * p)];
          out.data[k] += K.get(Math.floor(row / p), Math.floor(column / p)) * B(row % p, column % p);
        }
      }
      return out;
    };
    const A = block(x);
    for (let i = 0; i < N * p; i++) A.set(i, i, A.get(i, i) + lambda);
    return new Matrix(places.rows, p, block(places).multiply(solve(A, new Matrix(N * p, 1, y.data))).data);
  }

  test("they are the system of all samples, made smaller", () => {
    const drawn = fc.array(fc.record({ place: fc.nat(4), value: fc.integer({ min: -9, max: 9 }) }), {
      minLength: 1,
      maxLength: 14,
    });
    fc.assert(
      fc.property(drawn, fc.nat(systems.length - 1), (samples, k) => {
        const [spec, parts] = systems[k];
        const x = Matrix.from(samples.map(({ place }) => [place / 4, (place * place) / 16]));
        const y = Matrix.from(samples.map(({ value }, i) => [value / 4, i % 3]));
        const { predict, report } = kernelRidge(x, y, spec, { ridge: 0.05, jitter: 0 });
        expect(report.points).toBe(new Set(samples.map(({ place }) => place)).size);
        expect(report.samples).toBe(samples.length);
        expectClose(predict(fine.x).data, whole(parts, x, y, 0.05, fine.x).data, f64);
        const squares = whole(parts, x, y, 0.05, x).data.reduce((sum, v, i) => sum + (v - y.data[i]) * (v - y.data[i]), 0);
        expectClose([report.residual], [Math.sqrt(squares / x.rows)], f64);
      }),
      { numRuns: 40 },
    );
  });
  test("their width is chosen from all samples, and conjugate gradients weigh them too", () => {
    const x = new Matrix(72, 2, Float64Array.of(...train.x.data, ...train.x.data));
    const y = new Matrix(72, 2, Float64Array.of(...train.y.data, ...train.y.data.map((v) => v + 0.1)));
    const spec: RidgeSpec = { type: "share", kernel: [rbf(null)] };
    const direct = kernelRidge(x, y, spec, { ridge: 1e-2 });
    expect(direct.report.points).toBe(36);
    expectClose(direct.report.widths, [Math.sqrt(kernelScale(binnedPairs(x)).scale / 2)], f64);
    const iterated = kernelRidge(x, y, spec, { ridge: 1e-2, solver: "matrix_free_cg", cg_rtol: 1e-13 });
    expectClose(iterated.predict(fine.x).data, direct.predict(fine.x).data, f64);
  });
  test("without a ridge they are their mean", () => {
    const { predict } = kernelRidge(Matrix.from([[0], [1], [0]]), Matrix.from([[1], [5], [2]]), kinds.share, { jitter: 0 });
    expectClose(predict(Matrix.from([[0], [1]])).data, [1.5, 5], kernelAgreement);
  });
});

describe("landmarks", () => {
  test("all samples as landmarks are no approximation", () => {
    const options = { ridge: 1e-3 };
    const spec: RidgeSpec = { type: "share", kernel: [rbf(0.5)] };
    expectClose(
      regress(spec, { ...options, landmarks: 36 }).predict(fine.x).data,
      regress(spec, options).predict(fine.x).data,
      kernelAgreement,
    );
    const each: RidgeSpec = { type: "indep", kernel: [rbf(0.5), rbf(0.4)] };
    expectClose(
      regress(each, { ...options, landmarks: 36 }).predict(fine.x).data,
      regress(each, options).predict(fine.x).data,
      kernelAgreement,
    );
  });
  test("more landmarks explain more, and repeated samples add none", () => {
    const residual = (landmarks: number): number => regress(kinds.share, { ridge: 1e-10, landmarks }).report.residual;
    expect(residual(12)).toBeLessThan(residual(4));
    const twice = new Matrix(72, 2, Float64Array.of(...train.x.data, ...train.x.data));
    const values = new Matrix(72, 2, Float64Array.of(...train.y.data, ...train.y.data));
    const { report } = kernelRidge(twice, values, kinds.share, { ridge: 1e-10, landmarks: 60 });
    expect(report.points).toBe(36);
  });
  test("more landmarks than samples are refused with both numbers", () => {
    expect(() => regress(kinds.share, { landmarks: 37 })).toThrow(/37 landmarks were asked of 36 samples/);
    expect(() => regress({ type: "share", kernel: [diffusion] }, { landmarks: 9 })).toThrow(
      expect.objectContaining({ code: "E_UNSUPPORTED" }),
    );
  });
});

describe("what cannot be solved is named", () => {
  test("repeated samples without a ridge, where a kernel sums over all", () => {
    const x = Matrix.from([[0], [1], [0]]);
    expect(() => kernelRidge(x, x, { type: "share", kernel: [diffusion] }, { jitter: 0 })).toThrow(
      expect.objectContaining({
        code: "E_NUMERIC",
        message: expect.stringContaining("1 of the 3 samples repeat others (2 is 0)"),
      }),
    );
  });
  test("a kernel too wide for its samples", () => {
    const x = new Matrix(
      40,
      1,
      Float64Array.from({ length: 40 }, (_, i) => i / 40),
    );
    expect(() => kernelRidge(x, x, { type: "share", kernel: [rbf(5)] }, { jitter: 0 })).toThrow(/too wide to tell them apart/);
  });
  test("a matrix beyond the memory, before it is made", () => {
    expect(() => regress(kinds.share, { solver: "dense_cholesky", memory_limit: 10_000 })).toThrow(
      expect.objectContaining({
        code: "E_UNSUPPORTED",
        message: expect.stringContaining("36 x 36 takes 1 MB"),
        hint: expect.stringContaining("landmarks"),
      }),
    );
  });
  test("gradients that do not converge say how far they came", () => {
    expect(() => regress(kinds.share, { ridge: 1e-12, solver: "matrix_free_cg", cg_max_iter: 3 })).toThrow(
      /after 3 iterations, allowed is .* \(36 samples, ridge/,
    );
  });
  test("kinds and kernels that do not belong together", () => {
    const refused = expect.objectContaining({ code: "E_SPEC" });
    expect(() => regress({ type: "share", kernel: [rbf(1), rbf(2)] })).toThrow(refused);
    expect(() => regress({ type: "opval", kernel: [rbf(1)] })).toThrow(refused);
    expect(() => regress({ type: "indep", kernel: [rbf(1), rbf(1), rbf(1)] })).toThrow(refused);
    expect(() => regress({ type: "opval", kernel: [{ type: "op_sep", kopts: [rbf(1)], Ls: [[[1]]] }] })).toThrow(refused);
    expect(() => regress(kinds.share, { ridge: -1 })).toThrow(refused);
  });
});

describe("tangent vectors", () => {
  /** A circle with its tangents, and a field along them. */
  const N = 60;
  const angle = (i: number): number => (2 * Math.PI * i) / N;
  const rows = (f: (t: number) => number[], shift = 0): Matrix =>
    Matrix.from(Array.from({ length: N }, (_, i) => f(angle(i + shift))));
  const point = (t: number): number[] => [cos(t), sin(t)];
  const tangent = (t: number): number[] => [-sin(t), cos(t)];
  const field = (t: number): number[] => tangent(t).map((v) => v * (2 + sin(t)));

  test("a field along a circle is learned by its coordinate, and by conjugate gradients too", () => {
    const spec: RidgeSpec = { type: "tangent", kernel: [{ type: "op_tan", kopts: [rbf(0.5)] }] };
    const x = rows(point);
    const options = { ridge: 1e-8, frames: rows(tangent) };
    const direct = kernelRidge(x, rows(field), spec, options);
    const half = direct.predict(rows(point, 0.5));
    const projected = half.data.map((_, k) => {
      const t = angle(Math.floor(k / 2) + 0.5);
      const along = tangent(t).reduce((s, v, j) => s + v * half.get(Math.floor(k / 2), j), 0);
      return along * tangent(t)[k % 2];
    });
    expectClose(projected, rows(field, 0.5).data, kernelField);
    const iterated = kernelRidge(x, rows(field), spec, { ...options, ridge: 1e-2, solver: "matrix_free_cg", cg_rtol: 1e-13 });
    const again = kernelRidge(x, rows(field), spec, { ...options, ridge: 1e-2 });
    expectClose(iterated.predict(x).data, again.predict(x).data, f64);
  });
  test("frames that are missing are asked for", () => {
    const spec: RidgeSpec = { type: "tangent", kernel: [{ type: "op_tan", kopts: [rbf(0.5)] }] };
    expect(() => kernelRidge(rows(point), rows(field), spec)).toThrow(/tangent vectors/);
  });
});

test("a field along a torus from 500 samples, at 500 others: by plain kernels and by tangent ones", () => {
  const [here, there] = [randomTorus(500, 31), randomTorus(500, 41)];
  const each = ({ angles }: typeof here, f: (p: number, q: number) => number[]): Matrix =>
    Matrix.from(Array.from(angles[0], (p, i) => f(p, angles[1][i])));
  const frames = (samples: typeof here): Matrix => each(samples, (p, q) => torusFrame(p, q).flat());
  const field = (samples: typeof here): Matrix => each(samples, (p, q) => torusFrame(p, q)[0]);
  const fit = new LocalPolynomials(here.points, { dimension: 2, neighbours: 22, degree: 2, tangentDegree: 4 });
  const estimated = ({ points }: typeof here): Matrix =>
    Matrix.from(points.toRows().map((row) => fit.tangent(Float64Array.from(row)).data));
  /** The part of each row in the span of two orthonormal vectors. */
  const within = (rows: Matrix, spans: Matrix): Matrix =>
    Matrix.from(
      rows.toRows().map((row, i) => {
        const [a, b] = [spans.row(i).subarray(0, 3), spans.row(i).subarray(3)];
        const [s, t] = [dot(row, a), dot(row, b)];
        return row.map((_, j) => s * a[j] + t * b[j]);
      }),
    );
  const truth = field(there);
  const plain = (kernel: RidgeSpec["kernel"][0]): Matrix =>
    kernelRidge(here.points, field(here), { type: "share", kernel: [kernel] }, { ridge: 1e-10 }).predict(there.points);
  const tangent = (spans: (samples: typeof here) => Matrix): Matrix => {
    const spec: RidgeSpec = { type: "tangent", kernel: [{ type: "op_tan", kopts: [rbf(null)] }] };
    const { predict } = kernelRidge(here.points, field(here), spec, { ridge: 1e-10, frames: spans(here) });
    return within(predict(there.points), spans(there));
  };
  for (const [found, error, off] of [
    [plain(rbf(null)), 5e-4, 4e-5],
    [plain(diffusion), 4e-5, 1e-5],
    [tangent(estimated), 0.02, 0.02],
    [tangent(frames), 5e-4, 1e-15],
  ] as const) {
    expect(meanRelativeError(found, truth)).toBeLessThan(error);
    const flat = within(found, frames(there));
    const normal = found.data.reduce((sum, v, k) => sum + Math.abs(v - flat.data[k]), 0) / found.rows;
    expect(normal).toBeLessThan(off);
  }
});

describe("random features", () => {
  test("their products are the kernel on average", () => {
    const m = 4000;
    const x = new Matrix(30, 2, keyed(3).uniform(60, -1, 1));
    const y = Matrix.identity(30);
    const exact = kernelRidge(x, y, { type: "share", kernel: [rbf(1)] }, { ridge: 1, jitter: 0 }).predict(x);
    const drawn = randomFeatureRidge(x, y, rbf(1), { count: m, ridge: 1, seed: 1 }).predict(x);
    expectClose(drawn.data, exact.data, statistical(m));
    expect(randomFeatureRidge(x, y, rbf(1), { count: 5, ridge: 1, seed: 1 }).arrays).toEqual(
      randomFeatureRidge(x, y, rbf(1), { count: 5, ridge: 1, seed: 1 }).arrays,
    );
  });
  test("a kernel regression on them is theirs", () => {
    const spec: RidgeSpec = { ...kinds.share, features: 60 };
    const { report, predict, arrays } = regress(spec, { ridge: 1e-6, jitter: 0 });
    const own = randomFeatureRidge(train.x, train.y, width, { count: 60, ridge: 1e-6 });
    expect(report).toMatchObject({ solver: "random_features", points: 60, samples: 36, residual: own.residual });
    expect(predict(fine.x)).toEqual(own.predict(fine.x));
    const formula = predictor(spec, arrays, 60, 2, 2)(fine.x);
    expectClose(formula.data, own.predict(fine.x).data, kernelAgreement);
  });
  test("other kernels are refused", () => {
    const unsupported = expect.objectContaining({ code: "E_UNSUPPORTED" });
    expect(() => regress({ ...kinds.indep, features: 9 })).toThrow(unsupported);
    expect(() => regress({ type: "share", kernel: [diffusion], features: 9 })).toThrow(unsupported);
    expect(() => randomFeatureRidge(train.x, train.y, { type: "sc_exp", lengthscale_init: 1 }, { count: 9, ridge: 1 })).toThrow(
      expect.objectContaining({ code: "E_UNSUPPORTED" }),
    );
  });
});
