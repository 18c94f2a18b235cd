import { DymadError } from "../sdk/errors.js";
import { Workspace, type WorkspaceOptions } from "../sdk/workflow/app/workspace/workspace.js";
import { type IssueList, isMapping, readShape } from "../sdk/workflow/compiler/shape.js";
import { type Envelope, failed, succeeded, unknownTool } from "./envelope.js";
import { Jobs } from "./jobs.js";
import { TaskPool } from "./task-pool.js";
import type { Call, Picture, Tool } from "./tool.js";
import { type ServerMode, toolsOf } from "./tools/table.js";

export interface DispatcherOptions extends WorkspaceOptions {
  readonly mode: ServerMode;
  /** tools that compute at the same time; default 2 */
  readonly threads?: number | undefined;
  /** seconds after which a tool that computes is ended; default 1800 */
  readonly maxSeconds?: number | undefined;
}

/** An answer, and the picture that goes with it. */
export interface Answer {
  readonly envelope: Envelope;
  readonly picture: Picture | null;
}

/** The one place where arguments are checked, work is handed out, and errors become answers. */
export class Dispatcher {
  readonly tools: readonly Tool[];
  readonly workspace: Workspace;
  readonly #pool: TaskPool;
  readonly #jobs: Jobs;

  constructor({ mode, threads = 2, maxSeconds = 1800, ...options }: DispatcherOptions) {
    this.tools = toolsOf(mode);
    this.workspace = new Workspace(options);
    this.#pool = new TaskPool(options, threads);
    this.#jobs = new Jobs(this.#pool, maxSeconds * 1000);
  }

  /** Never throws: whatever comes in, an envelope goes out. */
  async call(name: unknown, args: unknown, around: Omit<Call, "workspace">): Promise<Answer> {
    const tool = this.tools.find((one) => one.name === name);
    if (tool === undefined) {
      const names = this.tools.map((one) => one.name);
      return { envelope: unknownTool(name, names), picture: null };
    }
    try {
      const envelope = await this.#carryOut(tool, checked(tool, args), around);
      return { envelope, picture: pictureOf(tool, envelope) };
    } catch (error) {
      return { envelope: failed(error, this.workspace.root), picture: null };
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #carryOut(tool: Tool, args: Record<string, unknown>, around: Omit<Call, "workspace">): Promise<Envelope> {
    if (tool.where === "here") {
      return succeeded(await tool.run({ workspace: this.workspace, ...around }, args as never, this.#jobs));
    }
    const { wait_ms = Number.MAX_SAFE_INTEGER, ...rest } = args;
    const wait = Math.min(Number(wait_ms), 2 ** 31 - 1);
    const { state, result } = await this.#jobs.begin({ tool: tool.name, args: rest }, wait);
    return result ?? succeeded({ job: state });
  }
}

/** @throws every problem of the arguments at once */
function checked(tool: Tool, args: unknown): Record<string, unknown> {
  const given = args ?? {};
  if (!isMapping(given)) {
    throw new DymadError("E_SPEC", "arguments must be a mapping of names to values", { hint: `see the schema of ${tool.name}` });
  }
  const list: IssueList = { issues: [] };
  const read = readShape(tool.input, given, tool.name, [], list);
  if (read === null) throw DymadError.ofIssues(list.issues);
  return read as Record<string, unknown>;
}

function pictureOf(tool: Tool, envelope: Envelope): Picture | null {
  if (!envelope.ok || tool.picture === undefined || "job" in envelope.data) return null;
  return tool.picture(envelope.data as never);
}
