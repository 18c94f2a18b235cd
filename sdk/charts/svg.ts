import { DymadError } from "../errors.js";
import { textWidth } from "./_text-width.js";
import { escapeText } from "./html.js";
import type { ChartSpec } from "./spec.js";

export interface SvgOptions {
  /** first part of every id in the picture, so that several can stand on one page; default `chart` */
  readonly idPrefix?: string | undefined;
}

/** Exported by vega for renderers that know their fonts; missing from its typings. */
interface TextMeasuring {
  readonly textMetrics: { width: (item: { readonly fontSize?: number; readonly limit?: number }, text: unknown) => number };
}

/**
 * A chart as SVG text, with `role="img"` and its description as label. The same specification gives the same bytes:
 * text is measured by a table instead of by whatever canvas a machine has, and ids count from zero. Nothing is
 * fetched: a specification whose data are an address fails.
 *
 * @throws   E_SPEC when Vega-Lite cannot compile or draw the specification
 */
export async function renderSvg(spec: ChartSpec, options: SvgOptions = {}): Promise<string> {
  // Vega is large, and few who import this package draw with it.
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  (vega as unknown as TextMeasuring).textMetrics.width = (item, text) => {
    const width = textWidth(String(text ?? "").trim(), item.fontSize ?? 11);
    return item.limit !== undefined && item.limit > 0 ? Math.min(width, item.limit) : width;
  };

  // Vega goes on without what it could not load or evaluate; a picture that lacks its data is an error here.
  const failures: unknown[] = [];
  const refuse = (uri: string): Promise<never> => {
    const refusal = new DymadError("E_SPEC", `the chart asks for ${uri}`, { hint: "charts carry their data inline" });
    failures.push(refusal);
    return Promise.reject(refusal);
  };
  const loader = { ...vega.loader(), load: refuse, sanitize: refuse, http: refuse, file: refuse };
  const logger = vega.logger(vega.None);
  logger.error = (...messages: readonly unknown[]) => {
    failures.push(...messages);
    return logger;
  };

  try {
    const compiled = vegaLite.compile(spec as unknown as Parameters<typeof vegaLite.compile>[0], { logger });
    const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", loader, logger });
    const svg = await view.toSVG();
    view.finalize();
    if (failures.length > 0) throw failures[0];
    return withStableIds(svg, options.idPrefix ?? "chart").replace(
      "<svg ",
      `<svg role="img" aria-label="${escapeText(spec.description)}" `,
    );
  } catch (cause) {
    if (cause instanceof DymadError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new DymadError("E_SPEC", `the chart cannot be drawn: ${message}`, { cause, hint: "check the specification" });
  }
}

/** Vega numbers clip paths and gradients through the life of the process; here they are numbered in order of appearance. */
function withStableIds(svg: string, prefix: string): string {
  const names = new Map<string, string>();
  for (const [, id] of svg.matchAll(/\sid="([^"]+)"/g)) {
    if (!names.has(id)) names.set(id, `${prefix}-${names.size}`);
  }
  return svg
    .replace(/(\sid=")([^"]+)(")/g, (_, before: string, id: string, after: string) => before + names.get(id) + after)
    .replace(/(url\(#)([^)]+)(\))/g, (whole, before: string, id: string, after: string) =>
      names.has(id) ? before + names.get(id) + after : whole,
    );
}
