import { expect, test } from "vitest";
import { parse } from "yaml";
import { configTemplate } from "../../../../sdk/workflow/app/config-template.js";
import { models } from "../../../../sdk/workflow/registry/models.js";
import { facts, problems } from "../compiler/_facts.js";

test.each(models.map(({ key }) => key))("%s: a config to start from is valid, and with what it has in comments", (key) => {
  const text = configTemplate(key, null);
  // windows of samples need them in the control too: there is none here
  const data = { ...facts, control_dim: 0 };
  expect(problems(parse(text), data)).toEqual({});
  expect(problems(parse(text.replace(/^# ( *(?:overrides|model|transform_x|phases|- ))/gm, "$1")), data)).toEqual({});
});
