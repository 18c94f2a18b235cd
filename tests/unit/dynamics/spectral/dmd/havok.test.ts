import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleSystem } from "../../../../../sdk/dynamics/data/sampling/sampler.js";
import { relativeError, samplesOfCoordinates, simulateHavok } from "../../../../../sdk/dynamics/spectral/dmd/driven.js";
import { forcingActivity } from "../../../../../sdk/dynamics/spectral/dmd/forcing.js";
import { type Havok, havok } from "../../../../../sdk/dynamics/spectral/dmd/havok.js";
import { diagnoseHavok } from "../../../../../sdk/dynamics/spectral/dmd/havok-diagnostic.js";
import { type Snapshots, snapshotsOf } from "../../../../../sdk/dynamics/spectral/dmd/snapshots.js";
import { suggestDelay } from "../../../../../sdk/dynamics/spectral/dmd/suggested-delay.js";
import { Matrix } from "../../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../../sdk/numerics/random.js";
import { exact, expectClose, f64, rounding } from "../../../../tolerance.js";

const dt = 0.01;
/** x of Lorenz' system over 100 units of time. */
const lorenz = sampled();
function sampled(): Snapshots {
  const { dataset } = sampleSystem({
    system: { states: 3, rhs: ["10*(x2 - x1)", "x1*(28 - x3) - x2", "x1*x2 - 8/3*x3"], observations: ["x1"] },
    x0: [-8, 8, 27],
    time: { stop: 100, n: 10_001 },
    solver: { rtol: 1e-10, atol: 1e-10 },
  });
  return snapshotsOf(dataset);
}

/** Decaying oscillations added up, the trajectories with other amplitudes. */
function oscillations(rates: readonly (readonly [number, number])[], lengths: readonly number[], dt = 0.1): Snapshots {
  const trajectories = lengths.map((rows, i) => {
    const sizes = keyed(i).uniform(2 * rates.length, 0.5, 1.5);
    const at = (t: number): number =>
      rates.reduce(
        (sum, [g, w], j) => sum + Math.exp(g * t) * (sizes[2 * j] * Math.cos(w * t) + sizes[2 * j + 1] * Math.sin(w * t)),
        0,
      );
    return new Matrix(
      rows,
      1,
      Float64Array.from({ length: rows }, (_, k) => at(k * dt)),
    );
  });
  return { trajectories, dt };
}

const errorsOf = (found: Havok, { trajectories }: Snapshots, delay: number): { driven: number; undriven: number } => {
  const measured = trajectories.filter((x) => x.rows > delay).map((x) => x.slice(delay, x.rows));
  const error = (driven: boolean): number => relativeError(samplesOfCoordinates(found, simulateHavok(found, driven)), measured);
  return { driven: error(true), undriven: error(false) };
};

test("a linear series: exact eigenvalues, and no push beyond rounding", () => {
  const rate = fc.tuple(fc.double({ min: -0.2, max: 0, noNaN: true }), fc.double({ min: 0.7, max: 1.3, noNaN: true }));
  fc.assert(
    fc.property(rate, rate, ([g1, w1], [g2, w2]) => {
      const rates = [
        [g1, 2 * w1],
        [g2, 6 * w2],
      ] as const;
      const snapshots = oscillations(rates, [90, 60]);
      const found = havok(snapshots, 20);
      const size = Math.max(...found.coordinates.map(({ data }) => Math.max(...data.map(Math.abs))));
      for (const f of found.forcing) expect(Math.max(...f.map(Math.abs)) / size).toBeLessThan(1e-13);
      expectClose(found.push.data, new Float64Array(8), exact);
      const slow = found.spectrum.points.filter(({ angularFrequency }) => angularFrequency > 0);
      slow.sort((a, b) => a.angularFrequency - b.angularFrequency);
      expectClose(
        slow.flatMap(({ growth, angularFrequency }) => [growth, angularFrequency]),
        rates.flat(),
        f64,
      );
      expect(found.spectrum.points.map(({ flag }) => flag)).toEqual(["ok", "ok", "ok", "ok"]);
      const { driven, undriven } = errorsOf(found, snapshots, 20);
      expect([driven < 1e-8, undriven, Number.isNaN(found.kurtosis)]).toEqual([true, driven, true]);
      expect(diagnoseHavok(found, driven).map(({ code }) => code)).toEqual(["no-push"]);
    }),
    { numRuns: 20 },
  );
});

