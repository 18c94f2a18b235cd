import { type Html, html } from "./html.js";
import { formatBytes, formatDuration } from "./numbers.js";
import type { DataFile, RunFacts } from "./report-data.js";

/** What was run as a list of terms, the configuration last. */
export function factsList(facts: RunFacts): Html {
  const entries: [string, Html | string][] = [];
  const add = (term: string, text: Html | string | undefined): void => {
    if (text !== undefined) entries.push([term, text]);
  };
  add("request hash", facts.request_hash === undefined ? undefined : html`<code>${facts.request_hash}</code>`);
  add("seeds", pairs(facts.seeds));
  for (const file of facts.data ?? []) add("data", fileLine(file));
  add("checkpoint", facts.checkpoint === undefined ? undefined : fileLine(facts.checkpoint));
  add("engine", pairs(facts.engine));
  add("versions", pairs(facts.versions));
  add("started", facts.started_at);
  add("took", duration(facts));
  for (const [term, value] of Object.entries(facts.more ?? {})) add(term, String(value));

  const { config } = facts;
  const text = typeof config === "string" ? config : config === undefined ? null : JSON.stringify(config, null, 2);
  const list = html`<dl>${entries.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>\n`)}</dl>`;
  return text === null ? list : html`${list}<h3>Configuration</h3><pre data-copy><code>${text}</code></pre>`;
}

function pairs(values: Readonly<Record<string, string | number | boolean | null>> | undefined): string | undefined {
  if (values === undefined || Object.keys(values).length === 0) return undefined;
  return Object.entries(values)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");
}

function fileLine({ path, size, sha256 }: DataFile): Html {
  const bytes = size === undefined ? "" : `, ${formatBytes(size)}`;
  return html`${path}${bytes}${sha256 === undefined ? "" : html`, sha256 <code>${sha256}</code>`}`;
}

function duration({ started_at, finished_at }: RunFacts): string | undefined {
  if (started_at === undefined || finished_at === undefined) return undefined;
  const seconds = (Date.parse(finished_at) - Date.parse(started_at)) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? formatDuration(seconds) : undefined;
}
