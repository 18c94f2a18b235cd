import type { PlanePathData } from "../../../sdk/charts/delay-coordinates.js";
import type { EigenfunctionData } from "../../../sdk/charts/eigenfunctions.js";
import type { FieldsData } from "../../../sdk/charts/fields.js";
import type { ForcingData } from "../../../sdk/charts/forcing.js";
import type { DistributionData } from "../../../sdk/charts/forcing-distribution.js";
import type { ForecastData } from "../../../sdk/charts/forecast.js";
import type { HorizonData } from "../../../sdk/charts/horizon.js";
import type { LeaderboardData } from "../../../sdk/charts/leaderboard.js";
import type { LossData } from "../../../sdk/charts/loss.js";
import type { MeasureData } from "../../../sdk/charts/measure.js";
import type { ModesData } from "../../../sdk/charts/modes.js";
import type { PseudospectrumData } from "../../../sdk/charts/pseudospectrum.js";
import type { ReportData } from "../../../sdk/charts/report-data.js";
import type { ResolventData } from "../../../sdk/charts/resolvent.js";
import type { SpectrumData } from "../../../sdk/charts/spectrum.js";
import { Matrix } from "../../../sdk/numerics/linalg/matrix.js";

/** Results of the shape and size of a real study: 740 months of CO2, 120 held out; made up, and the same on every run. */
const months = 740;
const heldOut = 120;

/** A small generator of numbers in (-1, 1); nothing here needs good randomness. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 1073741824 - 1;
  };
}

const year = (k: number): number => 1958.5 + k / 12;
const co2 = (k: number): number =>
  315 + 0.065 * k + 6e-5 * k * k + 3 * Math.sin((2 * Math.PI * k) / 12) + Math.sin((4 * Math.PI * k) / 12);

function forecastOf(drift: number, amplitude: number): { t: number[]; x: Matrix } {
  const first = months - heldOut;
  const ahead = Array.from({ length: heldOut }, (_, h) => h);
  const trend = (k: number): number => co2(k) - amplitude * Math.sin((2 * Math.PI * k) / 12);
  return { t: ahead.map((h) => year(first + h)), x: Matrix.from(ahead.map((h) => [trend(first + h) + drift * h])) };
}

export function co2Forecast(): ForecastData {
  const random = noise(1);
  const koopman = forecastOf(0.004, 0.3);
  const edge = (sign: number): Matrix => Matrix.from(koopman.t.map((_, h) => [koopman.x.data[h] + sign * (0.4 + 0.02 * h)]));
  return {
    t: Array.from({ length: months }, (_, k) => year(k)),
    truth: Matrix.from(Array.from({ length: months }, (_, k) => [co2(k) + 0.3 * random()])),
    names: ["CO2"],
    units: ["ppm"],
    timeName: "year",
    trainEnd: year(months - heldOut - 1),
    forecasts: [
      { name: "Koopman model", ...koopman, lower: edge(-1), upper: edge(1) },
      { name: "linear delay model", ...forecastOf(-0.02, 0.8) },
      { name: "seasonal naive", role: "baseline", ...forecastOf(-0.06, 0.1) },
    ],
  };
}

/** Four states of an oscillator, no training part, one forecast that diverges. */
export function oscillatorForecast(): ForecastData {
  const t = Array.from({ length: 5000 }, (_, k) => k * 0.01);
  const states = (scale: (t: number) => number): Matrix =>
    Matrix.from(
      t.map((s) => [Math.cos(s), -Math.sin(s), Math.cos(2 * s) * 0.01, 1e4 * Math.sin(3 * s)].map((x) => x * scale(s))),
    );
  return {
    t,
    truth: states(() => 1),
    names: ["x1", "x2", "x3", "x4"],
    units: ["m", "m/s", null, "Pa"],
    timeUnit: "s",
    trainEnd: null,
    forecasts: [
      { name: "neural ODE", t, x: states((s) => 1 + 0.004 * s) },
      { name: "unstable model", t, x: states((s) => Math.exp(0.12 * s)) },
    ],
  };
}

