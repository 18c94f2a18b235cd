import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { type ListedTool, listing } from "../../mcp/listing.js";
import { tools } from "../../mcp/tools/table.js";
import { fromSchema, type Handles } from "../heavy/mcp/from-schema.js";
import { misplaced } from "../heavy/mcp/misplaced.js";
import { mutated, mutations } from "../heavy/mcp/mutations.js";
import { RawServer } from "../heavy/mcp/raw-server.js";
import { workingRequests } from "../heavy/mcp/requests.js";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

/** Requests in all, spread over the tools; `npm run test:mcp` sends 1,000 to each. */
const perTool = Number(process.env.DYMAD_MCP_MUTATIONS ?? Math.ceil(240 / tools.length));

interface Request {
  readonly name: string;
  readonly args: unknown;
}

/** Half of them what the tool's schema allows, or what works, with one field changed; half of them what works, at the wrong object. */
function requestsTo(name: string, working: Readonly<Record<string, unknown>>, handles: Handles, seed: number): Request[] {
  const { inputSchema } = listing(tools).find((tool) => tool.name === name) as ListedTool;
  const changed = Math.ceil(perTool / 2);
  const allowed = fc.sample(fromSchema(inputSchema, handles), { numRuns: changed, seed }) as Record<string, unknown>[];
  const wrong = mutations(changed, seed).map((change, i) => mutated(i % 2 === 0 ? (allowed[i] ?? {}) : working, change));
  const lost = fc.sample(misplaced(working, handles), { numRuns: Math.floor(perTool / 2), seed });
  return [...wrong, ...lost].map((args) => ({ name, args }));
}

test(`${perTool} requests to every tool, changed, misplaced and in no order, are answered by the envelope, and the server goes on`, {
  timeout: 7_200_000,
}, async () => {
  const server = new RawServer(place);
  await server.open();
  const { requests, handles } = await workingRequests(server);
  expect(Object.keys(requests).sort()).toEqual(tools.map(({ name }) => name).sort());
  const all = Object.entries(requests).flatMap(([name, working], seed) => requestsTo(name, working, handles, seed));
  const [shuffled] = fc.sample(fc.shuffledSubarray(all, { minLength: all.length }), { numRuns: 1, seed: 1 });
  let refused = 0;
  const defects: string[] = [];
  for (const { name, args } of shuffled as Request[]) {
    const envelope = await server.call(name, args);
    const said = `${name} ${JSON.stringify(args)?.slice(0, 300)}: ${JSON.stringify(envelope)?.slice(0, 600)}`;
    expect(server.alive, said).toBe(true);
    const error = envelope?.error as { readonly code: string; readonly hint: string | null } | undefined;
    if (envelope?.ok === false) refused += 1;
    const sound = envelope?.ok === true ? typeof envelope.data === "object" : typeof error?.hint === "string";
    if (!sound || error?.code === "E_INTERNAL") defects.push(said);
  }
  expect(defects).toEqual([]);
  expect(refused).toBeGreaterThan(all.length / 3);
  for (const name of [null, 5, "", "__proto__", "x".repeat(1000), ["inspect_dataset"], {}]) {
    expect(await server.call(name, {})).toMatchObject({ ok: false, error: { code: "E_NOT_FOUND" } });
  }
  expect(await server.call("inspect_dataset", requests.inspect_dataset)).toMatchObject({ ok: true });
  await server.close();
  expect(server.alive).toBe(false);
});
