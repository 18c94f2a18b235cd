import { Option } from "commander";
import type { ModelFamily } from "../../sdk/dynamics/models/spec.js";
import { configTemplate } from "../../sdk/workflow/app/config-template.js";
import { inspectData } from "../../sdk/workflow/app/data.js";
import { models } from "../../sdk/workflow/registry/models.js";
import { requestJsonSchema } from "../../sdk/workflow/registry/request-options.js";
import { checkConfig } from "../checked-config.js";
import type { DefineCommand } from "../command.js";

export const defineConfig: DefineCommand = (program, around) => {
  const config = program.command("config").description("look at training configs");

  config
    .command("validate")
    .description("compile a config and its data without training; every problem is told at once")
    .argument("<config>", "YAML file")
    .option("--out <directory>", "run directory it is meant for")
    .option("--json", "answer with one JSON document")
    .addHelpText("after", "\nExample:\n  dymad config validate co2.yaml")
    .action(async (path: string, options: { out?: string; json?: boolean }) => {
      around.answer(await checkConfig(path, options.out ?? null), around.terminal(options.json ?? false));
    });

  config
    .command("init")
    .description("print a commented config to start from")
    .addOption(new Option("--model <key>", "family").choices(models.map(({ key }) => key)).default("kbf"))
    .option("--data <file>", "npz or csv to train on; it is looked at")
    .option("--json", "answer with one JSON document")
    .addHelpText("after", "\nExample:\n  dymad config init --model lti --data lti.npz > lti.yaml")
    .action(({ model, data, json }: { model: ModelFamily; data?: string; json?: boolean }) => {
      const text = configTemplate(model, data === undefined ? null : { path: data, inspection: inspectData(data) });
      around.answer({ text: text.trimEnd(), data: { config: text } }, around.terminal(json ?? false));
    });

  config
    .command("schema")
    .description("print the JSON Schema of a config")
    .option("--json", "one JSON document with the schema inside (the schema is JSON already)")
    .action((options: { json?: boolean }) => {
      const schema = requestJsonSchema();
      around.answer({ text: JSON.stringify(schema, null, 2), data: schema }, around.terminal(options.json ?? false));
    });
};
