import { z } from "zod";
import { phraseOf } from "../../../../sdk/workflow/compiler/shape.js";
import { analyses } from "../../../../sdk/workflow/registry/analysis-options.js";
import { kernelOptions, manifoldOptions } from "../../../../sdk/workflow/registry/kernel-options.js";
import { modelOptions } from "../../../../sdk/workflow/registry/model-options.js";
import { models } from "../../../../sdk/workflow/registry/models.js";
import { phaseOptions, smoothPhaseOptions } from "../../../../sdk/workflow/registry/phase-options.js";
import { profiles } from "../../../../sdk/workflow/registry/profiles.js";
import { requestOptions } from "../../../../sdk/workflow/registry/request-options.js";
import { searchOptions } from "../../../../sdk/workflow/registry/search-options.js";
import {
  dataloaderOptions,
  dataOptions,
  earlierOptions,
  evaluationOptions,
  lossOptions,
  precisionOptions,
  runOptions,
  selectionOptions,
  splitOptions,
} from "../../../../sdk/workflow/registry/section-options.js";
import { type TransformForm, transformForms, transformOptions } from "../../../../sdk/workflow/registry/transform-options.js";

type Json = z.core.JSONSchema.BaseSchema;

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** Rows of one mapping; mappings inside it follow with dotted keys. */
function rows(json: Json, prefix = ""): string[] {
  return Object.entries(json.properties ?? {}).flatMap(([key, child]) => {
    const schema = child as Json;
    const mapping = mappingOrNull(schema);
    const inner = mapping === null ? [] : rows(mapping, `${prefix}${key}.`);
    const required = (json.required ?? []).includes(key) ? "required" : "";
    const value =
      schema.default === undefined || schema.properties !== undefined ? required : `\`${JSON.stringify(schema.default)}\``;
    const type = mapping === null ? phraseOf(schema).text : mapping === schema ? "a mapping" : "a mapping or null";
    return [`| \`${prefix}${key}\` | ${cell(type)} | ${value} | ${cell(schema.description ?? "")} |`, ...inner];
  });
}

/** The schema of a mapping with known keys, which may also be null; null when it is something else. */
function mappingOrNull(schema: Json): Json | null {
  if (schema.properties !== undefined) return schema;
  const [mapping, other, ...rest] = (schema.anyOf ?? []) as Json[];
  return mapping?.properties !== undefined && other?.type === "null" && rest.length === 0 ? mapping : null;
}

function table(schema: z.ZodType, without: readonly string[] = []): string {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const kept = rows(json).filter(
    (row) => !without.some((key) => row.startsWith(`| \`${key}\``) || row.startsWith(`| \`${key}.`)),
  );
  return ["| key | value | default | meaning |", "|---|---|---|---|", ...kept].join("\n");
}

/** The tables of docs/config.md, from the registry. */
export function configTables(): string {
  const part = (title: string, text: string): string => `### ${title}\n\n${text}\n`;
  return [
    part("The request", table(requestOptions, ["overrides", "split", "run", "evaluation", "data"])),
    part("`data.train`, `data.valid`, `data.test`", table(dataOptions)),
    part("`data.earlier`", table(earlierOptions)),
    part("`split`", table(splitOptions)),
    part("`run`", table(runOptions)),
    part("`evaluation`", table(evaluationOptions)),
    ...models.map(({ key, name, aliases, variants }) =>
      part(
        `\`overrides.model\` of \`${key}\``,
        `${name}; alias \`${aliases.join("`, `")}\`${variants.length === 0 ? "" : `, variants ${variants.map((v) => `\`${v.name}\` (${v.time_domain})`).join(", ")}`}.\n\n${table(modelOptions[key])}`,
      ),
    ),
    part("`overrides.phases[]`, trainer `NODE`", table(phaseOptions.NODE)),
    part("`overrides.phases[]`, trainer `Weak`: the keys it has besides the common ones", table(phaseOptions.Weak, commonKeys())),
    part(
      "`overrides.phases[]`, trainer `Linear`: the keys it has besides the common ones",
      table(phaseOptions.Linear, commonKeys()),
    ),
    part(
      "`overrides.phases[]`, trainer `OneStep`: the keys it has besides the common ones",
      table(phaseOptions.OneStep, commonKeys()),
    ),
    part("`overrides.phases[]`, type `linear_solve`", table(phaseOptions.linear_solve)),
    part("`overrides.phases[]`, type `data`", table(phaseOptions.data)),
    ...Object.entries(smoothPhaseOptions).map(([method, schema]) =>
      part(
        `\`overrides.phases[]\`, type \`data\`, operation \`smooth\`: the keys of method \`${method}\``,
        table(schema, Object.keys(phaseOptions.data.shape)),
      ),
    ),
    part("`overrides.phases[]`, type `analysis`", table(phaseOptions.analysis)),
    part("`overrides.phases[]`, type `export`", table(phaseOptions.export)),
    part("`overrides.phases[].repeat`", table(phaseOptions.repeat)),
    part("`overrides.criterion.<name>`", table(lossOptions)),
    part("`overrides.dataloader`", table(dataloaderOptions)),
    ...Object.entries(transformOptions).map(([form, schema]) =>
      part(`\`overrides.transform_x\` and so on: ${transformForms[form as TransformForm]}`, table(schema)),
    ),
    ...Object.entries(kernelOptions).map(([type, schema]) => part(`\`overrides.model.kernel\`, type \`${type}\``, table(schema))),
    part("`overrides.model.manifold` (kmm)", table(manifoldOptions)),
    part("`overrides.selection`", table(selectionOptions)),
    part("`overrides.data`", table(precisionOptions)),
    part("`overrides.cv`", table(searchOptions)),
    ...analyses.map(({ key, parameters }) => part(`Parameters of the analysis \`${key}\``, table(parameters))),
    part("Profiles", profiles.map(profileText).join("\n\n")),
  ].join("\n");
}

function commonKeys(): string[] {
  const keys = Object.keys(phaseOptions.NODE.shape).filter(
    (key) => key in phaseOptions.Weak.shape && key in phaseOptions.Linear.shape,
  );
  return keys.filter((key) => key !== "trainer");
}

function profileText({ key, summary, model_keys, start, ...profile }: (typeof profiles)[number]): string {
  const words = { ...profile, ...(start === null ? {} : { start }) };
  const lines = Object.entries(words).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `\`${key}\` (${model_keys.join(", ")}): ${summary}.\n\n\`\`\`yaml\n${lines.join("\n")}\n\`\`\``;
}
