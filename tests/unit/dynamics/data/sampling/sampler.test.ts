import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { sampleSystem } from "../../../../../sdk/dynamics/data/sampling/sampler.js";
import type { SampleSpec } from "../../../../../sdk/dynamics/data/sampling/spec.js";
import { uniformStep } from "../../../../../sdk/dynamics/data/step.js";
import type { DymadError } from "../../../../../sdk/errors.js";
import { exact, expectClose, sameSteps, sameStepsAcrossJumps, statistical } from "../../../../tolerance.js";
import { held, runs, slowManifold } from "./numpy-scipy.js";

const solver = { method: "RK45", rtol: 1e-6, atol: 1e-6 };
const oscillator: SampleSpec = {
  system: { states: 2, inputs: 1, params: { c: 0.1 }, rhs: ["x2 + u", "-x1 - c*x2 + u"] },
  x0: { kind: "uniform", params: { bounds: [-1, 1] } },
  control: { kind: "chirp", params: { t1: 4, freq_range: [0.5, 2] } },
  time: { stop: 5, n: 501 },
  solver,
};
const still: SampleSpec = { system: { states: 1, rhs: ["0"] }, x0: [1], time: { stop: 1, n: 3 } };

const problems = (spec: unknown): string[] => {
  try {
    sampleSystem(spec as SampleSpec);
  } catch (error) {
    return (error as DymadError).issues.map(({ code, message, hint }) => `${code}: ${message}${hint ? ` (${hint})` : ""}`);
  }
  return [];
};

describe("the same seed gives what NumPy and SciPy give", () => {
  test("an oscillator under a random hold: x0, the held values and the states", () => {
    const control = { kind: "gaussian", params: { mean: 0.5, std: 1, t1: 4, dt: 0.2, mode: "zoh" } };
    for (const [seed, expected] of Object.entries(held)) {
      const { dataset } = sampleSystem({ ...oscillator, control }, { seed: Number(seed) });
      const { x, u } = dataset.trajectories[0];
      expectClose(x.row(0), expected.x0, exact, "x0");
      // the middle of each hold
      expectClose(
        expected.hold.map((_, k) => u?.get(20 * k + 10, 0) ?? Number.NaN),
        expected.hold,
        exact,
        "hold",
      );
      // 3 * 0.2 > 0.6 in floating point: these samples still see the value before
      for (const k of [3, 6, 12, 17]) expect(u?.get(20 * k, 0)).toBe(expected.hold[k - 1]);
      expect(u?.get(20 * 4, 0)).toBe(expected.hold[4]);
      expected.t.forEach((t, i) => {
        expectClose(x.row(Math.round(t * 100)), expected.x[i], sameStepsAcrossJumps, `seed ${seed}, t ${t}`);
      });
    }
  });

  test("the third chirp-driven trajectory of a batch", () => {
    const { dataset } = sampleSystem({ ...oscillator, batch: 3 }, { seed: 12345 });
    for (const { row, x } of runs.chirp) expectClose(dataset.trajectories[2].x.row(row), x, sameSteps);
  });

  test("a slow manifold", () => {
    for (const [seed, expected] of Object.entries(slowManifold)) {
      const spec: SampleSpec = {
        system: { states: 2, rhs: ["-0.5*x1", "-3*(x2 - x1^2)"] },
        x0: {
          kind: "uniform",
          params: {
            bounds: [
              [-2.5, 2.5],
              [-5, 5],
            ],
          },
        },
        time: { stop: 6, n: 301 },
        solver,
      };
      const { x } = sampleSystem(spec, { seed: Number(seed) }).dataset.trajectories[0];
      expected.t.forEach((t, i) => {
        expectClose(x.row(50 * t), expected.x[i], sameSteps);
      });
    }
  });

  test("a pendulum driven by points on a circle, between which lie chords or natural splines (seed 5)", () => {
    for (const mode of ["linear", "cubic"] as const) {
      const spec: SampleSpec = {
        system: { states: 2, inputs: 2, rhs: ["x2*cos(x1) + u1", "-sin(x1) - 0.1*x2^3 + u2"] },
        x0: { kind: "gaussian" },
        control: { kind: "sphere", params: { radius: 0.5, t1: 4, dt: 0.2, mode } },
        time: { stop: 5, n: 501 },
      };
      const { x } = sampleSystem(spec, { seed: 5 }).dataset.trajectories[0];
      for (const { row, x: expected } of runs[`sphere_${mode}`]) expectClose(x.row(row), expected, sameSteps, mode);
    }
  });

  test("time, functions, a sampled parameter and sums of sines (seed 7: x0, then p, then the control)", () => {
    const spec: SampleSpec = {
      system: { states: 2, inputs: 2, rhs: ["-p*x1 + u1*exp(-t)", "tanh(x1) - sqrt(abs(x2)) + u2"] },
      x0: {
        kind: "uniform",
        params: {
          bounds: [
            [-1, 1],
            [0, 5],
          ],
        },
      },
      p: { kind: "gaussian", params: { mean: 2, std: 0.1 } },
      control: { kind: "sine", params: { num_components: 3, amp_range: [0.2, 1], freq_range: [0.5, 2] } },
      time: { stop: 5, n: 501 },
      solver: { rtol: 1e-8, atol: 1e-8 },
    };
    const { x, p } = sampleSystem(spec, { seed: 7 }).dataset.trajectories[0];
    expect(p).toHaveLength(1);
    for (const { row, x: expected } of runs.sine) expectClose(x.row(row), expected, sameSteps);
  });
});