export function co2Horizon(): HorizonData {
  const horizons = Array.from({ length: heldOut }, (_, h) => h + 1);
  return {
    horizons,
    horizonUnit: "months",
    metric: "RMSE",
    unit: "ppm",
    series: [
      {
        name: "Koopman model",
        errors: horizons.map((h) => 0.3 + 0.006 * h),
        lower: horizons.map((h) => 0.25 + 0.004 * h),
        upper: horizons.map((h) => 0.36 + 0.009 * h),
      },
      { name: "linear delay model", errors: horizons.map((h) => 0.35 + 0.019 * h) },
      { name: "seasonal naive", role: "baseline", errors: horizons.map((h) => 2 + 0.18 * h) },
      { name: "persistence", role: "baseline", errors: horizons.map((h) => 2.6 + 0.2 * h + Math.sin(h / 2)) },
    ],
  };
}

export function threePhaseLoss(): LossData {
  const random = noise(7);
  const epochs = Array.from({ length: 300 }, (_, e) => e);
  const train = epochs.map((e) => (2e-1 * Math.exp(-e / 30) + 3e-4 * Math.exp(-e / 400)) * (1 + 0.25 * random()));
  return {
    epochs,
    train,
    valid: epochs.map((e) => (e % 2 === 0 ? train[e] * 1.2 + 2e-4 + 4e-9 * (e > 220 ? (e - 220) ** 3 : 0) : Number.NaN)),
    learningRate: epochs.map((e) => (e < 100 ? 1e-2 : e < 250 ? 3e-3 : 1e-3) * 0.997 ** e),
    phases: [
      { name: "weak form", start: 0, end: 99 },
      { name: "neural ODE, short windows", start: 100, end: 249 },
      { name: "neural ODE, whole records", start: 250, end: 299 },
    ],
    lossName: "mean squared error",
  };
}

/** Twelve eigenvalues of a monthly model: trend, year, half year, decaying pairs, two flagged. */
export function co2Spectrum(): SpectrumData {
  const pair = (frequency: number, growth: number, residual: number, flag: string | null = null) =>
    [1, -1].map((sign) => ({
      re: Math.exp(growth) * Math.cos(2 * Math.PI * frequency),
      im: sign * Math.exp(growth) * Math.sin(2 * Math.PI * frequency),
      frequency: sign * frequency,
      growth,
      residual,
      flag,
    }));
  return {
    timeDomain: "discrete",
    timeUnit: "months",
    eigenvalues: [
      { re: 1.0005, im: 0, frequency: 0, growth: 0.0005, residual: 2e-7, flag: null },
      { re: 0.985, im: 0, frequency: 0, growth: -0.0151, residual: 4e-5, flag: null },
      ...pair(1 / 12, -0.0002, 6e-6),
      ...pair(1 / 6, -0.001, 8e-5),
      ...pair(1 / 4, -0.05, 3e-3),
      ...pair(1 / 3, -0.35, 2e-2, "spurious"),
      ...pair(0.02, -0.02, 9e-4),
    ],
  };
}

export function oscillatorSpectrum(): SpectrumData {
  const pair = (re: number, im: number, residual: number, flag = false) =>
    [im, -im].map((value) => ({ re, im: value, frequency: value / (2 * Math.PI), growth: re, residual, flag }));
  return {
    timeDomain: "continuous",
    timeUnit: "s",
    eigenvalues: [
      ...pair(-0.05, 1, 1e-6),
      ...pair(-0.1, 2, 3e-5),
      ...pair(-1.9, 3.1, 2e-2, true),
      { re: -0.5, im: 0, residual: 0 },
    ],
    truth: [
      { re: -0.05, im: 1 },
      { re: -0.05, im: -1 },
      { re: -0.5, im: 0 },
    ],
  };
}

