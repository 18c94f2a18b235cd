import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DymadError } from "../sdk/errors.js";
import type { Dispatcher } from "./dispatcher.js";
import { answerHttp } from "./sdk.js";

export interface HttpOptions {
  /** address to listen on; default 127.0.0.1 */
  readonly host?: string | undefined;
  /** default 0: one that is free */
  readonly port?: number | undefined;
  /** bearer token that every request must carry; needed when others than this machine can reach the address */
  readonly token?: string | undefined;
  /** further names by which the server may be addressed, such as the name of a proxy */
  readonly allowedHosts?: readonly string[] | undefined;
  /** web pages whose scripts may call, besides those of this machine */
  readonly allowedOrigins?: readonly string[] | undefined;
}

export interface HttpDoor {
  readonly url: string;
  close(): Promise<void>;
}

const loopback = ["127.0.0.1", "localhost", "[::1]", "::1"];

/**
 * Serves clients over streamable HTTP at `/mcp`.
 *
 * @throws  E_USAGE when the address can be reached from elsewhere and there is no token; E_CONFLICT when the port is taken
 */
export async function serveHttp(dispatcher: Dispatcher, options: HttpOptions = {}): Promise<HttpDoor> {
  const { host = "127.0.0.1", port = 0, token } = options;
  if (!loopback.includes(host) && token === undefined) {
    throw new DymadError("E_USAGE", `${host} can be reached from other machines, and there is no token`, {
      hint: "set DYMAD_MCP_TOKEN, or listen on 127.0.0.1",
    });
  }
  const server = createServer((request, response) => {
    const refusal = refusalOf(request, options);
    if (refusal !== null) return refuse(response, refusal);
    answerHttp(dispatcher, request, response).catch(() => refuse(response, [500, "the request could not be answered"]));
  });
  server.requestTimeout = 60_000;
  await listen(server, port, host);
  const { port: found, family, address } = server.address() as AddressInfo;
  const url = `http://${family === "IPv6" ? `[${address}]` : address}:${found}/mcp`;
  return {
    url,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await dispatcher.close();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once("listening", done).once("error", (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === "EADDRINUSE";
      fail(
        new DymadError(taken ? "E_CONFLICT" : "E_USAGE", `cannot listen on ${host}:${port} (${cause.code})`, {
          hint: taken ? "choose another --port, or 0 for a free one" : "check --host and --port",
          cause,
        }),
      );
    });
    server.listen(port, host);
  });
}

type Refusal = readonly [status: number, why: string];

/**
 * Why a request is not let in; null when it is. Host and Origin are checked so that a page in a browser of this machine cannot reach
 * the server by a name that it lets point here.
 */
function refusalOf(
  request: IncomingMessage,
  { host, token, allowedHosts = [], allowedOrigins = [] }: HttpOptions,
): Refusal | null {
  const { headers, url } = request;
  if (pathOf(url) !== "/mcp") return [404, "the server answers at /mcp"];
  const names = [...loopback, ...(host === undefined ? [] : [host]), ...allowedHosts];
  if (!names.includes(hostName(`http://${headers.host ?? ""}`) ?? "")) return [403, "this Host is not served"];
  const { origin } = headers;
  if (origin !== undefined && !allowedOrigins.includes(origin) && !loopback.includes(hostName(origin) ?? "")) {
    return [403, "this Origin may not call"];
  }
  if (token !== undefined && !sameSecret(headers.authorization ?? "", `Bearer ${token}`)) {
    return [401, "a bearer token is needed"];
  }
  return null;
}

const pathOf = (url = ""): string => url.split("?", 1)[0] as string;

/** The name in an address, without its port; null when it is none. */
function hostName(address: string): string | null {
  try {
    return new URL(address).hostname;
  } catch {
    return null;
  }
}

/** Compares in a time that does not tell how much of it was right. */
function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function refuse(response: ServerResponse, [status, why]: Refusal): void {
  if (response.headersSent) return void response.end();
  const more = status === 401 ? { "www-authenticate": "Bearer" } : {};
  response.writeHead(status, { "content-type": "application/json", ...more });
  response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32000, message: why } }));
}