test("the example of docs/sampling.md runs", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../../docs/sampling.md"), "utf8");
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const { dataset, t } = sampleSystem(parse(example), { seed: 12345 });
  expect([dataset.trajectories.length, t.length]).toEqual([4, 501]);
  for (const { row, x } of runs.chirp) expectClose(dataset.trajectories[2].x.row(row), x, sameSteps);
});

describe("what is recorded", () => {
  test("the same seed gives the same bits, another seed other ones", () => {
    const x = (seed: number): Float64Array =>
      sampleSystem({ ...oscillator, time: { stop: 1, n: 11 } }, { seed }).dataset.trajectories[0].x.data;
    expect(x(3)).toEqual(x(3));
    expect(x(3)).not.toEqual(x(4));
  });

  test("observations become x and the states y", () => {
    const system = { states: 2, inputs: 1, rhs: ["x2", "-x1"], observations: ["x1 + x2", "u", "t"] };
    const { dataset, t } = sampleSystem({ ...oscillator, system, time: { stop: 1, n: 5 } });
    const { x, y, u } = dataset.trajectories[0];
    t.forEach((time, k) => {
      expect(Array.from(x.row(k))).toEqual([(y?.get(k, 0) ?? 0) + (y?.get(k, 1) ?? 0), u?.get(k, 0), time]);
    });
  });

  test("the first samples can be skipped, and time can start at zero again", () => {
    const spec: SampleSpec = { ...oscillator, time: { start: 1, stop: 2, n: 11 } };
    const whole = sampleSystem(spec);
    const later = sampleSystem({ ...spec, postprocess: { n_skip: 4, shift_t: true } });
    expect(later.dataset.trajectories[0].x.toRows()).toEqual(whole.dataset.trajectories[0].x.toRows().slice(4));
    expect(later.t).toEqual(whole.t.slice(4).map((t) => t - whole.t[4]));
    expect(later.dataset.trajectories[0].t).toEqual(later.t);
    expect(uniformStep(later.dataset)).toBe(0.1);
  });

  test("noise has its law and leaves the trajectories under it alone", () => {
    const n = 4000;
    const noisy = sampleSystem({ ...still, time: { stop: 1, n }, noise: { kind: "gaussian", params: { std: 1 } }, batch: 2 });
    const x = noisy.dataset.trajectories[1].x.data;
    expectClose([x.reduce((s, v) => s + v, 0) / n], [1], statistical(n));
    const quiet = sampleSystem({
      ...oscillator,
      time: { stop: 1, n: 5 },
      noise: { kind: "uniform", params: { bounds: [0, 0] } },
    });
    expect(quiet.dataset).toEqual(sampleSystem({ ...oscillator, time: { stop: 1, n: 5 } }).dataset);
  });
});

