import { sha256Hex } from "../formats/sha256.js";
import { reportScript } from "./_report-script.js";
import { reportStyle } from "./_report-style.js";
import { forecastCaption, horizonCaption, leaderboardCaption, lossCaption, spectrumCaption } from "./captions.js";
import { forecastChart } from "./forecast.js";
import { horizonChart } from "./horizon.js";
import { Html, html } from "./html.js";
import { leaderboardChart, leaderboardTable } from "./leaderboard.js";
import { lossChart } from "./loss.js";
import { formatNumber, formatUncertain } from "./numbers.js";
import type { Headline, ReportData } from "./report-data.js";
import { factsList } from "./report-facts.js";
import type { ChartSpec } from "./spec.js";
import { frequencyChart, spectrumChart } from "./spectrum.js";
import { spectrumTable } from "./spectrum-table.js";
import { renderSvg } from "./svg.js";
import { htmlTable, type Table } from "./table.js";
import type { ChartOptions } from "./theme.js";

/**
 * One self-contained page about a run: title line with the headline number beside its baseline, what went wrong if
 * something did, forecast, error by horizon, loss curves, spectrum, leaderboard, further tables, what was run, how
 * to run it again. Sections without data are left out. The page asks for nothing from outside, and its content
 * security policy forbids it to; it works without JavaScript. Equal data give equal bytes.
 *
 * @returns   HTML text
 * @throws    E_SHAPE when arrays of one section do not fit together
 */
export async function renderReport(report: ReportData): Promise<string> {
  const sections = [
    await forecastSection(report),
    await horizonSection(report),
    await lossSection(report),
    await spectrumSection(report),
    await leaderboardSection(report),
    ...(report.tables ?? []).map(({ title, table }) => html`<section><h2>${title}</h2>${tablePart(table)}</section>`),
    factsSection(report),
    reproduceSection(report),
  ];
  const title = `${report.model} on ${report.data}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<title>${title}</title>
<style>${new Html(reportStyle())}</style>
</head>
<body>
<main>
${titleLine(report, title)}
${failurePart(report)}
${warningsPart(report)}
${sections}
</main>
<script>${new Html(reportScript)}</script>
</body>
</html>
`.text;
}

/** Nothing may be loaded, and no script may run but the page's own, whatever names the data bring. */
function policy(): string {
  const bytes = sha256Hex(reportScript).match(/../g) ?? [];
  const hash = btoa(String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16))));
  return `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`;
}

function titleLine({ date, status, run, headline }: ReportData, title: string): Html {
  const when = date.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, "$1 $2 UTC");
  return html`<header>
<h1>${title}</h1>
<p class="quiet"><span class="status ${status}">${status}</span> ${when}${run === undefined ? "" : ` · ${run}`}</p>
${headline === undefined ? "" : headlinePart(headline)}
</header>`;
}

function headlinePart({ metric, value, unit, uncertainty, on, baseline, lowerIsBetter = true }: Headline): Html {
  const withUnit = (text: string): string => (unit === undefined || unit === "" ? text : `${text} ${unit}`);
  const where = on === undefined ? "" : ` on ${on}`;
  const number = html`<strong>${withUnit(formatUncertain(value, uncertainty ?? 0))}</strong>${metric}${where}`;
  if (baseline === undefined) return html`<p class="headline">${number}</p>`;
  const better = lowerIsBetter ? value < baseline.value : value > baseline.value;
  const verdict = better ? "" : " — the baseline is not beaten";
  const beside = `Baseline, ${baseline.name}: ${withUnit(formatNumber(baseline.value, 3))}${verdict}`;
  return html`<p class="headline">${number}</p>\n<p class="quiet">${beside}</p>`;
}

function failurePart({ status, failure }: ReportData): Html | null {
  if (failure === undefined)
    return status === "FAILED" ? html`<div class="failure"><p>The run failed and left no message.</p></div>` : null;
  const code = failure.code === undefined ? null : html`<code>${failure.code}</code> `;
  const hint = failure.hint === undefined ? null : html`<p><strong>What to do:</strong> ${failure.hint}</p>`;
  const log = failure.log === undefined ? null : html`<pre>${failure.log}</pre>`;
  return html`<div class="failure" role="alert"><p><strong>What went wrong:</strong> ${code}${failure.message}</p>${hint}${log}</div>`;
}

