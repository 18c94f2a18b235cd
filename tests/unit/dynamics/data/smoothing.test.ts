import { expect, test } from "vitest";
import { type SavgolSpec, smoothed, smoothTrajectories } from "../../../../sdk/dynamics/data/smoothing.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { savitzkyGolay } from "../../../../sdk/numerics/smoothing/savitzky-golay.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { oscillator } from "../_systems.js";

const savgol: SavgolSpec = {
  method: "savgol",
  axis: 0,
  window_length: 5,
  polyorder: 2,
  deriv: 0,
  delta: 1,
  mode: "interp",
  cval: 0,
};
const { trajectories } = oscillator({ trajectories: 3, samples: 20, dt: 0.1, control: true });

test("every trajectory is smoothed by itself, control and times stay", () => {
  const ragged = [trajectories[0], { ...trajectories[1], t: trajectories[1].t.slice(0, 9), x: trajectories[1].x.slice(0, 9) }];
  const { trajectories: smooth, metrics } = smoothTrajectories(ragged, savgol);
  smooth.forEach((one, i) => {
    expect(one.x).toEqual(savitzkyGolay(ragged[i].x, { window: 5, degree: 2 }));
    expect([one.t, one.u]).toEqual([ragged[i].t, ragged[i].u]);
  });
  expect(metrics.roughness_ratio).toBeLessThan(1.01);
  expect(metrics.delta_rmse).toBeGreaterThan(0);
});

test("kernel smoothing sees the times of each trajectory", () => {
  const kernel = { method: "kernel_smoothing", axis: 0, kernel: "gaussian", anchor_count: 6, anchor_density: null } as const;
  const rest = { bandwidth: 0.5, bandwidth_multiplier: null, degree: 3, ridge: 0, rcond: null } as const;
  const one = trajectories[0];
  const stretched = { ...one, t: one.t.map((t) => 2 * t) };
  const [a, b] = smoothTrajectories([one, stretched], { ...kernel, ...rest }).trajectories;
  expect(b.x).not.toEqual(a.x);
  const wide = { ...kernel, ...rest, bandwidth: 1 };
  expectClose(smoothed(one.x, stretched.t, wide).data, a.x.data, f64);
});

test("axis 1 runs across the columns", () => {
  const x = Matrix.from([[0, 3, 0, 3, 0]]);
  expect(
    smoothed(x, null, { ...savgol, window_length: 3, polyorder: 1, axis: 1 })
      .row(0)
      .slice(1, 4),
  ).toEqual(
    smoothed(x.transpose(), null, { ...savgol, window_length: 3, polyorder: 1 })
      .column(0)
      .slice(1, 4),
  );
});

test("short trajectories are named, all at once; an option without meaning once", () => {
  const short = (rows: number) => ({
    ...trajectories[0],
    t: trajectories[0].t.slice(0, rows),
    x: trajectories[0].x.slice(0, rows),
  });
  const messages = (spec: SavgolSpec): string[] => {
    try {
      smoothTrajectories([short(4), trajectories[1], short(3)], spec);
      return [];
    } catch (error) {
      return (error as { issues: { message: string }[] }).issues.map(({ message }) => message);
    }
  };
  expect(messages(savgol)).toEqual([
    "trajectory 0: a Savitzky-Golay window of 5 needs at least 5 samples, got 4",
    "trajectory 2: a Savitzky-Golay window of 5 needs at least 5 samples, got 3",
  ]);
  expect(messages({ ...savgol, window_length: 4 })).toEqual(["window_length must be an odd positive number of samples, got 4"]);
});