/** Two multipliers of a normal operator with the distance to the nearest around them. */
/** A damped oscillator of angular frequency 2 under forcing, with its only peak marked. */
export function forcedOscillator(): ResolventData {
  const angularFrequencies = Array.from({ length: 200 }, (_, k) => 0.05 * 1.03 ** k);
  const gain = (w: number): number => 1 / Math.hypot(4 - w * w, 0.4 * w);
  const eigenvalues = [1, -1].map((sign) => ({ re: -0.2, im: 1.99 * sign, frequency: 0.317, growth: -0.2, residual: 2e-4 }));
  const [gains, top] = [angularFrequencies.map(gain), Math.sqrt(3.92)];
  const marks = [{ angularFrequency: top, gain: gain(top) }];
  return { timeDomain: "continuous", eigenvalues, angularFrequencies, gains, marks, symbol: "gain |(iω − A)⁻¹ B|" };
}

export function rotationPlane(): PseudospectrumData {
  const eigenvalues = [0.4, -0.4].map((angle) => ({ re: 0.9 * Math.cos(angle), im: 0.9 * Math.sin(angle), residual: 1e-6 }));
  const line = Array.from({ length: 41 }, (_, k) => -1.25 + k / 16);
  const values = line.flatMap((im) => line.map((re) => Math.min(...eigenvalues.map((e) => Math.hypot(re - e.re, im - e.im)))));
  return { timeDomain: "discrete", eigenvalues, field: { re: line, im: line, values } };
}

/** A density with peaks at two angles and their mirror images. */
export function twoLines(): MeasureData {
  const angles = Array.from({ length: 361 }, (_, k) => -Math.PI + (Math.PI * k) / 180);
  const density = angles.map((a) => [0.7, 2].reduce((sum, w) => sum + 0.05 / ((Math.abs(a) - w) ** 2 + 0.01), 0));
  return { angles, density, observable: "x1", eps: 0.1 };
}

/** A real eigenfunction and a spiral on [-2, 2]^2. */
export function spiralFunctions(): EigenfunctionData {
  const line = Array.from({ length: 21 }, (_, k) => -2 + k / 5);
  const plane = line.flatMap((y) => line.map((x) => ({ x, y })));
  const functions = [
    { eigenvalue: { re: -0.5, im: 0, residual: 2e-12 }, re: plane.map(({ x }) => x), im: plane.map(() => 0) },
    {
      eigenvalue: { re: -0.1, im: 1.2, residual: null, flag: "unobserved" },
      re: plane.map(({ x, y }) => x + 0.2 * y * y),
      im: plane.map(({ y }) => y),
    },
  ];
  return { columns: ["x1", "x2"], across: line, up: line, functions };
}

/** A real mode and a pair over n states. */
export function patterns(n: number): ModesData {
  const wave = (turns: number): number[] => Array.from({ length: n }, (_, j) => Math.cos((turns * j) / n));
  return {
    names: Array.from({ length: n }, (_, j) => `x${j + 1}`),
    modes: [
      { eigenvalue: { re: -0.5, im: 0, residual: 2e-12 }, re: wave(3), im: wave(0) },
      { eigenvalue: { re: -0.1, im: 1.2, residual: 0.1, flag: "spurious" }, re: wave(9), im: wave(4) },
    ],
  };
}

export function co2Amplitudes(): SpectrumData {
  const spectrum = co2Spectrum();
  return { ...spectrum, eigenvalues: spectrum.eigenvalues.map((value, i) => ({ ...value, amplitude: 3 / (1 + i) })) };
}

/** Two waves on 20 x 30 cells, the second half as high. */
export function twoWaves(): FieldsData {
  const wave = (height: number, turns: number): Float64Array =>
    Float64Array.from(
      { length: 600 },
      (_, k) => height * Math.sin((Math.PI * Math.floor(k / 30)) / 19) * Math.cos(turns * (k % 30)),
    );
  const panels = [
    { title: "slow", values: wave(1, 0.2) },
    { title: "fast", values: wave(0.5, 0.5) },
  ];
  return { rows: 20, columns: 30, panels };
}