function warningsPart({ warnings = [] }: ReportData): Html | null {
  if (warnings.length === 0) return null;
  const lines = warnings.map((message) => html`<p><strong>To keep in mind:</strong> ${message}</p>`);
  return html`<div class="warning" role="note">${lines}</div>`;
}

async function forecastSection({ forecast, forecastOptions }: ReportData): Promise<Html | null> {
  if (forecast === undefined) return null;
  const chart = (options: ChartOptions): ChartSpec => forecastChart(forecast, { ...forecastOptions, ...options });
  return section("Forecast against truth", await figure("forecast", [chart], forecastCaption(forecast)));
}

async function horizonSection({ horizon }: ReportData): Promise<Html | null> {
  if (horizon === undefined) return null;
  return section(
    "Error by horizon",
    await figure("horizon", [(options) => horizonChart(horizon, options)], horizonCaption(horizon)),
  );
}

async function lossSection({ loss }: ReportData): Promise<Html | null> {
  if (loss === undefined) return null;
  return section("Loss curves", await figure("loss", [(options) => lossChart(loss, options)], lossCaption(loss)));
}

async function spectrumSection({ spectrum }: ReportData): Promise<Html | null> {
  if (spectrum === undefined) return null;
  const small = narrowWidth - 50;
  const charts = [
    ({ width, surface }: ChartOptions) => spectrumChart(spectrum, { surface, width: width === narrowWidth ? small : undefined }),
    ({ width, surface }: ChartOptions) =>
      frequencyChart(spectrum, { surface, ...(width === narrowWidth ? { width: small } : { width: 230, height: 360 }) }),
  ];
  const pictures = await figure("spectrum", charts, spectrumCaption(spectrum));
  return section("Spectrum", html`${pictures}${tablePart(spectrumTable(spectrum))}`);
}

async function leaderboardSection({ leaderboard }: ReportData): Promise<Html | null> {
  if (leaderboard === undefined) return null;
  const chart = (options: ChartOptions): ChartSpec =>
    leaderboardChart(leaderboard, { ...options, width: (options.width ?? 0) + 60 });
  const picture = await figure("leaderboard", [chart], leaderboardCaption(leaderboard));
  return section("Leaderboard", html`${picture}${tablePart(leaderboardTable(leaderboard))}`);
}

function factsSection({ facts }: ReportData): Html | null {
  if (facts === undefined) return null;
  return section(
    "What was run",
    html`<details><summary>Configuration, seeds, hashes, versions, engine</summary>${factsList(facts)}</details>`,
  );
}

function reproduceSection({ reproduce }: ReportData): Html | null {
  if (reproduce === undefined) return null;
  return section("How to reproduce", html`<pre data-copy><code>${reproduce}</code></pre>`);
}

const section = (title: string, content: Html): Html => html`<section><h2>${title}</h2>
${content}</section>`;

const tablePart = (table: Table): Html => html`<div class="scroll">${new Html(htmlTable(table))}</div>`;

const wideWidth = 720;
const narrowWidth = 280;

/** Each picture twice, once for a page and once for a phone, where a shrunken page would be too small to read. */
async function figure(name: string, charts: readonly ((options: ChartOptions) => ChartSpec)[], caption: string): Promise<Html> {
  const widths = [
    ["wide", wideWidth],
    ["narrow", narrowWidth],
  ] as const;
  const rows: Html[] = [];
  for (const [kind, width] of widths) {
    const pictures: Html[] = [];
    for (const [i, chart] of charts.entries()) {
      const svg = await renderSvg(chart({ width, surface: "white" }), { idPrefix: `${name}-${kind}-${i}` });
      // In HTML an svg element needs no namespaces, and without them the page holds no address at all.
      pictures.push(new Html(svg.replace(/\sxmlns(:\w+)?="[^"]*"/g, "")));
    }
    rows.push(html`<div class="${kind}"><div class="row">${pictures}</div></div>\n`);
  }
  return html`<figure>${rows}<figcaption>${caption}</figcaption></figure>`;
}
