// How soon the MCP server answers: goals in place of a peer, so that a ratio above 1 is one that is met. list and describe in process
// through the protocol, ready from the start of the process to its first answer, page of a store with 10,000 runs.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { Dispatcher } from "../../../dist/mcp/dispatcher.js";
import { makeServer } from "../../../dist/mcp/sdk.js";
import { now } from "../measure.mjs";

const main = resolve(import.meta.dirname, "../../../dist/cli/main.js");
const hello = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "bench", version: "0" } };
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

export async function* run({ runs }) {
  const root = mkdtempSync(join(tmpdir(), "dymad-bench-"));
  try {
    const handles = makeRuns(root, 10_000);
    const dispatcher = new Dispatcher({ root, mode: "both" });
    const ask = await connected(dispatcher);
    const tool = (name, args) => ask("tools/call", { name, arguments: args });
    const row = (what, ours_ms, goal) => ({
      case: `mcp-latency ${what}`,
      dtype: "-",
      threads: 1,
      ours_ms,
      peer: "goal",
      peer_version: "",
      peer_ms: goal,
      runs,
    });
    const repeated = async (work) => {
      await work();
      const times = [];
      for (let i = 0; i < runs; i++) {
        const start = now();
        await work();
        times.push(now() - start);
      }
      return median(times);
    };
    yield row("list", await repeated(() => ask("tools/list", {})), 5);
    yield row("describe", await repeated(() => tool("describe_training_run", { training_run_handle: handles[0] })), 5);
    yield row("page", await repeated(() => tool("list_runs", { limit: 50, cursor: handles[5000] })), 100);
    const ready = [];
    for (let i = 0; i < Math.min(runs, 11); i++) ready.push(await readyAfter(root));
    yield row("ready", median(ready), 400);
    await dispatcher.close();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Asks a server in this process, message by message. */
async function connected(dispatcher) {
  const [here, there] = InMemoryTransport.createLinkedPair();
  await makeServer(dispatcher).connect(there);
  const waiting = new Map();
  here.onmessage = (message) => waiting.get(message.id)?.(message);
  await here.start();
  let id = 0;
  const ask = (method, params) =>
    new Promise((done, fail) => {
      id += 1;
      waiting.set(id, ({ result, error }) => {
        if (error !== undefined || result.isError) fail(new Error(`${method}: ${JSON.stringify(error ?? result)}`));
        else done(result);
      });
      void here.send({ jsonrpc: "2.0", id, method, params });
    });
  await ask("initialize", hello);
  return ask;
}

/** Run directories that have ended, as a store has them: all that a page and a description read. */
function makeRuns(root, count) {
  const index = join(root, ".dymad/runs");
  mkdirSync(index, { recursive: true });
  const start = Date.UTC(2026, 0, 1);
  return Array.from({ length: count }, (_, i) => {
    const handle = `run_${i.toString(16).padStart(12, "0")}`;
    const created_at = new Date(start + 1000 * i).toISOString();
    const place = `runs/${i}`;
    const records = join(root, place, ".dymad-store/training_runs");
    mkdirSync(records, { recursive: true });
    const value = {
      compiled_request_handle: "trainreq_000000000000",
      request_hash: "0".repeat(64),
      status: "SUCCEEDED",
      created_at,
      started_at: created_at,
      finished_at: created_at,
      launcher: null,
      worker: null,
      run_root: ".",
      run_name: String(i),
      model_key: "lti",
      reference_profile: "lti-regular-default",
      dataset_handles: {},
      checkpoint_handle: null,
      metrics: { best_valid_rmse: 1 / (i + 1) },
      failure: null,
    };
    const object = { handle, kind: "training_run", schema_version: 1, revision: 3, value };
    writeFileSync(join(records, `${handle}.json`), JSON.stringify(object));
    writeFileSync(join(root, place, "dymad-run.json"), JSON.stringify({ schema_version: 1, training_run_handle: handle }));
    writeFileSync(
      join(index, `${created_at.replace(/[-:.]/g, "")}-${handle}.json`),
      JSON.stringify({ handle, place, created_at }),
    );
    return handle;
  }).reverse();
}

/** Milliseconds from the start of a server to its first answer: of the clock, or with DYMAD_BENCH_CLOCK=cpu of its processor time. */
async function readyAfter(root) {
  const start = performance.now();
  const child = spawn(process.execPath, [main, "mcp", "--root", root], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: hello })}\n`);
  await new Promise((done) => child.stdout.once("data", done));
  const took = process.env.DYMAD_BENCH_CLOCK === "cpu" ? processorTimeOf(child.pid) : performance.now() - start;
  child.stdin.end();
  await new Promise((done) => child.once("exit", done));
  return took;
}

/** User and system time of a process, from the kernel's ticks of 10 ms. */
function processorTimeOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
