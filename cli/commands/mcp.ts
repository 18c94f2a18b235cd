import { availableParallelism } from "node:os";
import { Option } from "commander";
import type { DefineCommand } from "../command.js";
import { count, countFromOne } from "../option-value.js";

interface McpWords {
  readonly mode: "user" | "developer" | "both";
  readonly root: string;
  readonly store?: string;
  readonly http?: boolean;
  readonly host: string;
  readonly port: number;
  readonly allowHost?: string[];
  readonly allowOrigin?: string[];
  readonly maxFileBytes: number;
  readonly maxSeconds: number;
  readonly maxRuns: number;
}

export const defineMcp: DefineCommand = (program, around) => {
  program
    .command("mcp")
    .description("serve agents over the Model Context Protocol, on standard input and output or over HTTP")
    .addOption(new Option("--mode <mode>", "which tools").choices(["user", "developer", "both"]).default("user"))
    .option("--root <directory>", "what clients may read and write: nothing outside of it", ".")
    .option("--store <directory>", "where records lie; default .dymad in the root")
    .option("--http", "serve over HTTP in place of standard input and output")
    .option("--host <address>", "HTTP: where to listen; others than this machine need DYMAD_MCP_TOKEN", "127.0.0.1")
    .addOption(new Option("--port <number>", "HTTP: 0 is a free one").default(0).argParser(count))
    .option("--allow-host <names...>", "HTTP: further names of this server")
    .option("--allow-origin <origins...>", "HTTP: web pages that may call, such as https://example.org")
    .addOption(new Option("--max-file-bytes <number>", "larger data files are refused").default(2 ** 30).argParser(count))
    .addOption(new Option("--max-seconds <number>", "longer work of the server is ended").default(1800).argParser(count))
    .addOption(
      new Option("--max-runs <number>", "trainings of the store that go on at once; others wait QUEUED; default one a processor")
        .default(availableParallelism())
        .argParser(countFromOne),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  dymad mcp --root data\n  DYMAD_MCP_TOKEN=secret dymad mcp --http --host 0.0.0.0 --port 8080",
    )
    .action(async ({ http, ...words }: McpWords) => {
      const { Dispatcher } = await import("../../mcp/dispatcher.js");
      const dispatcher = new Dispatcher(words);
      if (!http) {
        const { serveStdio } = await import("../../mcp/sdk.js");
        return serveStdio(dispatcher);
      }
      const { serveHttp } = await import("../../mcp/http.js");
      const { host, port, allowHost: allowedHosts, allowOrigin: allowedOrigins } = words;
      const token = process.env.DYMAD_MCP_TOKEN || undefined;
      const door = await serveHttp(dispatcher, { host, port, token, allowedHosts, allowedOrigins });
      around.terminal(false).err(`serving ${door.url}\n`);
      await new Promise<void>((done) => around.onInterrupt(() => done()));
      await door.close();
    });
};
