import { beforeAll, expect, test } from "vitest";
import { horizonCaption, lossCaption } from "../../../sdk/charts/captions.js";
import { html } from "../../../sdk/charts/html.js";
import { renderReport } from "../../../sdk/charts/report.js";
import type { ReportData } from "../../../sdk/charts/report-data.js";
import { co2Horizon, co2Report, threePhaseLoss } from "./samples.js";

let page = "";
beforeAll(async () => {
  page = await renderReport(co2Report());
});

const headings = (text: string): string[] => [...text.matchAll(/<h2>([^<]*)<\/h2>/g)].map((m) => m[1]);

test("the sections stand in the order of a reader's questions", () => {
  expect(headings(page)).toEqual([
    "Forecast against truth",
    "Error by horizon",
    "Loss curves",
    "Spectrum",
    "Leaderboard",
    "What was run",
    "How to reproduce",
  ]);
  expect(page).toContain("<h1>kbf on co2-mauna-loa.csv</h1>");
  expect(page).toContain("Baseline, seasonal naive: 6.40 ppm");
});

test("nothing is asked from outside: no address, no import, no resource but ids of its own", () => {
  expect(page).not.toMatch(/https?:|\bsrc=|@import|<link|<iframe|<img/i);
  for (const [, target] of page.matchAll(/(?:href|xlink:href)="([^"]*)"/g)) expect(target).toMatch(/^#/);
  for (const [, target] of page.matchAll(/url\(([^)]*)\)/g)) expect(target).toMatch(/^#/);
  expect(page).toContain("default-src 'none'".replaceAll("'", "&#39;"));
});

test("the content security policy allows the page's own script and no other", async () => {
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)];
  expect(scripts).toHaveLength(1);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(scripts[0][1]));
  expect(page).toContain(`sha256-${Buffer.from(digest).toString("base64")}`);
  expect(page).not.toMatch(/\son\w+=/);
});

