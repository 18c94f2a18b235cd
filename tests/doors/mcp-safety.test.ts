import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { afterAll, expect, test } from "vitest";
import { httpServer, McpClient } from "./_mcp.js";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
const elsewhere = new Workplace();
afterAll(() => {
  place.remove();
  elsewhere.remove();
});

test("nothing outside of the root is read or written, by whatever way a path leads there", async () => {
  const mcp = await McpClient.stdio(place, ["--mode", "both", "--max-file-bytes", "20000"]);
  symlinkSync(elsewhere.folder, place.path("out"));
  symlinkSync(elsewhere.path("osc.npz"), place.path("link.npz"));
  symlinkSync(elsewhere.path("new.npz"), place.path("dangling.npz"));
  symlinkSync("circle", place.path("circle"));
  const ways = ["../x/osc.npz", elsewhere.path("osc.npz"), "out/osc.npz", "link.npz", "circle", "a/../../osc.npz", "osc.npz\0"];
  for (const path of ways) {
    const { ok, error } = await mcp.call("register_dataset_file", { path });
    expect([path, ok, ["E_SPEC", "E_DATA"].includes(error?.code)]).toEqual([path, false, true]);
    expect(error.message).not.toMatch(/trajector/);
  }
  const system = { system: { states: 1, rhs: ["-x"] }, x0: [1], time: { stop: 1, n: 11 } };
  for (const out of ["dangling.npz", "out/new.npz", "../new.npz"]) {
    expect((await mcp.call("sample_dataset", { system, out })).error.code).toBe("E_SPEC");
  }
  const { summary } = await mcp.data("register_dataset_file", { path: "osc.npz" });
  const { compiled_request } = await mcp.data("compile_training_request", {
    train_dataset_handle: summary.handle,
    model_key: "lti",
  });
  for (const run_dir of ["../run", "out/run", elsewhere.path("run")]) {
    const started = await mcp.call("start_training_run", { compiled_request_handle: compiled_request.handle, run_dir });
    expect(started.error.code).toBe("E_SPEC");
  }
  // code named by a request is code of this machine: only config files may name it
  const named = {
    train_dataset_handle: summary.handle,
    model_key: "corr_alg",
    overrides: { model: { physics: "physics.js", residual_dimension: 1 } },
  };
  expect((await mcp.call("compile_training_request", named)).ok).toBe(false);
  expect((await mcp.call("read_training_run_log", { training_run_handle: "run_../../etc" })).error.code).toBe("E_SPEC");
  await mcp.close();
});

test("large files, pickled files and files that are no data are refused with what to do", async () => {
  const mcp = await McpClient.stdio(place, ["--max-file-bytes", "20000"]);
  writeFileSync(place.path("large.csv"), `traj,t,x1\n${"0,0,1\n".repeat(10_000)}`);
  // an npy file of objects: what numpy pickles
  const header = `${"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".padEnd(117)}\n`;
  const npy = Buffer.concat([
    Buffer.from("\x93NUMPY\x01\x00", "latin1"),
    Buffer.from([118, 0]),
    Buffer.from(header),
    Buffer.from([0x80, 4, 0x4e, 0x2e]),
  ]);
  const { zipSync } = await import("fflate");
  writeFileSync(place.path("pickled.npz"), zipSync({ "x.npy": new Uint8Array(npy) }));
  writeFileSync(place.path("bomb.npz"), bomb());
  mkdirSync(place.path("folder.npz"));
  for (const [path, code] of [
    ["large.csv", "E_DATA"],
    ["pickled.npz", "E_FORMAT"],
    ["bomb.npz", "E_FORMAT"],
    ["folder.npz", "E_DATA"],
    ["missing.npz", "E_NOT_FOUND"],
  ]) {
    const { error } = await mcp.call("register_dataset_file", { path });
    expect([path, error?.code, Boolean(error?.hint)]).toEqual([path, code, true]);
    // where the root lies is no business of a client
    expect(error.message).not.toContain(place.folder);
  }
  await mcp.close();
});

/** An archive whose directory claims an entry of 3 GB. */
function bomb(): Uint8Array {
  const name = Buffer.from("x.npy");
  const field = (size: number, value: number): Buffer => {
    const out = Buffer.alloc(size);
    out.writeUIntLE(value, 0, size);
    return out;
  };
  const sizes = [field(4, 0), field(4, 100), field(4, 3_000_000_000), field(2, name.length), field(2, 0)];
  const local = Buffer.concat([
    field(4, 0x04034b50),
    field(2, 20),
    field(2, 0),
    field(2, 8),
    field(4, 0),
    ...sizes,
    name,
    Buffer.alloc(100),
  ]);
  const entry = Buffer.concat([
    field(4, 0x02014b50),
    field(2, 20),
    field(2, 20),
    field(2, 0),
    field(2, 8),
    field(4, 0),
    ...sizes,
    field(2, 0),
    field(2, 0),
    field(2, 0),
    field(4, 0),
    field(4, 0),
    name,
  ]);
  const end = Buffer.concat([
    field(4, 0x06054b50),
    field(2, 0),
    field(2, 0),
    field(2, 1),
    field(2, 1),
    field(4, entry.length),
    field(4, local.length),
    field(2, 0),
  ]);
  return new Uint8Array(Buffer.concat([local, entry, end]));
}

const hello = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "0" } },
});

/** Status of a request with headers that no library would let through. */
function post(url: string, headers: Record<string, string>, body = hello): Promise<number> {
  const common = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  return new Promise((done, fail) => {
    const sent = request(url, { method: "POST", headers: { ...common, ...headers } }, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    });
    sent.on("error", fail);
    sent.end(body);
  });
}

test("over HTTP: names and pages of others are refused, and so is a wrong token", async () => {
  const { url, end } = await httpServer(place);
  const { port } = new URL(url);
  expect(new URL(url).hostname).toBe("127.0.0.1");
  expect(await post(url, {})).toBe(200);
  expect(await post(url, { host: `localhost:${port}`, origin: `http://localhost:${port}` })).toBe(200);
  expect(await post(url, { host: `evil.example:${port}` })).toBe(403);
  expect(await post(url, { host: `127.0.0.1.evil.example:${port}` })).toBe(403);
  expect(await post(url, { origin: "https://evil.example" })).toBe(403);
  expect(await post(url, { origin: "null" })).toBe(403);
  expect(await post(url.replace("/mcp", "/other"), {})).toBe(404);
  expect(await post(url, {}, "x".repeat(5_000_000))).toBe(413);
  expect(await post(url, {}, "{")).toBe(400);
  expect(await post(url, {})).toBe(200);
  end();

  const closed = await httpServer(place, [], { DYMAD_MCP_TOKEN: "secret" });
  expect(await post(closed.url, {})).toBe(401);
  expect(await post(closed.url, { authorization: "Bearer wrong" })).toBe(401);
  expect(await post(closed.url, { authorization: "Bearer secret" })).toBe(200);
  closed.end();
  const open = await place.dymad(["mcp", "--http", "--host", "0.0.0.0"]);
  expect([open.code, open.err]).toEqual([2, expect.stringContaining("DYMAD_MCP_TOKEN")]);
});
