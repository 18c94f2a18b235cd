import { expect, test } from "vitest";
import type { Surroundings } from "../../cli/command.js";
import { commandsFor } from "../../cli/commands/all.js";
import { makeProgram } from "../../cli/program.js";
import type { Answer } from "../../cli/terminal.js";
import { type Examination, examineDevices } from "../../sdk/workflow/app/doctor.js";

/** What the command answers, without a process around it. */
async function doctor(): Promise<Answer> {
  let answered: Answer | undefined;
  const around: Surroundings = {
    cwd: ".",
    typed: "dymad doctor",
    terminal: (json) => ({ json, interactive: false, columns: 80, out: () => {}, err: () => {} }),
    onInterrupt: () => () => {},
    answer: (answer) => {
      answered = answer;
    },
  };
  await makeProgram("0", around, await commandsFor()).parseAsync(["doctor"], { from: "user" });
  if (answered === undefined) throw new Error("no answer");
  return answered;
}

test("every device works, or says what is the matter and what mends it", async () => {
  const { text, data, exit } = await doctor();
  expect(exit).toBe(0);
  const { machine, devices } = data as Examination;
  expect(machine).toEqual({ threads: expect.any(Number), simd: true });
  expect(devices.map(({ device }) => device)).toEqual(["wasm", "webgpu", "cuda", "tfjs-wasm", "tfjs-cpu"]);
  for (const { works, dtypes, problem, remedy } of devices) {
    if (works) expect([dtypes.length > 0, problem, remedy]).toEqual([true, null, null]);
    else expect([dtypes, problem, remedy]).toEqual([[], expect.stringMatching(/./), expect.stringMatching(/./)]);
  }
  expect(devices[0]).toMatchObject({ works: true, dtypes: ["float64", "float32"], bitwise: true });
  expect(devices[4]).toMatchObject({ works: true, dtypes: ["float32"], bitwise: false });
  for (const { device, works } of devices) expect(text).toMatch(new RegExp(`^${device} +${works ? "yes" : "no"}: `, "m"));
});

test("a package that breaks while it loads is told from one that is missing", async () => {
  const load = async (name: string): Promise<never> => {
    if (name === "webgpu") throw new Error("libvulkan.so.1: cannot open shared object file\n  at somewhere");
    throw Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" });
  };
  const { devices } = await examineDevices({ threads: 1, load });
  const [, webgpu, cuda] = devices;
  expect(webgpu.problem).toBe("the package webgpu does not load: libvulkan.so.1: cannot open shared object file");
  expect(cuda).toMatchObject({ problem: "the package @tensorflow/tfjs-node-gpu is not installed" });
  expect(cuda.remedy).toMatch(/^npm install @tensorflow\/tfjs-node-gpu@/);
});
