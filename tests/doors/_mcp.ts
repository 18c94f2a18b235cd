import { spawn } from "node:child_process";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expect } from "vitest";
import { root, type Workplace } from "./_workplace.js";

export const main = `${root}/dist/cli/main.js`;

/** The envelope of every answer. */
export interface Envelope {
  readonly ok: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly data: any;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly path: readonly (string | number)[];
    readonly hint: string | null;
    readonly issues: readonly {
      readonly code: string;
      readonly path: readonly (string | number)[];
      readonly hint: string | null;
    }[];
  };
}

/** A client of a real server in a workplace. */
export class McpClient {
  readonly client = new Client({ name: "tests", version: "0" });
  #end: () => void = () => {};

  static async stdio(place: Workplace, words: readonly string[] = ["--mode", "both"]): Promise<McpClient> {
    const made = new McpClient();
    const args = [main, "mcp", "--root", place.folder, ...words];
    await made.client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "inherit" }));
    return made;
  }

  static async http(place: Workplace, words: readonly string[] = ["--mode", "both"]): Promise<McpClient> {
    const made = new McpClient();
    const door = await httpServer(place, words);
    made.#end = door.end;
    // the library's own type of its transport has an optional field that its interface has not
    await made.client.connect(new StreamableHTTPClientTransport(new URL(door.url)) as never);
    return made;
  }

  async call(name: string, args: object = {}, onprogress?: (told: { progress: number }) => void): Promise<Envelope> {
    const params = { name, arguments: args as Record<string, unknown> };
    const { structuredContent } = await this.client.callTool(params, undefined, onprogress ? { onprogress } : {});
    return structuredContent as unknown as Envelope;
  }

  /** The data of an answer that must be one. */
  async data(name: string, args: object = {}): Promise<Envelope["data"]> {
    const envelope = await this.call(name, args);
    expect(envelope, JSON.stringify(envelope.error)).toMatchObject({ ok: true });
    return envelope.data;
  }

  async close(): Promise<void> {
    await this.client.close();
    this.#end();
  }
}

/** A server over HTTP in a process of its own. */
export function httpServer(
  place: Workplace,
  words: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<{ url: string; end: () => void }> {
  const args = [main, "mcp", "--http", "--root", place.folder, ...words];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...env } });
  return new Promise((done, fail) => {
    let told = "";
    child.stderr.on("data", (text) => {
      told += text;
      const url = /serving (\S+)/.exec(told)?.[1];
      if (url !== undefined) done({ url, end: () => child.kill("SIGTERM") });
    });
    child.once("exit", (code) => fail(new Error(`the server ended with ${code}: ${told}`)));
  });
}
