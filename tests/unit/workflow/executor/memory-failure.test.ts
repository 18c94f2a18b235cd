import { expect, test } from "vitest";
import { DymadError } from "../../../../sdk/errors.js";
import { memoryFailure } from "../../../../sdk/workflow/executor/memory-failure.js";
import { compileWith } from "../compiler/_facts.js";

const model = { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 };
const compiled = compileWith({ model_key: "lti", overrides: { model } });

test("an allocation the machine refuses names its bytes and the options that lower them", () => {
  const failures: unknown[] = [Object.assign(new Error("heap"), { code: "ERR_WORKER_OUT_OF_MEMORY" })];
  // both ways the engine of JavaScript refuses
  for (const length of [2 ** 53, -1]) {
    try {
      new Float64Array(length);
    } catch (error) {
      failures.push(error);
    }
  }
  expect(failures).toHaveLength(3);
  for (const error of failures) {
    const failure = memoryFailure(error, compiled);
    // lti with z = x: A is 2 by 2 and B is 2 by 1
    expect(failure).toMatchObject({ code: "E_BACKEND", data: { bytes: 4 * 8 * 6 }, cause: error });
    expect(failure?.hint).toMatch(/hidden_dimension.*koopman_dimension.*batch_size/);
  }
});

test("a plan too large keeps its numbers; other errors pass", () => {
  const plan = new DymadError("E_BACKEND", "the plan wants 7 bytes", { data: { bytes: 7 } });
  expect(memoryFailure(plan, compiled)).toMatchObject({
    message: plan.message,
    data: { bytes: 7 },
    hint: expect.stringMatching(/batch_size/),
  });
  for (const other of [new RangeError("toFixed"), new TypeError("x"), new DymadError("E_BACKEND", "no")]) {
    expect(memoryFailure(other, compiled)).toBe(null);
  }
});
