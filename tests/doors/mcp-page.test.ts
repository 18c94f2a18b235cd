import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listing } from "../../mcp/listing.js";
import { tools } from "../../mcp/tools/table.js";
import { root } from "./_workplace.js";

const path = join(root, "docs/mcp.md");
const [begin, end] = ["<!-- tools: from mcp/tools -->\n", "<!-- end of tools -->"];

const effects = { reads: "reads", adds: "adds", removes: "stops or removes" };

test("docs/mcp.md lists the tools there are (DYMAD_WRITE_DOCS=1 writes them)", () => {
  const rows = tools.map(
    ({ name, modes, effect, description }) =>
      `| \`${name}\` | ${modes.join(", ")} | ${effects[effect]} | ${description.replaceAll("|", "\\|")} |`,
  );
  const table = ["| tool | modes | | |", "|---|---|---|---|", ...rows].join("\n");
  const page = readFileSync(path, "utf8");
  const wanted = `${page.split(begin)[0]}${begin}\n${table}\n\n${end}${page.split(end)[1]}`;
  if (process.env.DYMAD_WRITE_DOCS === "1") writeFileSync(path, wanted);
  expect(readFileSync(path, "utf8")).toBe(wanted);
});

test("every tool says what each of its arguments is", () => {
  for (const { name, inputSchema } of listing(tools)) {
    const properties = (inputSchema.properties ?? {}) as Record<string, { description?: string }>;
    const silent = Object.entries(properties).flatMap(([word, { description }]) => (description ? [] : [word]));
    expect([name, silent]).toEqual([name, []]);
  }
});
