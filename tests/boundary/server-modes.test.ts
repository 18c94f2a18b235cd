import { afterAll, expect, test } from "vitest";
import { McpClient } from "../doors/_mcp.js";
import { Workplace } from "../doors/_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

/** Tools of one mode only; all others are in both. */
const only: Readonly<Record<string, readonly string[]>> = {
  user: [
    "compile_training_request",
    "start_training_run",
    "evaluate_checkpoint",
    "compile_analysis_request",
    "run_analysis_request",
  ],
  developer: [
    "start_model_training",
    "evaluate_model",
    "register_checkpoint",
    "plan_checkpoint_prediction",
    "register_spectral_snapshot",
    "list_model_capabilities",
    "resolve_model_capability",
    "list_profile_capabilities",
    "describe_object",
    "list_objects",
    "collect_garbage",
  ],
};

test("tools are listed by mode, once each, with schemas and the four annotations; those of the other mode are unknown", async () => {
  const names: Record<string, string[]> = {};
  for (const mode of ["user", "developer", "both"]) {
    const mcp = await McpClient.stdio(place, ["--mode", mode]);
    const { tools } = await mcp.client.listTools();
    names[mode] = tools.map(({ name }) => name);
    for (const { name, annotations, inputSchema, outputSchema } of tools) {
      expect(Object.keys(annotations ?? {}).sort(), name).toEqual(
        ["destructiveHint", "idempotentHint", "openWorldHint", "readOnlyHint", "title"].sort(),
      );
      expect([inputSchema.type, outputSchema?.type, inputSchema.additionalProperties], name).toEqual(["object", "object", false]);
    }
    for (const other of (only[mode === "user" ? "developer" : "user"] ?? []).filter(() => mode !== "both")) {
      expect((await mcp.call(other)).error, other).toMatchObject({ code: "E_NOT_FOUND", path: ["name"] });
    }
    await mcp.close();
  }
  const without = (mode: string): string[] => names.both.filter((name) => !only[mode].includes(name));
  expect([names.user, names.developer]).toEqual([without("developer"), without("user")]);
  expect(new Set(names.both).size).toBe(names.both.length);
});

test("the server starts in user mode; another mode than the three is a usage error", async () => {
  const mcp = await McpClient.stdio(place, []);
  const { tools } = await mcp.client.listTools();
  expect(tools.map(({ name }) => name)).toContain("compile_training_request");
  expect(tools.map(({ name }) => name)).not.toContain("list_objects");
  await mcp.close();
  expect((await place.dymad(["mcp", "--mode", "demo"])).code).toBe(2);
});
