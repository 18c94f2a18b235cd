import type { IncomingMessage, ServerResponse } from "node:http";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { packageVersion } from "../sdk/workflow/executor/package-root.js";
import type { Dispatcher } from "./dispatcher.js";
import { failed } from "./envelope.js";
import { instructions } from "./guide.js";
import { listing } from "./listing.js";
import { prompts, promptText } from "./prompts.js";
import { ProtocolServer } from "./protocol-server.js";
import { listResources, readResource, resourceTemplates } from "./resources.js";

// The protocol library appears in this file and in protocol-server.ts, and nowhere else.

/** A server over a dispatcher, not yet connected. */
export function makeServer(dispatcher: Dispatcher): ProtocolServer {
  const server = new ProtocolServer({
    serverInfo: { name: "dymad", version: packageVersion() },
    capabilities: { tools: {}, resources: {}, prompts: {} },
    instructions,
  });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listing(dispatcher.tools) }));
  server.setRequestHandler(ListResourcesRequestSchema, () => inProtocol(() => ({ resources: [...listResources(dispatcher)] })));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: [...resourceTemplates] }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }) =>
    inProtocol(async () => ({ contents: [{ ...(await readResource(dispatcher, params.uri)) }] })),
  );
  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: prompts.map((prompt) => ({ ...prompt, arguments: [...prompt.arguments] })),
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) =>
    inProtocol(() => {
      const { description, text } = promptText(params.name, params.arguments ?? {});
      return { description, messages: [{ role: "user", content: { type: "text", text } }] };
    }),
  );
  // The library would answer malformed arguments itself, outside of the envelope: calls of tools come in unparsed.
  server.fallbackRequestHandler = async (request, { signal, sendNotification }) => {
    if (request.method !== "tools/call") throw new McpError(ErrorCode.MethodNotFound, "Method not found");
    const params: Record<string, unknown> = request.params ?? {};
    const token = (request.params?._meta as { progressToken?: string | number } | undefined)?.progressToken;
    const onAdvance =
      token === undefined
        ? undefined
        : ({ part, text }: { part: number; text: string }): void => {
            const told = { progressToken: token, progress: part, total: 1, message: text };
            void sendNotification({ method: "notifications/progress", params: told }).catch(() => {});
          };
    const { envelope, picture } = await dispatcher.call(params.name, params.arguments, { signal, onAdvance });
    const shown = picture === null ? envelope : withoutPicture(envelope);
    return {
      content: [
        { type: "text", text: JSON.stringify(shown) },
        ...(picture === null
          ? []
          : [{ type: "image", data: Buffer.from(picture.text).toString("base64"), mimeType: picture.type }]),
      ],
      structuredContent: envelope,
      isError: !envelope.ok,
    };
  };
  return server;
}

/** The text beside a picture does not say it once more. */
function withoutPicture(envelope: object): object {
  const { data } = envelope as { data: Record<string, unknown> };
  return { ok: true, data: { ...data, svg: "shown as an image" } };
}

/** What has no envelope answers errors of the protocol, with ours inside. */
async function inProtocol<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { error: known } = failed(error);
    const missing =
      known.code === "E_NOT_FOUND" ? -32002 : known.code === "E_INTERNAL" ? ErrorCode.InternalError : ErrorCode.InvalidParams;
    throw new McpError(missing, known.message, known);
  }
}

/** Serves one client over standard input and output, until it hangs up. */
export async function serveStdio(dispatcher: Dispatcher): Promise<void> {
  const server = makeServer(dispatcher);
  const ended = new Promise<void>((done) => {
    process.stdin.once("end", done).once("close", done);
    process.once("SIGINT", done).once("SIGTERM", done);
  });
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
  await dispatcher.close();
}

/** Answers one request of the streamable HTTP transport; every request has a server of its own, and all share the dispatcher. */
export async function answerHttp(dispatcher: Dispatcher, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { StreamableHTTPServerTransport } = await import("@modelcontextprotocol/sdk/server/streamableHttp.js");
  const transport = new StreamableHTTPServerTransport({ maxRequestBodySize: 4 * 1024 * 1024 });
  const server = makeServer(dispatcher);
  response.once("close", () => void server.close());
  await server.connect(transport as Transport);
  await transport.handleRequest(request, response);
}
