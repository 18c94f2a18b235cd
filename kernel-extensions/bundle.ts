import { Html, html } from "../sdk/charts/html.js";
import type { ChartSpec, SpecPart } from "../sdk/charts/spec.js";
import { renderSvg } from "../sdk/charts/svg.js";
import { htmlTable, type Table } from "../sdk/charts/table.js";
import type { ChartOptions } from "../sdk/charts/theme.js";
import { pictureTag } from "./picture-tag.js";

/** What a notebook shows of a value, best form first; Jupyter takes the richest it can draw. */
export interface MimeBundle {
  readonly "application/vnd.vegalite.v5+json"?: ChartSpec;
  readonly "image/svg+xml"?: string;
  readonly "text/html"?: string;
  readonly "text/plain": string;
}

/** A picture of a view, on whatever surface it is drawn, and how to read it. */
export interface Figure {
  readonly chart: (options: ChartOptions) => ChartSpec;
  readonly caption: string;
}

/** A value as a page of a notebook: its line of text, pictures, tables and remarks. */
export interface View {
  /** what stands in a cell without pictures */
  readonly text: string;
  readonly title: string;
  readonly remarks?: readonly string[] | undefined;
  /** lines that are shown as they are */
  readonly lines?: string | undefined;
  readonly figures?: readonly Figure[] | undefined;
  readonly tables?: readonly { readonly title: string; readonly table: Table; readonly maxRows?: number }[] | undefined;
}

/**
 * All forms of a view. The HTML needs no script, style sheet or font, and its pictures are images that carry their SVG: it is the same
 * offline, and where a notebook that is not trusted takes svg elements out.
 */
export async function bundleOf(view: View, options: ChartOptions = {}): Promise<MimeBundle> {
  const { text, title, remarks = [], lines, figures = [], tables = [] } = view;
  const specs = figures.map(({ chart }) => chart(options));
  const pictures = await Promise.all(specs.map((spec) => renderSvg(spec)));
  const drawn = figures.map(
    ({ caption }, i) =>
      html`<figure style="margin: 0.5em 0">${pictureTag(pictures[i], specs[i].description)}<figcaption>${caption}</figcaption></figure>`,
  );
  const listed = tables.map(
    ({ title: heading, table, maxRows }) =>
      html`${heading === "" ? "" : html`<p><b>${heading}</b></p>`}<div style="overflow-x: auto">${new Html(htmlTable(table, { inline: true, maxRows }))}</div>`,
  );
  const said = remarks.map((line) => html`<p>${line}</p>`);
  const printed = lines === undefined ? "" : html`<pre style="white-space: pre-wrap">${lines}</pre>`;
  const page = html`<div><p><b>${title}</b></p>${said}${printed}${drawn}${listed}</div>`;
  return {
    ...(specs.length === 0 ? {} : { "application/vnd.vegalite.v5+json": stacked(specs), "image/svg+xml": pictures[0] }),
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
    // each picture has its own colours
    resolve: { scale: { color: "independent" } },
  };
}
