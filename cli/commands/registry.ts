import { DymadError } from "../../sdk/errors.js";
import { catalog, catalogKinds, describeTraining } from "../../sdk/workflow/registry/catalog.js";
import { lookUpModel, modelWords } from "../../sdk/workflow/registry/models.js";
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

  registry
    .command("describe")
    .description("all about one model as JSON: its options, phases and profiles")
    .argument("<model>", "key, alias or variant")
    .option("--json", "answer with one JSON document")
    .addHelpText("after", "\nExample:\n  dymad registry describe kbf")
    .action((word: string, options: { json?: boolean }) => {
      const lookup = lookUpModel(word);
      if (lookup.found !== "model") {
        const close = nearest(word, modelWords());
        throw new DymadError("E_NOT_FOUND", `${JSON.stringify(word)} is not a model`, {
          hint: `${close === null ? "" : `did you mean ${close}? `}see dymad registry list models`,
        });
      }
      const description = describeTraining(lookup.model.key);
      around.answer({ text: JSON.stringify(description, null, 2), data: description }, around.terminal(options.json ?? false));
    });
};
