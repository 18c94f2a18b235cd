import { spawn } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { identityOfProcess, isRunning } from "../../../../sdk/workflow/executor/process-identity.js";
import { wholeCharacters } from "../../../../sdk/workflow/executor/watch-run.js";

test("chunks cut between characters join to the whole text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.integer({ min: 4, max: 9 }), (text, size) => {
      const bytes = new TextEncoder().encode(text);
      let joined = "";
      for (let offset = 0; offset < bytes.length; ) {
        const chunk = bytes.subarray(offset, offset + size);
        const end = wholeCharacters(chunk);
        expect(end).toBeGreaterThan(0);
        joined += new TextDecoder("utf-8", { ignoreBOM: true }).decode(chunk.subarray(0, end));
        offset += end;
      }
      expect(joined).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
    }),
  );
});

test("a process is told from an earlier one with its number, and from one that has ended", async () => {
  const own = identityOfProcess(process.pid, "t");
  expect(isRunning(own)).toBe(true);
  if (own.process_start !== null) expect(isRunning({ ...own, process_start: "another/1" })).toBe(false);
  expect(isRunning({ ...own, host: "elsewhere" })).toBe(null);

  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await new Promise((done) => child.once("spawn", done));
  const other = identityOfProcess(child.pid as number, "t");
  expect(isRunning(other)).toBe(true);
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGKILL");
  await ended;
  expect(isRunning(other)).toBe(false);
});
