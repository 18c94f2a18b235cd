import { DymadError } from "../sdk/errors.js";
import { listRunsOf } from "../sdk/workflow/app/workspace/runs.js";
import type { Workspace } from "../sdk/workflow/app/workspace/workspace.js";
import type { names, RunFolder } from "../sdk/workflow/executor/run-folder.js";
import type { Dispatcher } from "./dispatcher.js";
import { guide } from "./guide.js";

export interface Resource {
  readonly uri: string;
  readonly name: string;
  readonly description: string;
  readonly mimeType: string;
}

export interface ResourceContent {
  readonly uri: string;
  readonly mimeType: string;
  readonly text: string;
}

/** Larger files are not handed over as a resource. */
const mostBytes = 16 * 1024 * 1024;

/** Files of a run that can be read as they are. */
const runFiles: Readonly<Record<string, { file: keyof typeof names; mimeType: string; description: string }>> = {
  manifest: { file: "manifest", mimeType: "application/json", description: "what the run was, in one file" },
  log: { file: "log", mimeType: "text/plain", description: "the log for people" },
  events: { file: "events", mimeType: "application/jsonl", description: "one JSON object a line: phase, epoch, warning, trial" },
  history: { file: "history", mimeType: "application/json", description: "losses by phase and epoch" },
  search: { file: "search", mimeType: "application/json", description: "the table of a search" },
  report: { file: "report", mimeType: "text/html", description: "the report page that write_run_report has made" },
};

const fixed: readonly Resource[] = [
  { uri: "dymad://guide", name: "guide", description: "how to work with this server", mimeType: "text/markdown" },
  {
    uri: "dymad://config-schema",
    name: "config schema",
    description: "JSON Schema of a training config",
    mimeType: "application/schema+json",
  },
];

/** The guide, the schema, and the logs and reports of the newest runs. */
export function listResources({ workspace }: Dispatcher): readonly Resource[] {
  const { runs } = listRunsOf(workspace, 20, null);
  const files = runs.flatMap(({ handle, name, status }) =>
    status === null ? [] : present(workspace.run(handle), handle, `${name ?? handle} (${status})`, workspace),
  );
  return [...fixed, ...files];
}

function present(folder: RunFolder, handle: string, title: string, { files }: Workspace): Resource[] {
  return ["log", "report"]
    .filter((word) => files.exists(folder.path(runFiles[word].file)))
    .map((word) => {
      const { description, mimeType } = runFiles[word];
      return { uri: `dymad://runs/${handle}/${word}`, name: `${word} of ${title}`, description, mimeType };
    });
}

export interface ResourceTemplate {
  readonly uriTemplate: string;
  readonly name: string;
  readonly description: string;
  readonly mimeType: string;
}

export const resourceTemplates: readonly ResourceTemplate[] = [
  ...Object.entries(runFiles).map(([word, { description, mimeType }]) => ({
    uriTemplate: `dymad://runs/{handle}/${word}`,
    name: `${word} of a run`,
    description,
    mimeType,
  })),
  {
    uriTemplate: "dymad://runs/{handle}/charts/{chart}",
    name: "chart of a run",
    description: "loss, forecast, horizon, spectrum or leaderboard, as a picture",
    mimeType: "image/svg+xml",
  },
];

/** @throws E_NOT_FOUND when there is no such resource, or the run has not made it yet */
export async function readResource(dispatcher: Dispatcher, uri: string): Promise<ResourceContent> {
  if (uri === "dymad://guide") return { uri, mimeType: "text/markdown", text: guide(dispatcher.tools) };
  if (uri === "dymad://config-schema") {
    const { requestJsonSchema } = await import("../sdk/workflow/registry/request-options.js");
    return { uri, mimeType: "application/schema+json", text: JSON.stringify(requestJsonSchema(), null, 2) };
  }
  const [, handle, word, chart] = /^dymad:\/\/runs\/(run_[a-z0-9]{6,})\/([a-z]+)(?:\/([a-z]+))?$/.exec(uri) ?? [];
  if (handle !== undefined && word === "charts" && chart !== undefined) return chartResource(dispatcher, uri, handle, chart);
  const known =
    chart === undefined && word !== undefined ? Object.entries(runFiles).find(([key]) => key === word)?.[1] : undefined;
  if (handle === undefined || known === undefined) {
    throw new DymadError("E_NOT_FOUND", `there is no resource ${uri.slice(0, 200)}`, { hint: "see resources/templates/list" });
  }
  return { uri, mimeType: known.mimeType, text: fileOf(dispatcher.workspace, handle, known.file) };
}

function fileOf(workspace: Workspace, handle: string, file: keyof typeof names): string {
  const path = workspace.run(handle).path(file);
  if (!workspace.files.exists(path)) {
    throw new DymadError("E_NOT_FOUND", `run ${handle} has no ${workspace.files.basename(path)} yet`, {
      hint: file === "report" ? "call write_run_report" : "wait until the run has ended",
    });
  }
  const size = workspace.files.size(path);
  if (size <= mostBytes) return workspace.files.readText(path);
  throw new DymadError("E_UNSUPPORTED", `${workspace.relative(path)} has ${size} bytes, more than ${mostBytes}`, {
    hint: "read the log in chunks with read_training_run_log",
  });
}

async function chartResource(dispatcher: Dispatcher, uri: string, handle: string, chart: string): Promise<ResourceContent> {
  const args = { training_run_handle: handle, chart, wait_ms: 60_000 };
  const { picture, envelope } = await dispatcher.call("draw_run_chart", args, { signal: { aborted: false } });
  if (picture !== null) return { uri, mimeType: picture.type, text: picture.text };
  const error = envelope.ok
    ? { code: "E_CANCELLED" as const, message: "the chart takes long", hint: "call draw_run_chart" }
    : envelope.error;
  throw new DymadError(error.code as "E_NOT_FOUND", error.message, error.hint === null ? {} : { hint: error.hint });
}