test("every picture has a label, every id is unique, every reference has its target", () => {
  const pictures = [...page.matchAll(/<svg [^>]*>/g)].map((m) => m[0]);
  expect(pictures).toHaveLength(12);
  for (const picture of pictures) expect(picture).toMatch(/role="img" aria-label="[^"]{20,}"/);
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((m) => m[1]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
});

test("equal data give equal bytes", async () => {
  expect(await renderReport(co2Report())).toBe(page);
});

test("hostile names stay text wherever they stand", async () => {
  const evil = `"><script>alert(1)</script><img src=x onerror='y'>`;
  const full = co2Report();
  const report: ReportData = {
    ...full,
    model: evil,
    data: evil,
    run: evil,
    date: evil,
    status: "FAILED",
    failure: { code: evil, message: evil, hint: evil },
    headline: { metric: evil, value: 1, unit: evil, on: evil, baseline: { name: evil, value: 2 } },
    forecast: {
      ...full.forecast!,
      names: [evil],
      units: [evil],
      timeName: evil,
      forecasts: full.forecast!.forecasts.map((f, i) => ({ ...f, name: evil + i })),
    },
    horizon: {
      ...full.horizon!,
      metric: evil,
      unit: evil,
      horizonUnit: evil,
      series: full.horizon!.series.map((s, i) => ({ ...s, name: evil + i })),
    },
    loss: { ...full.loss!, lossName: evil, phases: [{ name: evil, start: 0, end: 299 }] },
    spectrum: { ...full.spectrum!, timeUnit: evil, eigenvalues: full.spectrum!.eigenvalues.map((e) => ({ ...e, flag: evil })) },
    leaderboard: {
      metric: evil,
      unit: evil,
      candidates: [
        { name: evil, value: 1, more: { [evil]: evil } },
        { name: `'];alert(1);//`, value: 2 },
      ],
    },
    tables: [{ title: evil, table: { columns: [{ title: evil, unit: evil }], rows: [[evil]] } }],
    facts: {
      config: evil,
      seeds: { [evil]: 1 },
      request_hash: evil,
      data: [{ path: evil, sha256: evil }],
      versions: { [evil]: evil },
      more: { [evil]: evil },
    },
    reproduce: evil,
  };
  const text = await renderReport(report);
  expect(text.match(/<script/g)).toHaveLength(1);
  expect(text).not.toContain("<img");
  expect(text).toContain("&lt;script&gt;");
});

test("a failed run gives a page with what there is", async () => {
  const text = await renderReport({
    model: "node",
    data: "tanks.csv",
    date: "2025-03-04T10:11:12Z",
    status: "FAILED",
    failure: { code: "E_DIVERGED", message: "the loss became NaN at epoch 41", hint: "lower learning_rate" },
    reproduce: "dymad train tanks.yaml",
  });
  expect(headings(text)).toEqual(["How to reproduce"]);
  for (const words of ["FAILED", "2025-03-04 10:11 UTC", "E_DIVERGED", "the loss became NaN at epoch 41", "lower learning_rate"])
    expect(text).toContain(words);
});

test("captions answer their question from the numbers", () => {
  const horizon = co2Horizon();
  expect(horizonCaption(horizon)).toContain("stays below seasonal naive and persistence at every horizon up to 120 months");
  const series = [
    { name: "m", errors: [1, 2, 9] },
    { name: "b", role: "baseline" as const, errors: [3, 3, 3] },
  ];
  expect(horizonCaption({ metric: "RMSE", horizons: [1, 5, 10], series })).toContain("m stays below b up to 5.");
  expect(lossCaption(threePhaseLoss())).toContain("at epoch 232");
});

test("one early crossing does not decide how far a model can be trusted", () => {
  const caption = (errors: readonly number[], horizons = [1, 2, 3, 4, 5]): string =>
    horizonCaption({
      metric: "RMSE",
      horizons,
      horizonUnit: "years",
      series: [
        { name: "m", errors },
        { name: "b", role: "baseline", errors: horizons.map(() => 3) },
      ],
    });
  expect(caption([1, 4, 2, 2, 2])).toContain("m stays below b up to 1 year and from 3 years on.");
  expect(caption([4, 2, 2, 2, 2])).toContain("m stays below b from 2 years on.");
  expect(caption([1, 4, 2, 4, 2])).toContain("m stays below b up to 1 year and from 5 years on; elsewhere the lead changes.");
  expect(caption([1, 4, 2, 4, 4])).toContain("m stays below b up to 1 year; elsewhere the lead changes.");
  expect(caption([4, 2, 2, 4, 4])).toContain("m is below b only between 2 years and 3 years.");
  expect(caption([4, 2, 4, 2, 4])).toContain("m is below b only between 2 years and 4 years, not throughout.");
  expect(caption([3, 4, Number.NaN, Number.POSITIVE_INFINITY, 3])).toContain("m is no better than b at any horizon.");
  expect(caption([1, 1, 1, 1, 1])).toContain("m stays below b at every horizon up to 5 years.");
  const beside = (errors: readonly number[], first: readonly number[], second: readonly number[]): string =>
    horizonCaption({
      metric: "RMSE",
      horizons: [1, 2],
      series: [
        { name: "m", errors },
        { name: "b", role: "baseline", errors: first },
        { name: "c", role: "baseline", errors: second },
      ],
    });
  expect(beside([3, 3], [4, 4], [1, 1])).toContain("m is no better than c at any horizon.");
  expect(beside([3, 3], [4, 1], [1, 4])).toContain("m is no better than the better of b and c at any horizon.");
});

test("which weights were kept is said only when the run tells it", () => {
  const loss = { epochs: [0, 1, 2, 3], train: [9, 5, 4, 3], valid: [8, 2, 3, 4] };
  const told = (more: object): string => lossCaption({ ...loss, ...more });
  expect(told({})).toMatch(/least, 2, at epoch 1\. It ended at 2 times that\.$/);
  expect(told({ bestEpoch: 1 })).toMatch(/The weights of that epoch were kept\.$/);
  for (const bestEpoch of [3, 17]) {
    expect(told({ bestEpoch, keptBy: "rollout error on validation" })).toMatch(
      new RegExp(
        `least, 2, at epoch 1\\..* The weights of epoch ${bestEpoch} were kept: there the rollout error on validation was least\\.$`,
      ),
    );
  }
});

test("a template escapes what is put in, once, and keeps HTML", () => {
  expect(html`<p>${"a < b & 'c'"}${[html`<i>${"<"}</i>`, null, 3]}</p>`.text).toBe(
    "<p>a &lt; b &amp; &#39;c&#39;<i>&lt;</i>3</p>",
  );
});

test("the caption says which losses were not finite", () => {
  const nan = [Number.NaN, Number.NaN];
  expect(lossCaption({ epochs: [0, 1], train: [2, 1], valid: nan })).toContain(
    "No validation loss was finite; the training loss was least, 1, at epoch 1.",
  );
  expect(lossCaption({ epochs: [0, 1], train: nan, valid: nan })).toContain("No loss was finite.");
  expect(lossCaption({ epochs: [0, 1], train: nan })).toContain("No loss was finite.");
  expect(lossCaption({ epochs: [0, 1], train: [0, 0] })).toContain("No training loss was above zero.");
});
