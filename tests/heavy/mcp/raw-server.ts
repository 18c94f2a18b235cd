import { type ChildProcess, spawn } from "node:child_process";
import { main } from "../../doors/_mcp.js";
import type { Workplace } from "../../doors/_workplace.js";

/** A server over stdio that is spoken to line by line, so that anything at all can be sent. */
export class RawServer {
  readonly #process: ChildProcess;
  readonly #answers = new Map<number, (message: Record<string, unknown>) => void>();
  #count = 0;
  #rest = "";

  constructor(place: Workplace) {
    this.#process = spawn(process.execPath, [main, "mcp", "--mode", "both", "--root", place.folder, "--max-seconds", "20"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#process.stdout?.on("data", (chunk) => this.#read(String(chunk)));
    this.#process.once("exit", () => {
      for (const answer of this.#answers.values()) answer({ error: "the server has ended" });
    });
  }

  get alive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  request(method: string, params: unknown): Promise<Record<string, unknown>> {
    const id = ++this.#count;
    this.#process.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return new Promise((answer) => this.#answers.set(id, answer));
  }

  async open(): Promise<void> {
    const clientInfo = { name: "raw", version: "0" };
    await this.request("initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo });
    this.#process.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
  }

  /** The envelope of a tool; undefined when the answer is anything else. */
  async call(name: unknown, args: unknown): Promise<Record<string, unknown> | undefined> {
    const { result } = (await this.request("tools/call", { name, arguments: args })) as { result?: Record<string, unknown> };
    return result?.structuredContent as Record<string, unknown> | undefined;
  }

  close(): Promise<void> {
    const ended = new Promise<void>((done) => this.#process.once("exit", () => done()));
    this.#process.stdin?.end();
    return this.alive ? ended : Promise.resolve();
  }

  #read(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() as string;
    for (const line of lines) {
      const message = JSON.parse(line) as { id?: number };
      if (message.id === undefined) continue;
      this.#answers.get(message.id)?.(message as Record<string, unknown>);
      this.#answers.delete(message.id);
    }
  }
}