describe("initial states", () => {
  const starts = (x0: SampleSpec["x0"], batch: number, states = 2): number[][] =>
    sampleSystem({ ...still, system: { states, rhs: Array(states).fill("0") }, x0, batch }).dataset.trajectories.map(({ x }) =>
      Array.from(x.row(0)),
    );

  test("a grid runs through its nodes, the first dimension slowest", () => {
    const grid = {
      kind: "grid",
      params: {
        bounds: [
          [-1, 1],
          [0, 1],
        ],
        n_points: [2, 3],
      },
    };
    expect(starts(grid, 6)).toEqual([
      [-1, 0],
      [-1, 0.5],
      [-1, 1],
      [1, 0],
      [1, 0.5],
      [1, 1],
    ]);
    expect(problems({ ...still, x0: { kind: "grid", params: { bounds: [0, 1] } }, batch: 4 })).toEqual([
      "E_SPEC: x0 has 3 points, batch asks for 4 (lower batch to 3, or give more points)",
    ]);
  });

  test("values can be given: one for all, or one each", () => {
    expect(starts([1, 2], 2)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(
      starts(
        [
          [1, 2],
          [3, 4],
        ],
        2,
      ),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("perturbed references stay within bounds of one of them", () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const x0 = { kind: "perturb", params: { bounds: [-0.1, 0.1], ref: [[0], [10]] } };
        const { x } = sampleSystem({ ...still, x0 }, { seed }).dataset.trajectories[0];
        expect(Math.min(Math.abs(x.get(0, 0)), Math.abs(x.get(0, 0) - 10))).toBeLessThanOrEqual(0.1);
      }),
    );
  });
});

describe("refusals", () => {
  test("every problem at once, with a suggestion for misspelt words", () => {
    const wrong = {
      system: { states: 2, inputs: 1, rhs: ["x2 + * u", "k*x1"], observation: ["x1"] },
      x0: { kind: "unifrm" },
      control: { kind: "chirp", params: { freq_range: [2, 1] } },
      time: { stop: -1, n: 1 },
      batch: 0.5,
      solver: { rtoll: 1e-6, method: "DOP853" },
      bacth: 3,
    };
    const found = problems(wrong);
    for (const expected of [
      "E_SPEC: bacth is not a known key (did you mean batch?)",
      "E_SPEC: system.observation is not a known key (did you mean observations?)",
      'E_SPEC: system.rhs.0 column 6 of "x2 + * u": expected a number, a name or "(", found "*"',
      'E_SPEC: x0.kind cannot be "unifrm" (did you mean uniform?)',
      "E_SPEC: control.params.t1 is missing",
      "E_SPEC: control.params.freq_range must be a pair [low, high], got [2,1]",
      "E_SPEC: time.stop must be after time.start 0, got -1",
      "E_SPEC: time.n must be an integer of at least 2, got 1",
      "E_SPEC: batch must be an integer of at least 1, got 0.5",
      "E_SPEC: solver.rtoll is not a known key (did you mean rtol?)",
      "E_UNSUPPORTED: solver.method DOP853 is not supported yet (use RK45)",
    ]) {
      expect(found).toContain(expected);
    }
    expect(found.some((line) => line.includes('"k" is not known'))).toBe(true);
  });

  test("parts that are missing or do not belong", () => {
    expect(problems({})).toEqual(
      expect.arrayContaining([expect.stringMatching(/system is missing/), expect.stringMatching(/time is missing/)]),
    );
    expect(problems(null)[0]).toMatch(/the specification must be a mapping, got null/);
    expect(problems({ ...still, control: { kind: "sine" } })[0]).toMatch(/control is given, but system.inputs is 0/);
    expect(problems({ ...still, p: [1] })[0]).toMatch(/p is given, but no formula uses p1/);
    expect(problems({ ...still, system: { states: 1, rhs: ["-p2*x"] } })[0]).toMatch(/p is missing/);
    expect(problems({ ...still, system: { states: 2, rhs: ["0"] } })[0]).toMatch(
      /system.rhs must have one formula per state, 2, got 1/,
    );
    expect(problems({ ...still, system: { states: 1, rhs: ["0"], params: { x1: 3 } } })[0]).toMatch(
      /x1 is already the name of a variable/,
    );
    expect(problems({ ...still, system: { states: 1, rhs: ["0"], graph: {} } })[0]).toMatch(/^E_SPEC: system.graph has no edges/);
    expect(problems({ ...still, postprocess: { n_skip: 3 } })[0]).toMatch(/n_skip is 3, but there are only 3 samples/);
  });

  test("a trajectory that blows up is named", () => {
    const spec: SampleSpec = { system: { states: 1, rhs: ["x^2"] }, x0: [[-1], [1]], time: { stop: 2, n: 3 }, batch: 2 };
    expect(() => sampleSystem(spec)).toThrow(
      expect.objectContaining({ code: "E_NUMERIC", message: expect.stringMatching(/^trajectory 1: /) }),
    );
  });
});
