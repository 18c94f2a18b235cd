import { Protocol } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  type Implementation,
  InitializeRequestSchema,
  LATEST_PROTOCOL_VERSION,
  type Notification,
  type Request,
  type Result,
  type ServerCapabilities,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";

/** What a server says of itself when a client connects. */
export interface Introduction {
  readonly serverInfo: Implementation;
  readonly capabilities: ServerCapabilities;
  readonly instructions: string;
}

/**
 * The server's side of the protocol, over the library's messages and transports. The library's own `Server` loads a JSON Schema
 * validator, which only servers that ask their clients questions need: without it a process answers a fifth sooner.
 */
export class ProtocolServer extends Protocol<Request, Notification, Result> {
  constructor(introduction: Introduction) {
    super();
    this.setRequestHandler(InitializeRequestSchema, ({ params: { protocolVersion: asked } }) => {
      const protocolVersion = SUPPORTED_PROTOCOL_VERSIONS.includes(asked) ? asked : LATEST_PROTOCOL_VERSION;
      return { protocolVersion, ...introduction };
    });
  }

  // This server asks its clients nothing, tells them nothing but progress, and answers what it has named: there is nothing to forbid.
  protected assertCapabilityForMethod(): void {}
  protected assertNotificationCapability(): void {}
  protected assertRequestHandlerCapability(): void {}
  protected assertTaskCapability(): void {}
  protected assertTaskHandlerCapability(): void {}
}
