import { Html, html } from "../sdk/charts/html.js";
import type { ChartSpec, SpecPart } from "../sdk/charts/spec.js";
import { renderSvg } from "../sdk/charts/svg.js";
import { htmlTable, type Table } from "../sdk/charts/table.js";
import { sha256Hex } from "../sdk/formats/sha256.js";

/** What a notebook shows of a value, best form first; Jupyter takes the richest it can draw. */
export interface MimeBundle {
  readonly "application/vnd.vegalite.v5+json"?: ChartSpec;
  readonly "image/svg+xml"?: string;
  readonly "text/html"?: string;
  readonly "text/plain": string;
}

/** A value as a page of a notebook: its line of text, pictures, tables and remarks. */
export interface View {
  /** what stands in a cell without pictures */
  readonly text: string;
  readonly title: string;
  readonly charts?: readonly { readonly spec: ChartSpec; readonly caption: string }[] | undefined;
  readonly tables?: readonly { readonly title: string; readonly table: Table }[] | undefined;
  readonly remarks?: readonly string[] | undefined;
}

/**
 * All forms of a view. The HTML needs no script, style sheet or font: it lives through a sanitiser and offline; pictures in it are SVG.
 */
export async function bundleOf(view: View): Promise<MimeBundle> {
  const { text, title, charts = [], tables = [], remarks = [] } = view;
  const pictures = await Promise.all(
    charts.map(({ spec }) => renderSvg(spec, { idPrefix: `dymad-${sha256Hex(JSON.stringify(spec)).slice(0, 8)}` })),
  );
  const figures = charts.map(
    ({ caption }, i) =>
      html`<figure style="margin: 0.5em 0">${new Html(pictures[i])}<figcaption>${caption}</figcaption></figure>`,
  );
  const listed = tables.map(
    ({ title: heading, table }) =>
      html`<p><b>${heading}</b></p><div style="overflow-x: auto">${new Html(htmlTable(table))}</div>`,
  );
  const page = html`<div><p><b>${title}</b></p>${remarks.map((line) => html`<p>${line}</p>`)}${figures}${listed}</div>`;
  return {
    ...(charts.length === 0 ? {} : { "application/vnd.vegalite.v5+json": stacked(charts.map(({ spec }) => spec)) }),
    ...(charts.length === 0 ? {} : { "image/svg+xml": pictures[0] }),
    "text/html": page.text,
    "text/plain": text,
  };
}

/** Charts below each other as one specification. */
function stacked(specs: readonly ChartSpec[]): ChartSpec {
  if (specs.length === 1) return specs[0];
  const { $schema, config, background } = specs[0];
  const bare = specs.map(({ $schema: _, config: __, background: ___, ...rest }) => rest as SpecPart);
  return {
    $schema,
    description: specs.map(({ description }) => description).join(" "),
    ...(config === undefined ? {} : { config }),
    ...(background === undefined ? {} : { background }),
    vconcat: bare,
  };
}
