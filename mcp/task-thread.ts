import { parentPort, workerData } from "node:worker_threads";
import { Workspace, type WorkspaceOptions } from "../sdk/workflow/app/workspace/workspace.js";
import { type Envelope, failed, succeeded } from "./envelope.js";
import type { Jobs } from "./jobs.js";
import { tools } from "./tools/table.js";

/** Work for the thread: a tool and arguments that were checked. */
export interface Task {
  readonly tool: string;
  readonly args: unknown;
}

const noJobs = undefined as unknown as Jobs;

async function carryOut(workspace: Workspace, { tool: name, args }: Task): Promise<Envelope> {
  try {
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`the thread knows no tool ${name}`);
    return succeeded(await tool.run({ workspace, signal: { aborted: false } }, args as never, noJobs));
  } catch (error) {
    return failed(error, workspace.root);
  }
}

if (parentPort !== null) {
  const port = parentPort;
  const workspace = new Workspace(workerData as WorkspaceOptions);
  port.on("message", async (task: Task) => port.postMessage(await carryOut(workspace, task)));
}