export function co2Leaderboard(): LeaderboardData {
  return {
    metric: "RMSE",
    unit: "ppm",
    candidates: [
      { name: "linear delay model", value: 1.82, uncertainty: 0.06, more: { parameters: 576, seconds: 0.12 } },
      { name: "Koopman model", value: 0.7152, uncertainty: 0.0412, more: { parameters: 1840, seconds: 9.31 } },
      { name: "neural ODE", value: 1.031, uncertainty: 0.102, more: { parameters: 4417, seconds: 71.6 } },
      { name: "latent dynamics, 64 features", value: null, more: { parameters: 20100, seconds: 210.4 } },
      { name: "seasonal naive", role: "baseline", value: 6.4 },
      { name: "persistence", role: "baseline", value: 58.2 },
    ],
  };
}

export function co2Report(): ReportData {
  return {
    model: "kbf",
    data: "co2-mauna-loa.csv",
    date: "2025-03-04T10:11:12Z",
    status: "SUCCEEDED",
    run: "run_3f2a91c0",
    headline: {
      metric: "RMSE",
      value: 0.7152,
      unit: "ppm",
      uncertainty: 0.0412,
      on: "120 held-out months",
      baseline: { name: "seasonal naive", value: 6.4 },
    },
    forecast: co2Forecast(),
    horizon: co2Horizon(),
    loss: threePhaseLoss(),
    spectrum: co2Spectrum(),
    leaderboard: co2Leaderboard(),
    facts: {
      config: {
        version: 1,
        model_key: "kbf",
        overrides: { model: { latent_dimension: 12 } },
        split: { train_frac: 0.84, seed: 0 },
      },
      seeds: { split: 0, model: 0, training: 0 },
      request_hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      data: [
        { path: "co2-mauna-loa.csv", size: 20480, sha256: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752" },
      ],
      engine: { backend: "wasm", dtype: "float64", threads: 2, bitwise: true, device: "cpu" },
      versions: { dymad: "0.1.0", node: "20.20.2" },
      started_at: "2025-03-04T10:11:12Z",
      finished_at: "2025-03-04T10:11:21.300Z",
    },
    reproduce: "dymad reproduce runs/quickstart",
  };
}

/** A driven column and its control. */
export const drivenTrajectory = () => {
  const t = Array.from({ length: 3000 }, (_, k) => 0.01 * k);
  const columns = [
    { name: "x1", values: t.map((time) => Math.sin(time)) },
    { name: "u1", values: t.map((time) => (time % 4 < 2 ? 1 : 0)) },
  ];
  return { t, columns, origin: "measured" as const };
};

/** A wave with a push that is large for half a unit in ten, and once for a single sample; its linear system leaves the axis. */
export function burstingSeries(): ForcingData {
  const t = Array.from({ length: 5000 }, (_, k) => 0.01 * k);
  const measured = t.map((time) => Math.sin(time) + 0.2 * Math.sin(7.3 * time));
  const values = t.map((time) => 1e-4 * Math.sin(20 * time) * (time % 10 < 0.5 ? 5 : 0.3));
  const bursts = [...[0, 10, 20, 30, 40].map((start) => ({ start, end: start + 0.5 })), { start: 45, end: 45 }];
  return {
    t,
    columns: [{ name: "x1", measured, driven: measured.map((value, k) => value * (1 + k * 1e-3)) }],
    forcing: { values, mean: 0, level: 2e-4 },
    bursts,
  };
}

/** Many small values and few large ones. */
export function heavyTails(): DistributionData {
  const next = noise(7);
  return { values: Array.from({ length: 9000 }, () => next() * (next() > 0.9 ? 4 : 0.7)), threshold: 2 };
}

/** Two rounds of a figure eight, active near its ends. */
export function figureEight(): PlanePathData {
  const angle = Array.from({ length: 8000 }, (_, k) => (4 * Math.PI * k) / 8000);
  const across = angle.map(Math.sin);
  return {
    names: ["v1", "v2"],
    across,
    up: angle.map((a) => Math.sin(2 * a)),
    active: across.map((value) => Math.abs(value) > 0.95),
  };
}
