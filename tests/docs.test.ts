import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, expect, test } from "vitest";
import { anchorsOf, type Fence, fencesOf, linksOf, pages, root, targetOf } from "./pages.js";

test.each(pages)("the links of %s lead somewhere", (page) => {
  const broken = linksOf(page).filter((link) => {
    const { file, anchor, published } = targetOf(page, link);
    return !published || (anchor !== "" && !anchorsOf(file).has(anchor));
  });
  expect(broken).toEqual([]);
});

test("the index names every page", () => {
  const index = "docs/README.md";
  const named = linksOf(index).map((link) => targetOf(index, link).file);
  expect(pages.filter((page) => page.startsWith("docs/") && page !== index && !named.includes(page))).toEqual([]);
});

/** One folder a page, in which the page's fences run one after the other: what one writes the next may read. */
const scratch = join(tmpdir(), `dymad-docs-${process.pid}`);
const told = pages
  .map((page) => ({
    page,
    folder: join(scratch, page.replace(/\W+/g, "-")),
    fences: fencesOf(page).filter((fence) => fence.run),
  }))
  .filter(({ fences }) => fences.length > 0);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

for (const { folder, fences } of told) {
  const bin = join(folder, "node_modules/.bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(root, join(folder, "node_modules/dymad"));
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  symlinkSync(join(root, "dist/cli/main.js"), join(bin, "dymad"));
  mkdirSync(join(folder, "notebooks"));
  symlinkSync(join(root, "notebooks/data"), join(folder, "notebooks/data"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  for (const fence of fences) writeFileSync(join(folder, nameOf(fence)), `${fence.text}\n`);
}

function nameOf({ line, language }: Fence): string {
  return `line-${line}.${language}`;
}

/** A shell fence holds what a reader types: `dymad` commands and the making of their files, nothing that could reach beyond. */
const typed = /^(npx dymad|dymad|cat|#)( |$)/;

test.each(told)("what $page tells runs as printed", ({ folder, fences }) => {
  for (const fence of fences) {
    const file = nameOf(fence);
    const [command, ...args] = {
      ts: [process.execPath, "--import", import.meta.resolve("tsx"), file],
      js: [process.execPath, file],
      sh: ["sh", "-eu", file],
    }[fence.language];
    if (fence.language === "sh") expect(fence.commands.filter((line) => !typed.test(line))).toEqual([]);
    const PATH = `${join(folder, "node_modules/.bin")}:${process.env.PATH}`;
    const options = { cwd: folder, env: { ...process.env, PATH, NO_COLOR: "1" }, encoding: "utf8", stdio: "pipe" } as const;
    expect(() => execFileSync(command, args, options), `${fence.page}:${fence.line}`).not.toThrow();
  }
});

test("the TypeScript that pages run is also well typed", () => {
  const files = told.flatMap(({ folder, fences }) =>
    fences.filter(({ language }) => language === "ts").map((fence) => join(folder, nameOf(fence))),
  );
  expect(files.length).toBeGreaterThan(0);
  const { NodeNext } = ts.ModuleKind;
  const program = ts.createProgram(files, { module: NodeNext, strict: true, noEmit: true, skipLibCheck: true, types: ["node"] });
  const wrong = files.flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
  expect(
    wrong.map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`),
  ).toEqual([]);
});
