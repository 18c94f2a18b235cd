import { Option } from "commander";
import type { ModelFamily } from "../../sdk/dynamics/models/spec.js";
import { compileSubmission } from "../../sdk/workflow/app/compile.js";
import { readConfigFile } from "../../sdk/workflow/app/config-file.js";
import { configPhysics } from "../../sdk/workflow/app/config-physics.js";
import { configTemplate } from "../../sdk/workflow/app/config-template.js";
import { inspectData } from "../../sdk/workflow/app/data.js";
import { place } from "../../sdk/workflow/app/train.js";
import type { CompiledTraining } from "../../sdk/workflow/compiler/compiled.js";
import { models } from "../../sdk/workflow/registry/models.js";
import type { TrainingRequest } from "../../sdk/workflow/registry/request.js";
import { requestJsonSchema } from "../../sdk/workflow/registry/request-options.js";
import { machineFiles } from "../../sdk/workflow/store/files.js";
import type { DefineCommand } from "../command.js";
import { pathText } from "../error-text.js";

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
      const file = readConfigFile(path, machineFiles);
      const { compiled } = await file.run(async (value) => {
        const physics = await configPhysics(value, machineFiles.dirname(path));
        const order = { request: value as TrainingRequest, base: machineFiles.dirname(path), out: options.out ?? null };
        return compileSubmission({ ...order, physics, request: place(order, machineFiles).request });
      });
      const { config: complete, data } = compiled;
      const warnings = compiled.warnings.map((warning) => `warning: ${pathText(warning.path)}: ${warning.message}`);
      const text = [
        ...warnings,
        "valid",
        `model: ${compiled.model_key} (${complete.model.time_domain})`,
        `profile: ${compiled.profile}`,
        `phases: ${complete.phases.map((phase) => phase.name).join(", ")}`,
        ...(compiled.search === null ? [] : [`search: ${searchText(compiled.search)}`]),
        `data: ${data.train?.n_trajectories} trajectories, ${data.train?.state_dim} states, ${data.train?.control_dim} controls`,
        `run_name: ${compiled.run.name}`,
        `hash: ${compiled.hash}`,
      ].join("\n");
      around.answer(
        { text, data: { valid: true, source_config_path: path, compiled_request: compiled } },
        around.terminal(options.json ?? false),
      );
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

/** `grid over 8 candidates, 3 folds` */
function searchText({ mode, candidates, bounds, folds }: NonNullable<CompiledTraining["search"]>): string {
  const over = candidates === null ? `${bounds?.length ?? 0} bounds` : `${candidates.length} candidates`;
  return `${mode} over ${over}, ${folds} ${folds === 1 ? "fold" : "folds"}`;
}
