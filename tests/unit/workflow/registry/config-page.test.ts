import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { compileTraining } from "../../../../sdk/workflow/compiler/compile.js";
import type { TrainingRequest } from "../../../../sdk/workflow/registry/request.js";
import { facts } from "../compiler/_facts.js";
import { configTables } from "./_config-tables.js";

const path = join(import.meta.dirname, "../../../../docs/config.md");
const [begin, end] = ["<!-- tables: from the registry -->\n", "<!-- end of tables -->"];

test("docs/config.md has the tables of the registry (DYMAD_WRITE_DOCS=1 writes them)", () => {
  const page = readFileSync(path, "utf8");
  const [head, rest] = page.split(begin);
  const tail = rest.split(end)[1];
  const wanted = `${head}${begin}\n${configTables()}\n${end}${tail}`;
  if (process.env.DYMAD_WRITE_DOCS === "1") writeFileSync(path, wanted);
  expect(readFileSync(path, "utf8")).toBe(wanted);
});

test("every YAML example of docs/config.md compiles", () => {
  const examples = [
    ...readFileSync(path, "utf8")
      .split(begin)[0]
      .matchAll(/```yaml\n([\s\S]*?)```/g),
  ].map(([, text]) => text);
  expect(examples.length).toBeGreaterThan(1);
  for (const text of examples) {
    const compiled = compileTraining(parse(text) as TrainingRequest, { getDataset: () => facts });
    expect(compiled.hash).toMatch(/^[0-9a-f]{64}$/);
  }
});
