import { afterAll, expect, test } from "vitest";
import { tools } from "../../mcp/tools/table.js";
import { mutated, mutations } from "../heavy/mcp/mutations.js";
import { RawServer } from "../heavy/mcp/raw-server.js";
import { workingRequests } from "../heavy/mcp/requests.js";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

/** Requests in all, spread over the tools; `npm run test:mcp` sends 1,000 to each. */
const perTool = Number(process.env.DYMAD_MCP_MUTATIONS ?? Math.ceil(200 / tools.length));

test(`${perTool} mutated requests to every tool are answered by the envelope, and the server goes on`, {
  timeout: 7_200_000,
}, async () => {
  const server = new RawServer(place);
  await server.open();
  const requests = await workingRequests(server);
  expect(Object.keys(requests).sort()).toEqual(tools.map(({ name }) => name).sort());
  let refused = 0;
  for (const [index, [name, args]] of Object.entries(requests).entries()) {
    for (const change of mutations(perTool, index)) {
      const wrong = mutated(args, change);
      const envelope = await server.call(name, wrong);
      const said = `${name} ${JSON.stringify(wrong)?.slice(0, 300)}: ${JSON.stringify(envelope)?.slice(0, 600)}`;
      expect(envelope?.ok === true ? typeof envelope.data : typeof (envelope?.error as { code?: string })?.code, said).toMatch(
        /object|string/,
      );
      if (envelope?.ok === false) {
        refused += 1;
        const error = envelope.error as { code: string; hint: string | null };
        expect([error.code === "E_INTERNAL", error.hint === null], said).toEqual([false, false]);
      }
      expect(server.alive, said).toBe(true);
    }
  }
  expect(refused).toBeGreaterThan(perTool);
  for (const name of [null, 5, "", "__proto__", "x".repeat(1000), ["inspect_dataset"], {}]) {
    expect(await server.call(name, {})).toMatchObject({ ok: false, error: { code: "E_NOT_FOUND" } });
  }
  expect(await server.call("inspect_dataset", requests.inspect_dataset)).toMatchObject({ ok: true });
  await server.close();
  expect(server.alive).toBe(false);
});
