import { expect, test } from "vitest";
import { amplitudeChart } from "../../../sdk/charts/amplitudes.js";
import { delayCoordinatesChart } from "../../../sdk/charts/delay-coordinates.js";
import { eigenfunctionChart } from "../../../sdk/charts/eigenfunctions.js";
import { fieldsChart } from "../../../sdk/charts/fields.js";
import { forcingChart } from "../../../sdk/charts/forcing.js";
import { forcingDistributionChart } from "../../../sdk/charts/forcing-distribution.js";
import { forecastChart } from "../../../sdk/charts/forecast.js";
import { horizonChart } from "../../../sdk/charts/horizon.js";
import { leaderboardChart, ranked } from "../../../sdk/charts/leaderboard.js";
import { bestOf, lossChart } from "../../../sdk/charts/loss.js";
import { measureChart } from "../../../sdk/charts/measure.js";
import { modesChart } from "../../../sdk/charts/modes.js";
import { pseudospectrumChart } from "../../../sdk/charts/pseudospectrum.js";
import { resolventChart } from "../../../sdk/charts/resolvent.js";
import type { ChartSpec } from "../../../sdk/charts/spec.js";
import { frequencyChart, spectrumChart } from "../../../sdk/charts/spectrum.js";
import { renderSvg } from "../../../sdk/charts/svg.js";
import { type ChartOptions, colorsOn } from "../../../sdk/charts/theme.js";
import { trajectoryChart } from "../../../sdk/charts/trajectory.js";
import { Matrix } from "../../../sdk/numerics/linalg/matrix.js";
import * as samples from "./samples.js";

const charts: Record<string, (options: ChartOptions) => ChartSpec> = {
  "forecast of one state": (options) => forecastChart(samples.co2Forecast(), options),
  "forecast of four states": (options) => forecastChart(samples.oscillatorForecast(), options),
  "error by horizon": (options) => horizonChart(samples.co2Horizon(), options),
  "loss curves": (options) => lossChart(samples.threePhaseLoss(), options),
  "discrete spectrum": (options) => spectrumChart(samples.co2Spectrum(), options),
  "continuous spectrum": (options) => spectrumChart(samples.oscillatorSpectrum(), options),
  frequencies: (options) => frequencyChart(samples.co2Spectrum(), options),
  "contours of a pseudospectrum": (options) => pseudospectrumChart(samples.rotationPlane(), options),
  "gains of a resolvent": (options) => resolventChart(samples.forcedOscillator(), options),
  "spectral measure": (options) => measureChart(samples.twoLines(), options),
  "fields on cells": (options) => fieldsChart(samples.twoWaves(), options),
  "eigenfunctions on a plane": (options) => eigenfunctionChart(samples.spiralFunctions(), options),
  "modes over few states": (options) => modesChart(samples.patterns(4), options),
  "modes over many states": (options) => modesChart(samples.patterns(3000), options),
  amplitudes: (options) => amplitudeChart(samples.co2Amplitudes(), options),
  trajectory: (options) => trajectoryChart(samples.drivenTrajectory(), options),
  "push in bursts": (options) => forcingChart(samples.burstingSeries(), options),
  "distribution of a push": (options) => forcingDistributionChart(samples.heavyTails(), options),
  "delay coordinates": (options) => delayCoordinatesChart(samples.figureEight(), options),
  leaderboard: (options) => leaderboardChart(samples.co2Leaderboard(), options),
};
const hugeForecast = (): ReturnType<typeof samples.oscillatorForecast> => {
  const { t, truth, forecasts, ...rest } = samples.oscillatorForecast();
  const wide = (x: Matrix): Matrix =>
    Matrix.from(Array.from({ length: x.rows }, (_, k) => Array.from({ length: 40 }, (_, j) => x.data[4 * k + (j % 4)])));
  const names = Array.from({ length: 40 }, (_, j) => `x${j + 1}`);
  return { ...rest, t, truth: wide(truth), names, units: undefined, forecasts: forecasts.map((f) => ({ ...f, x: wide(f.x) })) };
};

/** What Vega-Lite says while it compiles, at every level. */
async function complaints(spec: ChartSpec): Promise<unknown[]> {
  const { compile } = await import("vega-lite");
  const said: unknown[] = [];
  const record = (...messages: unknown[]): unknown => {
    said.push(...messages);
    return logger;
  };
  const logger = { level: record, error: record, warn: record, info: record, debug: () => logger };
  compile(spec as unknown as Parameters<typeof compile>[0], { logger: logger as never });
  return said;
}

