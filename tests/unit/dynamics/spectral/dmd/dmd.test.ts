import fc from "fast-check";
import { expect, test } from "vitest";
import { type DmdOptions, dmd, forecastDmd } from "../../../../../sdk/dynamics/spectral/dmd/dmd.js";
import { dmdWithControl, forecastControlled } from "../../../../../sdk/dynamics/spectral/dmd/dmd-control.js";
import { forecastHankel, hankelDmd } from "../../../../../sdk/dynamics/spectral/dmd/hankel.js";
import { snapshotPairs, snapshotsOf } from "../../../../../sdk/dynamics/spectral/dmd/snapshots.js";
import type { StepEstimate } from "../../../../../sdk/dynamics/spectral/dmd/step-estimate.js";
import { Matrix } from "../../../../../sdk/numerics/linalg/matrix.js";
import { qr } from "../../../../../sdk/numerics/linalg/qr.js";
import { keyed } from "../../../../../sdk/numerics/random.js";
import { expectClose, f64, powered } from "../../../../tolerance.js";
import { randomMatrix } from "../../../numerics/linalg/samples.js";
import { rotations, trajectoriesOf } from "../systems.js";

const estimates: StepEstimate[] = ["least-squares", "total-least-squares", "forward-backward"];
const bases = ["svd", "randomised", "compressed"] as const;

/** Three trajectories of a 4-dimensional system seen in 30 places. */
function seen(seed: number): { trajectories: Matrix[]; dt: number } {
  const C = randomMatrix(4, 30, seed);
  return {
    trajectories: trajectoriesOf(rotations([0.95, 0.7], [0.4, 1.1]), 3, 15, seed + 1).map((z) => z.multiply(C)),
    dt: 0.1,
  };
}

test("pairs never join two trajectories", () => {
  const trajectories = [Matrix.from([[1], [2], [3]]), Matrix.from([[10]]), Matrix.from([[20], [21]])];
  const { P0, P1 } = snapshotPairs({ trajectories, dt: 1 });
  expect(P0.column(0)).toEqual(Float64Array.of(1, 2, 20));
  expect(P1.column(0)).toEqual(Float64Array.of(2, 3, 21));
});

test.each(estimates.flatMap((estimate) => bases.map((basis) => [estimate, basis] as const)))(
  "exact data, %s in a basis by %s: true eigenvalues, no residual, and the future",
  (estimate, kind) => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.constantFrom("exact" as const, "projected" as const), (seed, modes) => {
        const snapshots = seen(seed);
        const basis: NonNullable<DmdOptions["basis"]> = kind === "compressed" ? { kind, measurements: 12, seed } : { kind };
        const found = dmd(snapshots, { estimate, basis, rank: 4, modes });
        const { points } = found.spectrum;
        expectClose(
          points.map(({ frequency }) => frequency).sort(),
          [0.4, 0.4, 1.1, 1.1].map((w) => w / 0.1 / (2 * Math.PI)),
          f64,
        );
        expectClose(
          points.map(({ residual }) => residual),
          [0, 0, 0, 0],
          f64,
        );
        const [x] = snapshots.trajectories;
        const future = forecastDmd(
          found,
          x.row(0),
          Float64Array.from({ length: 15 }, (_, k) => 0.1 * k),
        );
        expectClose(future.data, x.data, powered);
      }),
      { numRuns: 5 },
    );
  },
);

test("with noise in every sample, least squares damps and the other estimates do not", () => {
  const clean = trajectoriesOf(rotations([1], [0.5]), 1, 400, 3)[0];
  const bias = (estimate: StepEstimate): number => {
    const sizes = Array.from({ length: 20 }, (_, seed) => {
      const noise = keyed(seed).normal(clean.data.length, 0, 0.2);
      const x = new Matrix(
        clean.rows,
        2,
        clean.data.map((value, i) => value + noise[i]),
      );
      return dmd({ trajectories: [x], dt: 1 }, { estimate }).spectrum.points[0].growth;
    });
    return sizes.reduce((sum, value) => sum + value, 0) / sizes.length;
  };
  const biases = estimates.map(bias);
  expect(biases[0]).toBeLessThan(-0.02);
  for (const small of biases.slice(1)) expect(Math.abs(small)).toBeLessThan(0.1 * Math.abs(biases[0]));
});

