import { execFile } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./_workplace.js";

/** What a cell has sent, in order. */
export interface Sent {
  readonly status: string;
  readonly streams: string;
  readonly displays: readonly { readonly data: Record<string, unknown>; readonly id?: string; readonly update?: boolean }[];
}

/** Runs cells one after the other in a tslab kernel that finds `dymad`, as a notebook in `folder` would. */
export async function runCells(folder: string, cells: readonly string[]): Promise<Sent[]> {
  const modules = join(folder, "node_modules");
  if (!existsSync(modules)) {
    mkdirSync(modules);
    symlinkSync(root, join(modules, "dymad"));
    symlinkSync(join(root, "node_modules/@types"), join(modules, "@types"));
  }
  const tslab = join(root, "node_modules/tslab/dist");
  writeFileSync(join(folder, "cells.cjs"), `(${executeCells})(${JSON.stringify(tslab)}, ${JSON.stringify(cells)})`);
  const { stdout } = await promisify(execFile)(process.execPath, ["cells.cjs"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  return JSON.parse(stdout.slice(stdout.indexOf("\u0001") + 1));
}

/** Runs cells through the kernel's own handler, without its sockets. Its text is a script of its own. */
function executeCells(tslab: string, code: string[]): void {
  const { createConverter } = require(`${tslab}/converter.js`);
  const { createExecutor } = require(`${tslab}/executor.js`);
  const { JupyterHandlerImpl } = require(`${tslab}/jupyter.js`);
  const node = createConverter();
  const convs = { node, browser: node, close: () => {} };
  const executor = createExecutor(process.cwd(), convs, { log: console.log, error: console.error });
  const handler = new JupyterHandlerImpl(executor, false);
  // tslab's own main has a handler, too: a signal does not end the kernel
  process.on("SIGINT", () => {});
  const write = process.stdout.write.bind(process.stdout);
  (async () => {
    const results: unknown[] = [];
    for (const cell of code) {
      let streams = "";
      const displays: unknown[] = [];
      const reply = await handler.handleExecute(
        { code: cell },
        (_name: string, text: string) => (streams += text),
        (content: { data: unknown; transient: { display_id?: string } }, update?: boolean) =>
          displays.push({ data: content.data, id: content.transient.display_id, update }),
      );
      results.push({ status: reply.status, streams, displays });
    }
    node.close();
    write(`\u0001${JSON.stringify(results)}`, () => process.exit(0));
  })();
}
