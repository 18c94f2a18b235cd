import { DymadError } from "../../sdk/errors.js";
import { catalog, catalogKinds } from "../../sdk/workflow/registry/catalog.js";
import { nearest } from "../../sdk/workflow/registry/nearest.js";
import type { DefineCommand } from "../command.js";

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
};
