import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { anyIn } from "./_any.js";

const root = resolve(import.meta.dirname, "../..");
const manifest: { exports: Record<string, string | { types: string }> } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);
const entries = Object.values(manifest.exports).flatMap((target) => (typeof target === "string" ? [] : [target.types]));

/** A user's folder with the package in it and the probe as its program. */
const home = mkdtempSync(join(tmpdir(), "dymad-types-"));
mkdirSync(join(home, "node_modules"));
symlinkSync(root, join(home, "node_modules/dymad"));
const probe = readFileSync(join(import.meta.dirname, "probe.mts"), "utf8");
writeFileSync(join(home, "probe.ts"), probe);
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Lines of the probe, from 1, that a compiler must refuse. */
const wrong = probe.split("\n").flatMap((line, i) => (line.endsWith("// wrong") ? [i + 1] : []));

const tslabTypescript: typeof ts = createRequire(import.meta.resolve("tslab"))("@tslab/typescript-for-tslab");
const shared: ts.CompilerOptions = { noEmit: true, types: ["node"], typeRoots: [join(root, "node_modules/@types")] };
const views = [
  {
    reader: "a notebook cell (TypeScript 5.0, not strict)",
    compiler: tslabTypescript,
    // as tslab/dist/converter.js sets them
    options: {
      ...shared,
      module: tslabTypescript.ModuleKind.ES2022,
      moduleResolution: 2, // node10, a name that later compilers no longer have
      target: tslabTypescript.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts"],
      esModuleInterop: true,
    },
  },
  {
    reader: "a strict script (our TypeScript)",
    compiler: ts,
    options: {
      ...shared,
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts"],
      strict: true,
    },
  },
];

describe.each(views)("read by $reader", ({ compiler, options }) => {
  const own = (file: string): boolean => file.startsWith(join(root, "dist/"));
  const roots = [join(home, "probe.ts"), ...entries.map((entry) => join(root, entry))];
  const program = compiler.createProgram(roots, options);
  const text = (found: readonly ts.Diagnostic[]): string[] =>
    found.map((d) => `${d.file?.fileName.replace(root, "")}: ${compiler.flattenDiagnosticMessageText(d.messageText, " ")}`);

  test("our declarations have no error", () => {
    const files = program.getSourceFiles().filter((file) => own(file.fileName));
    expect(files.length).toBeGreaterThan(entries.length);
    const found = files.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
    expect(text(found)).toEqual([]);
  });

  test.each(entries)("nothing in %s is any", (entry) => {
    expect(anyIn(compiler, program, join(root, entry), own)).toEqual([]);
  });

  test("right uses pass, wrong ones are refused", () => {
    const file = program.getSourceFile(join(home, "probe.ts")) as ts.SourceFile;
    const found = program.getSemanticDiagnostics(file);
    const lineOf = (d: ts.Diagnostic): number => file.getLineAndCharacterOfPosition(d.start ?? 0).line + 1;
    expect(text(found.filter((d) => !wrong.includes(lineOf(d))))).toEqual([]);
    const refused = new Set(found.map(lineOf));
    const passed = wrong.filter((line) => !refused.has(line)).map((line) => probe.split("\n")[line - 1]);
    expect(passed).toEqual([]);
  });
});