test("what would be nonsense is said: rank, too few samples, standing waves, near half a turn, wrong step", () => {
  const codes = (found: { diagnostics: readonly { code: string }[] }): string[] => found.diagnostics.map(({ code }) => code);
  expect(codes(dmd({ trajectories: [trajectoriesOf(rotations([0.9], [0.3]), 1, 40, 1)[0]], dt: 1 }))).toEqual([]);
  expect(codes(dmd(seen(1)))).toContain("rank-deficient");
  expect(codes(dmd({ trajectories: [randomMatrix(4, 9, 1)], dt: 1 }))).toContain("few-samples");
  expect(codes(dmd({ trajectories: [trajectoriesOf(rotations([1], [3.1]), 1, 40, 1)[0]], dt: 1 }))).toContain("near-nyquist");
  const wave = new Matrix(60, 7);
  for (let k = 0; k < 60; k++) for (let j = 0; j < 7; j++) wave.set(k, j, Math.cos(0.3 * k) * (1 + j));
  expect(codes(dmd({ trajectories: [wave], dt: 1 }))).toContain("hidden-state");
  const { spectrum, diagnostics } = hankelDmd({ trajectories: [wave], dt: 1 }, 1);
  expectClose(
    spectrum.points.map(({ angularFrequency }) => angularFrequency),
    [0.3, -0.3],
    f64,
  );
  expect(diagnostics.filter(({ code }) => code === "hidden-state")).toEqual([]);
  const t = Float64Array.of(0, 0.5, 1);
  const dataset = { trajectories: [{ t, x: new Matrix(3, 1), u: null, y: null, p: null }], names: { x: ["x1"], u: [] } };
  expect(snapshotsOf(dataset).dt).toBe(0.5);
  expect(() => snapshotsOf(dataset, 1)).toThrow(expect.objectContaining({ code: "E_DATA" }));
});

test("delay windows forecast what one sample cannot", () => {
  const x = Matrix.from(Array.from({ length: 50 }, (_, k) => [Math.cos(0.3 * k) + 0.5 * Math.cos(0.9 * k + 1)]));
  const found = hankelDmd({ trajectories: [x.slice(0, 40)], dt: 0.5 }, 5, { rank: 4 });
  const future = forecastHankel(
    found,
    x.slice(34, 40),
    Float64Array.from({ length: 10 }, (_, k) => 0.5 * (k + 1)),
  );
  expectClose(future.data, x.data.slice(40), powered);
});

test("control is told from the system; feedback that cannot be told is reported", () => {
  const A = Matrix.from([
    [0.9, 0.2],
    [-0.2, 0.9],
  ]);
  const B = Matrix.from([[0.5, -1]]);
  const run = (seed: number, gain: number): { x: Matrix; u: Matrix } => {
    const [x, u] = [new Matrix(30, 2), new Matrix(30, 1, keyed(seed).normal(30))];
    x.row(0).set([1, seed]);
    for (let k = 0; k < 30; k++) {
      if (gain !== 0) u.set(k, 0, gain * x.get(k, 0));
      if (k === 29) break;
      const free = x.slice(k, k + 1).multiply(A).data;
      x.row(k + 1).set(free.map((value, j) => value + u.get(k, 0) * B.get(0, j)));
    }
    return { x, u };
  };
  const runs = [run(1, 0), run(2, 0)];
  const found = dmdWithControl({ trajectories: runs.map(({ x }) => x), controls: runs.map(({ u }) => u), dt: 1 });
  expectClose(
    found.spectrum.points.map(({ re }) => re),
    [0.9, 0.9],
    f64,
  );
  expectClose(
    found.spectrum.points.map(({ residual }) => residual),
    [0, 0],
    f64,
  );
  expectClose(forecastControlled(found, runs[0].x.row(0), runs[0].u.slice(0, 29)).data, runs[0].x.data, f64);
  const fed = run(1, 0.3);
  const blind = dmdWithControl({ trajectories: [fed.x], controls: [fed.u], dt: 1 });
  expect(blind.diagnostics.map(({ code }) => code)).toContain("collinear-control");
  expect(() => dmdWithControl({ trajectories: [fed.x], controls: [], dt: 1 })).toThrow(
    expect.objectContaining({ code: "E_SHAPE" }),
  );
});

test("unitary systems: every eigenvalue on the circle, confirmed", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 7 }), fc.nat(1e6), (n, seed) => {
      const trajectories = trajectoriesOf(qr(randomMatrix(n, n, seed)).q, n, 12, seed);
      for (const { re, im, residual } of dmd({ trajectories, dt: 1 }).spectrum.points) {
        expectClose([Math.sqrt(re * re + im * im)], [1], f64);
        expect(residual).toBeLessThan(f64.rtol);
      }
    }),
    { numRuns: 20 },
  );
});