test("three frequencies span six directions: the sixth pushes the others, a seventh can push nothing, and more there are not", () => {
  const snapshots = oscillations(
    [
      [0, 1],
      [0, 3],
      [0, 7],
    ],
    [200],
  );
  const found = havok(snapshots, 30, { rank: 6 });
  expect(found.spanned).toBe(6);
  // the sixth at the end of the step is known only with the next five
  expect(found.misfit.driven).toBeLessThan(f64.rtol);
  expect(found.misfit.undriven).toBeGreaterThan(1e-4);
  expectClose(havok(snapshots, 30, { rank: 7 }).push.data, new Float64Array(12), exact);
  expect(() => havok(snapshots, 30, { rank: 8 })).toThrow(expect.objectContaining({ code: "E_SPEC", path: ["rank"] }));
  expect(() => havok(snapshots, 30, { rank: 8 })).toThrow("span 6 directions");
});

test("coordinates and push are those of the windows, in every trajectory that has one", () => {
  const snapshots = oscillations([[0, 2]], [40, 8, 30]);
  const found = havok(snapshots, 9, { rank: 2 });
  expect(found.coordinates.map(({ rows }) => rows)).toEqual([31, 21]);
  expect(found.forcing.map((f) => f.length)).toEqual([31, 21]);
  const x = snapshots.trajectories[2].data;
  const window = new Matrix(1, 10, x.slice(5, 15)).multiply(found.basis).data;
  expectClose([found.coordinates[1].get(5, 0), found.forcing[1][5]], window, rounding);
  expectClose(found.basis.transpose().multiply(found.basis).data, [1, 0, 0, 1], rounding);
});

test("chaos: bursts push, they come before changes of lobe, and the linear system follows when it is pushed", () => {
  const [snapshots, delay] = [lorenz, 9];
  expect(suggestDelay(snapshots)).toBe(delay);
  const found = havok(snapshots, delay);
  expect(found.basis.cols).toBe(5);
  // 8.0; from 5 to 9 over windows of 0.1 to 0.2 and ranks of 4 and 5
  expect(found.kurtosis).toBeGreaterThan(6);
  // the linear part turns and hardly decays
  for (const { growth, angularFrequency } of found.spectrum.points)
    expect(Math.abs(growth / angularFrequency)).toBeLessThan(0.03);
  // 5e-4 and 1e-2
  expect(found.misfit.driven).toBeLessThan(0.1 * found.misfit.undriven);
  const { driven, undriven } = errorsOf(found, snapshots, delay);
  expect(driven).toBeLessThan(0.1);
  expect(undriven).toBeGreaterThan(0.9);
  expect(diagnoseHavok(found, driven)).toEqual([]);

  const { bursts, share } = forcingActivity(found.forcing, { gap: delay });
  expect(share).toBeLessThan(0.06);
  // of the half unit of time before a change of sign 0.77 hold a part of a burst, of any half unit 0.28
  const before = Math.round(0.5 / dt);
  const x = snapshots.trajectories[0].data.subarray(delay);
  const burstBefore = (k: number): boolean => bursts.some(({ start, end }) => start <= k && end > k - before);
  const places = Array.from(x.keys()).slice(before, -1);
  const changes = places.filter((k) => x[k] * x[k + 1] < 0);
  const part = (where: readonly number[]): number => where.filter(burstBefore).length / where.length;
  expect(changes.length).toBeGreaterThan(40);
  expect(part(changes)).toBeGreaterThan(2 * part(places));
});

