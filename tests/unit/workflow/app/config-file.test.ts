import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { DymadError } from "../../../../sdk/errors.js";
import { type LocatedData, readConfigFile } from "../../../../sdk/workflow/app/config-file.js";
import { machineFiles } from "../../../../sdk/workflow/store/files.js";

const folder = mkdtempSync(join(tmpdir(), "dymad-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "c.yaml");
  writeFileSync(path, text);
  return path;
}

function failure(work: () => unknown): DymadError {
  try {
    work();
  } catch (error) {
    if (error instanceof DymadError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const placesOf = (error: DymadError): (string | null)[] =>
  (error.data as LocatedData).locations.map((at) => at && `${at.line}:${at.column}`);

test("each path has the line and column of its key; what was not written, of what holds it", () => {
  const config = readConfigFile(
    file("model_key: kbf\noverrides:\n  phases:\n    - trainer: NODE\n    - {trainer: Weak, n_epochs: -5}\n"),
    machineFiles,
  );
  const at = (...path: (string | number)[]): string => {
    const { line, column } = config.locate(path);
    return `${line}:${column}`;
  };
  expect(at("model_key")).toBe("1:1");
  expect(at("overrides", "phases", 0, "trainer")).toBe("4:7");
  expect(at("overrides", "phases", 1, "n_epochs")).toBe("5:23");
  expect(at("overrides", "phases", 1, "absent")).toBe("5:7");
  expect(at("data", "train")).toBe("1:1");
});

test("issues of later work get their places, in the order of the file", () => {
  const config = readConfigFile(file("a: 1\nb: 2\n"), machineFiles);
  const issue = (path: string[]) => ({ code: "E_SPEC" as const, path, message: path.join() });
  const error = failure(() =>
    config.run(() => {
      throw DymadError.ofIssues([issue([]), issue(["b"]), issue(["a"])]);
    }),
  );
  expect(error.issues.map((i) => i.message)).toEqual(["a", "b", ""]);
  expect(placesOf(error)).toEqual(["1:1", "2:1", null]);
});

test("YAML that cannot be read says where, with every problem", () => {
  const error = failure(() => readConfigFile(file("a: [1, 2\nb: }\n"), machineFiles));
  expect(error.code).toBe("E_FORMAT");
  expect(placesOf(error).length).toBe(error.issues.length);
  expect(failure(() => readConfigFile(file("a: 1\na: 2\n"), machineFiles))).toMatchObject({ code: "E_FORMAT" });
  expect(failure(() => readConfigFile(file("# nothing\n"), machineFiles))).toMatchObject({
    code: "E_FORMAT",
    message: expect.stringContaining("empty"),
  });
  expect(failure(() => readConfigFile(join(folder, "none.yaml"), machineFiles)).code).toBe("E_NOT_FOUND");
});