test.each(Object.entries(charts))("%s compiles without a warning, stays small, is plain JSON", async (_, chart) => {
  for (const options of [{}, { surface: "dark", width: 280 }] as const) {
    const spec = chart(options);
    expect(await complaints(spec)).toEqual([]);
    expect(JSON.stringify(spec).length).toBeLessThan(200_000);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    expect(spec.$schema).toContain("vega-lite/v5");
  }
});

/** How light a colour is, and the contrast of two: WCAG 2.2, relative luminance and contrast ratio. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

test("text is legible on every surface, also where a page shows through that is light or dark", () => {
  const { ink, truth, models } = colorsOn("transparent");
  for (const page of ["#FFFFFF", "#111111"]) {
    expect(contrast(ink, page)).toBeGreaterThan(4.2);
    expect(contrast(truth, page)).toBeGreaterThan(3);
    expect(contrast(models[0], page)).toBeGreaterThan(3);
  }
  for (const { ink: own, background } of [colorsOn("white"), colorsOn("dark")])
    expect(contrast(own, background as string)).toBeGreaterThan(7);
});

test("forty long states stay under 200 kB, and the description says that some are not drawn", () => {
  const spec = forecastChart(hugeForecast(), { maxStates: 40 });
  expect(JSON.stringify(spec).length).toBeLessThan(200_000);
  expect(forecastChart(hugeForecast()).description).toContain("34 more not drawn");
});

test.each(Object.entries(charts))("%s: equal specifications give equal SVG, whatever was drawn before", async (_, chart) => {
  const first = await renderSvg(chart({}));
  const [second] = await Promise.all([renderSvg(chart({})), renderSvg(charts["loss curves"]({}))]);
  expect(second).toBe(first);
  expect(first).toMatch(/^<svg role="img" aria-label="[^"]+"/);
  expect(first).not.toContain("NaN");
});

test("ids carry the prefix, so that two pictures can share a page", async () => {
  const svg = await renderSvg(charts["forecast of four states"]({}), { idPrefix: "left" });
  const ids = [...svg.matchAll(/\sid="([^"]+)"/g)].map((m) => m[1]);
  expect(ids.length).toBeGreaterThan(0);
  expect(ids.every((id) => id.startsWith("left-"))).toBe(true);
  for (const [, target] of svg.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(target);
});

test("a specification that asks for an address is refused, and nothing is fetched", async () => {
  const spec = { ...charts.leaderboard({}), data: { url: "https://example.org/data.json" } };
  await expect(renderSvg(spec)).rejects.toMatchObject({ code: "E_SPEC" });
  await expect(renderSvg({ $schema: "", description: "neither mark nor layer" })).rejects.toMatchObject({ code: "E_SPEC" });
});

test("no axis shows more than five ticks", () => {
  for (const chart of Object.values(charts)) {
    const text = JSON.stringify(chart({}));
    for (const [, values] of text.matchAll(/"axis":\{"title":[^{]*?"values":\[([^\]]*)\]/g)) {
      expect(values.split(",").length).toBeLessThanOrEqual(5);
    }
  }
});

test("a forecast that runs away does not flatten the truth", () => {
  const data = samples.oscillatorForecast();
  const text = JSON.stringify(forecastChart(data));
  const domains = [...text.matchAll(/"domain":\[([-\d.e]+),([-\d.e]+)\]/g)].map((m) => Number(m[2]) - Number(m[1]));
  // The unstable forecast of the last state ends near 4e6; its truth has a range of 2e4.
  expect(Math.max(...domains)).toBeLessThan(7e4);
});

test("the complex plane has equal units on both axes and holds the unit circle", () => {
  for (const data of [samples.co2Spectrum(), samples.oscillatorSpectrum()]) {
    const spec = spectrumChart(data);
    const spans = [...JSON.stringify(spec).matchAll(/"type":"linear","domain":\[([-\d.e]+),([-\d.e]+)\]/g)].map(
      (m) => Number(m[2]) - Number(m[1]),
    );
    expect(spec.width).toBe(spec.height);
    for (const span of spans) expect(span).toBeCloseTo(spans[0], 9);
  }
});

test("flagged eigenvalues are hollow, the others filled", () => {
  const layers = spectrumChart(samples.co2Spectrum()).layer as unknown as {
    mark: { filled?: boolean; shape?: string; type: string };
    data: { values: object[] };
  }[];
  const points = layers.filter(({ mark }) => mark.type === "point");
  expect(points.map(({ mark, data }) => [mark.filled, data.values.length])).toEqual([
    [true, 10],
    [false, 2],
  ]);
});

test("the marked epoch is the kept one, else that of the least validation loss, gaps and infinities aside", () => {
  const loss = { epochs: [0, 1, 2, 3], train: [4, 3, 2, 1], valid: [5, Number.NaN, 2.5, Number.POSITIVE_INFINITY] };
  expect(bestOf(loss)).toEqual({ epoch: 2, value: 2.5 });
  expect(bestOf({ ...loss, bestEpoch: 0 })).toEqual({ epoch: 0, value: 5 });
  expect(bestOf({ ...loss, bestEpoch: 9 })).toEqual({ epoch: 2, value: 2.5 });
  expect(bestOf({ epochs: [0], train: [Number.NaN] })).toBeNull();
});

test("the ticks of the learning rate stand a line apart, or there is one", () => {
  const ticks = (low: number, high: number): number[] => {
    const spec = lossChart({ epochs: [0, 1], train: [2, 1], learningRate: [high, low] });
    const found = /"title":\["learning","rate"\],"values":(\[[^\]]*\])/.exec(JSON.stringify(spec));
    return JSON.parse(found?.[1] ?? "null");
  };
  expect(ticks(1e-3, 1e-3)).toEqual([1e-3]);
  expect(ticks(9.1e-4, 1e-3)).toEqual([1e-3]);
  expect(ticks(1e-4, 1e-3)).toEqual([1e-4, 1e-3]);
});

test("a line has the colour of its name in the legend, and the first named is drawn over the others", async () => {
  const horizons = Array.from({ length: 60 }, (_, k) => k + 1);
  const series = [
    { name: "a model", errors: horizons },
    { name: "another", errors: horizons },
    { name: "a baseline", role: "baseline" as const, errors: horizons.map((h) => 2 * h) },
  ];
  for (const surface of ["white", "dark", "transparent"] as const) {
    const { models, baselines } = colorsOn(surface);
    const wanted = [models[0], models[1], baselines[0]];
    for (const width of [640, 280]) {
      const svg = await renderSvg(horizonChart({ metric: "RMSE", horizons, series }, { surface, width }));
      const strokes = [...svg.matchAll(/stroke="(#[\dA-Fa-f]{6})"/g)].map((m) => m[1]).filter((color) => wanted.includes(color));
      expect(strokes.slice(0, 3)).toEqual([...wanted].reverse());
      expect(strokes.slice(3)).toEqual(wanted);
      const named = [...svg.matchAll(/>(a model|another|a baseline)</g)].map((m) => m[1]);
      expect(named).toEqual(series.map(({ name }) => name));
    }
  }
});

test("a strip of the plane is no taller than a square, and its units stay equal", () => {
  const strip = { ...samples.rotationPlane(), field: { re: [-0.1, 0, 0.1], im: [-6, 0, 6], values: new Array(9).fill(0.2) } };
  const spec = pseudospectrumChart(strip) as unknown as { width: number; height: number };
  expect([spec.width, spec.height]).toEqual([120, 360]);
  const spans = [...JSON.stringify(spec).matchAll(/"type":"linear","domain":\[([-\d.e]+),([-\d.e]+)\]/g)];
  const [across, up] = [spans.slice(-2)[0], spans.slice(-1)[0]].map((m) => Number(m[2]) - Number(m[1]));
  expect(up / across).toBeCloseTo(3, 9);
});

test("contours are drawn at levels that the field has, where it has few of the usual ones", () => {
  const drawn = (scale: number): string => {
    const { field, ...rest } = samples.rotationPlane();
    return pseudospectrumChart({ ...rest, field: { ...field, values: Array.from(field.values, (v) => v * scale) } }).description;
  };
  expect(drawn(1)).toMatch(/at epsilon 0\.03, 0\.1, 0\.3|at epsilon 0\.01, 0\.03, 0\.1, 0\.3|at epsilon 0\.1, 0\.3/);
  for (const scale of [1e4, 1e-7]) {
    const levels = /epsilon (.*)\./.exec(drawn(scale))?.[1].split(", ") as string[];
    expect(levels.length).toBeGreaterThan(1);
    expect(levels.length).toBeLessThan(6);
  }
});

test("both ends of the scale of residuals can be told from the surface", () => {
  // viridis at the ends that each surface uses, and at the dark end that white paper would allow
  const ends = { white: ["#3B528B", "#B8DE29"], dark: ["#2C728E", "#FDE725"] };
  for (const [surface, colors] of Object.entries(ends)) {
    const { background } = colorsOn(surface as "white" | "dark");
    for (const color of colors) expect(contrast(color, background as string)).toBeGreaterThan(1.5);
  }
  const schemes = (surface: "white" | "dark"): string => JSON.stringify(spectrumChart(samples.co2Spectrum(), { surface }));
  expect(schemes("dark")).toContain('"scheme":{"name":"viridis","extent":[0.35,1]}');
  expect(schemes("white")).toContain('"scheme":{"name":"viridis","extent":[0.25,0.92]}');
});

test("empty and broken results still make a picture", async () => {
  const nothing = [
    lossChart({ epochs: [], train: [] }),
    lossChart({ epochs: [0], train: [Number.NaN] }),
    spectrumChart({ timeDomain: "discrete", eigenvalues: [] }),
    frequencyChart({ timeDomain: "continuous", eigenvalues: [{ re: 0, im: 0 }] }),
    leaderboardChart({ metric: "RMSE", candidates: [] }),
    horizonChart({ metric: "RMSE", horizons: [1], series: [{ name: "m", errors: [0] }] }),
    forecastChart({ t: [0], truth: Matrix.from([[1]]), names: ["x"], forecasts: [] }),
  ];
  for (const spec of nothing) {
    expect(await complaints(spec)).toEqual([]);
    expect(await renderSvg(spec)).not.toContain("NaN");
  }
});

test("the leaderboard puts failures last and keeps the order of equals", () => {
  const candidates = [
    { name: "a", value: null },
    { name: "b", value: 2 },
    { name: "c", value: 1 },
    { name: "d", value: 2 },
  ];
  expect(ranked({ metric: "RMSE", candidates }).map(({ name }) => name)).toEqual(["c", "b", "d", "a"]);
  expect(ranked({ metric: "R2", lowerIsBetter: false, candidates }).map(({ name }) => name)).toEqual(["b", "d", "c", "a"]);
});

test("shapes that do not fit are refused with the name of the culprit", () => {
  const data = samples.co2Forecast();
  expect(() => forecastChart({ ...data, names: ["a", "b"] })).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() => horizonChart({ metric: "RMSE", horizons: [1, 2], series: [{ name: "kbf", errors: [1] }] })).toThrow(/kbf/);
});

test("a large field is shown by the mean of blocks, a small one cell by cell", () => {
  const values = (spec: ChartSpec, panel: number): number[] =>
    (spec as unknown as { concat: { data: { values: number[] } }[] }).concat[panel].data.values;
  const small = fieldsChart({ rows: 1, columns: 3, panels: [{ title: "a", values: [1, -2, 0] }] });
  expect(values(small, 0)).toEqual([0.5, -1, 0]);
  const large = fieldsChart({ rows: 199, columns: 449, panels: [{ title: "a", values: new Float64Array(199 * 449).fill(3) }] });
  expect(values(large, 0).length).toBeLessThanOrEqual(7200);
  expect(values(large, 0).every((value) => value === 1)).toBe(true);
  const together = fieldsChart({ ...samples.twoWaves(), shared: true });
  expect(Math.max(...values(together, 1).map(Math.abs))).toBeLessThan(0.6);
  expect(() => fieldsChart({ rows: 2, columns: 2, panels: [{ title: "a", values: [1] }] })).toThrow(
    expect.objectContaining({ code: "E_SHAPE" }),
  );
});

test("a residual of zero is drawn at the end of the scale, and told as zero", () => {
  const eigenvalues = [0, 1e-3].map((residual) => ({ re: -residual, im: 0, residual }));
  const spec = JSON.stringify(spectrumChart({ timeDomain: "continuous", eigenvalues }));
  const [told, drawn] = ["told", "residual"].map((field) =>
    Array.from(spec.matchAll(new RegExp(`"${field}":([^,}]+)`, "g")), ([, value]) => Number(value)).filter(Number.isFinite),
  );
  expect(told).toEqual([0, 1e-3]);
  expect(Math.min(...drawn)).toBeGreaterThan(0);
  expect(spec).toContain('{"field":"told","title":"residual"');
});

test("a residual stands beside every eigenvalue of eigenfunctions and modes; a complex one has modulus and angle", () => {
  const titles = (spec: ChartSpec, key: "concat" | "vconcat"): string[] =>
    (spec as unknown as Record<string, { title: { text: string } }[]>)[key].map(({ title }) => title.text);
  const functions = titles(eigenfunctionChart(samples.spiralFunctions()), "concat");
  expect(functions.map((text) => text.split(",")[0].split(" ")[0])).toEqual(["λ", "|phi|", "angle"]);
  for (const text of [...functions, ...titles(modesChart(samples.patterns(4)), "vconcat")]) expect(text).toContain("residual");
});

test("amplitudes: a mode without one is left out, and the description says so", () => {
  const data = samples.co2Amplitudes();
  const [first, ...rest] = data.eigenvalues;
  const spec = amplitudeChart({ ...data, eigenvalues: [{ ...first, amplitude: null }, ...rest] });
  expect(spec.description).toContain("1 without a known amplitude");
  expect(amplitudeChart(data).description).not.toContain("without");
});

test("nested contours grow stronger towards the eigenvalues, and the legend has those that are drawn", () => {
  const spec = pseudospectrumChart(samples.rotationPlane(), { levels: [1e-9, 0.1, 0.2, 0.3] });
  const layers = (spec as unknown as { layer: { encoding: Record<string, { scale: { domain: number[]; range: number[] } }> }[] })
    .layer;
  const { scale } = layers.flatMap(({ encoding }) => (encoding.strokeWidth === undefined ? [] : [encoding.strokeWidth]))[0];
  expect(scale.domain).toEqual([0.1, 0.2, 0.3]);
  expect(scale.range).toEqual([...scale.range].sort((a, b) => b - a));
});

test("gains that are unbounded are said to be, and what has no place on a logarithmic axis stands at its edge", () => {
  const { gains, angularFrequencies, ...rest } = samples.forcedOscillator();
  const marks = [
    { angularFrequency: 2, gain: Number.POSITIVE_INFINITY },
    { angularFrequency: 0, gain: 0.25 },
  ];
  const spec = resolventChart({ ...rest, gains, angularFrequencies: [0, ...Array.from(angularFrequencies).slice(1)], marks });
  expect(spec.description).toContain("Marked: unbounded at 2, 0.250 at 0.");
  const drawn = JSON.stringify(spec);
  expect(drawn).toContain(`"x":${Number(angularFrequencies[1].toPrecision(6))},"y":0.25`);
  expect(drawn).not.toContain('"x":0,');
});

test("bursts are as wide as they last, and one of a single sample can be seen", () => {
  const spec = forcingChart(samples.burstingSeries(), { width: 500 });
  const [, shades] = /"values":(\[\{"x":[^\]]*"x2":[^\]]*\])/.exec(JSON.stringify(spec)) ?? [];
  const widths = (JSON.parse(shades) as { x: number; x2: number }[]).map(({ x, x2 }) => x2 - x);
  for (const width of widths.slice(0, 5)) expect(width).toBeCloseTo(0.5, 2);
  // 1.5 of 500 pixels over 50 units of time
  expect(widths[5]).toBeCloseTo(0.15, 2);
});

test("a distribution adds up to 1, with its tails", () => {
  const spec = forcingDistributionChart(samples.heavyTails());
  const lines = [...JSON.stringify(spec).matchAll(/"values":(\[\{"x":[^\]]*\])/g)].map(
    ([, values]) => JSON.parse(values) as Place[],
  );
  const density = lines[lines.length - 1];
  const step = density[1].x - density[0].x;
  expect(density.reduce((sum, { y }) => sum + (y ?? 0) * step, 0)).toBeCloseTo(1, 3);
  expect(spec.description).toContain("from -4.0 to 4.0");
});

interface Place {
  readonly x: number;
  readonly y: number | null;
}

test("a path is thinned in time, and active where any sample of a step is", () => {
  const data = samples.figureEight();
  const text = JSON.stringify(delayCoordinatesChart({ ...data, active: Array.from(data.active, (_, k) => k === 4001) }));
  const [, stretch] = [...text.matchAll(/"values":(\[\{"x":[^\]]*\])/g)].map(([, values]) => JSON.parse(values) as Place[]);
  expect(stretch.map(({ x }) => x !== null)).toEqual([true, false]);
});