test("the default rank leaves noise out, and the push of noise is told by its kurtosis", () => {
  const x = lorenz.trajectories[0].slice(0, 6000);
  const noisy = (size: number): Snapshots => {
    const noise = keyed(3).normal(x.rows, 0, size);
    return {
      trajectories: [
        new Matrix(
          x.rows,
          1,
          x.data.map((value, k) => value + noise[k]),
        ),
      ],
      dt,
    };
  };
  // of 8, the deviation of x: a thousandth and a hundredth
  expect([0.08, 0.8].map((size) => havok(noisy(size), 20).basis.cols)).toEqual([5, 3]);
  const found = havok(noisy(0.8), 20, { rank: 8 });
  expect(diagnoseHavok(found, 0.1).map(({ code }) => code)).toEqual(["unconfirmed", "not-intermittent"]);
});

test("refused with what to write: ranks, delays, series that cannot be", () => {
  const snapshots = oscillations([[0, 2]], [30]);
  const refusals: [() => unknown, object][] = [
    [() => havok(snapshots, 5, { rank: 1 }), { code: "E_SPEC", path: ["rank"], hint: "write 2 to 3" }],
    [() => havok(snapshots, 5, { rank: 2.5 }), { code: "E_SPEC", path: ["rank"] }],
    [() => havok(snapshots, 0), { code: "E_SPEC", path: ["delay"], hint: "lengthen the delay" }],
    [() => havok(snapshots, 28), { code: "E_SPEC", path: ["delay"], hint: expect.stringContaining("shorten") }],
    [() => havok(snapshots, 30), { code: "E_SHAPE", path: ["delay"], message: expect.stringContaining("the longest has 30") }],
    [() => havok({ trajectories: [new Matrix(30, 1)], dt: 1 }, 5), { code: "E_DATA" }],
    [() => suggestDelay({ trajectories: [new Matrix(30, 1, new Float64Array(30).fill(0.1))], dt: 1 }), { code: "E_DATA" }],
  ];
  for (const [work, error] of refusals) expect(work).toThrow(expect.objectContaining(error));
});

test("activity: one mean and deviation for all series, bursts joined over gaps and never over series", () => {
  const quiet = (n: number): number[] => Array.from({ length: n }, (_, k) => (k % 2 === 0 ? 0.1 : -0.1));
  const forcing = [Float64Array.from([...quiet(40), 5, 0, -6, ...quiet(40), 4]), Float64Array.from([4, ...quiet(40)])];
  const of = (gap: number): number[][] =>
    forcingActivity(forcing, { gap }).bursts.map(({ series, start, end, peak }) => [series, start, end, peak]);
  expect(of(0)).toEqual([
    [0, 40, 40, 40],
    [0, 42, 42, 42],
    [0, 83, 83, 83],
    [1, 0, 0, 0],
  ]);
  expect(of(1)).toEqual([
    [0, 40, 42, 42],
    [0, 83, 83, 83],
    [1, 0, 0, 0],
  ]);
  const { mean, level, deviation, share } = forcingActivity(forcing);
  const all = forcing.flatMap((f) => [...f]);
  expectClose([mean, level, share], [all.reduce((a, b) => a + b) / all.length, 2 * deviation, 4 / all.length], f64);
  expect(forcingActivity(forcing, { threshold: 1000 })).toMatchObject({ share: 0, bursts: [] });
});

test("the delay that is suggested goes with time, not with samples", () => {
  const cosine = (dt: number): number => suggestDelay(oscillations([[0, 1]], [Math.round(100 / dt)], dt));
  // cos(0.451) = 0.9
  expect([0.1, 0.05, 0.01].map(cosine)).toEqual([5, 10, 46]);
  expect(cosine(0.001)).toBe(100);
  const noise = { trajectories: [new Matrix(300, 1, keyed(1).normal(300, 0, 1))], dt: 1 };
  expect(suggestDelay(noise)).toBe(4);
});
