import type { Command } from "commander";
import { DymadError } from "../../sdk/errors.js";
import { trainingCapability } from "../../sdk/workflow/app/capabilities.js";
import { catalog, catalogKinds } from "../../sdk/workflow/registry/catalog.js";
import { nearest } from "../../sdk/workflow/registry/nearest.js";
import type { DefineCommand, Surroundings } from "../command.js";

export const defineRegistry: DefineCommand = (program, around) => {
  const registry = program.command("registry").description("tell what can be named in a config");
  registry
    .command("list")
    .description(`list a kind: ${catalogKinds.join(", ")}`)
    .argument("<kind>", catalogKinds.join(", "))
    .option("--json", "answer with one JSON document")
    .addHelpText("after", "\nExample:\n  dymad registry list models")
    .action((kind: string, options: { json?: boolean }) => {
      if (!catalogKinds.includes(kind)) {
        const close = nearest(kind, catalogKinds);
        throw new DymadError("E_USAGE", `${JSON.stringify(kind)} is not a kind`, {
          hint: `${close === null ? "" : `did you mean ${close}? `}the kinds are ${catalogKinds.join(", ")}`,
        });
      }
      const items = catalog[kind];
      const text = items.map(({ key, summary }) => `${key}\t${summary}`).join("\n");
      around.answer({ text, data: { kind, items } }, around.terminal(options.json ?? false));
    });

  describe(registry, "dymad registry describe kbf", around);
  describe(program, "dymad describe kbf", around);
};

/** The same command in its group and by itself. */
function describe(group: Command, example: string, around: Surroundings): void {
  group
    .command("describe")
    .description("all about one model as JSON: its options, phases and profiles")
    .argument("<model>", "key, alias or variant")
    .option("--json", "answer with one JSON document")
    .addHelpText("after", `\nExample:\n  ${example}`)
    .action((word: string, options: { json?: boolean }) => {
      const description = trainingCapability(word);
      around.answer({ text: JSON.stringify(description, null, 2), data: description }, around.terminal(options.json ?? false));
    });
}
