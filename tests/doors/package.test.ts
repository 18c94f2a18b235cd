import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** The package as a user gets it: packed, installed in an empty folder, used in each way that docs/scripts.md tells. */
const root = resolve(import.meta.dirname, "../..");
const home = mkdtempSync(join(tmpdir(), "dymad-package-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function run(command: string, args: string[], folder = home): SpawnSyncReturns<string> {
  const env = { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "", VITEST: undefined };
  return spawnSync(command, args, { cwd: folder, encoding: "utf8", env, timeout: 80_000 });
}

/** What a script says on its last line; fails with all that it said when it ended badly. */
function told(args: string[], folder = home): string {
  const { status, stdout, stderr } = run(process.execPath, args, folder);
  expect(status, stderr + stdout).toBe(0);
  return stdout.trimEnd().split("\n").at(-1) as string;
}

// Not built here: the tests beside this one read dist, and `npm test` has built it.
const packed = run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", home], root);
const [tarball]: [{ filename: string; size: number; files: { path: string }[] }] = Object.values(
  JSON.parse(packed.stdout),
) as never;

const installed = (() => {
  writeFileSync(join(home, "package.json"), '{ "private": true }\n');
  const args = ["--omit=dev", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries=0"];
  return run("npm", ["install", ...args, `./${tarball.filename}`]);
})();
const unreachable = /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH)\b/.exec(installed.stderr)?.[0];

test("the tarball holds what is built and written for users, and nothing else", () => {
  const paths = tarball.files.map(({ path }) => path);
  const wanted =
    /^(dist\/.+\.(js|d\.ts|json)|docs\/[^/]+\.md|notebooks\/[^/]+\.ipynb|notebooks\/data\/[^/]+|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
  expect(paths.filter((path) => !wanted.test(path))).toEqual([]);
  const needed = ["README.md", "CHANGELOG.md", "LICENSE", "dist/sdk/index.js", "dist/build.json"];
  expect(needed.filter((path) => !paths.includes(path))).toEqual([]);
  expect(tarball.size).toBeLessThan(3e6);
});

test("npm installs it without its development packages", (context) => {
  if (unreachable !== undefined) context.skip(`npm reaches no registry (${unreachable}), so dependencies cannot be fetched`);
  expect(installed.status, installed.stderr).toBe(0);
});

const plan = `
const x = Array.from({ length: 4 }, (_, k) => Array.from({ length: 12 }, (_, i) => [(k + 1) * 0.9 ** i]));
const plan = dymad.dataset({ x, dt: 1 }).train({ model: "lti", time_domain: "discrete", phases: [{ trainer: "Linear" }] });
`;
const typed = `import { type CompiledTraining, dymad, type TrainPlan } from "dymad";
${plan}
async function hashOf(plan: TrainPlan): Promise<string> {
  const compiled: CompiledTraining = await plan.compile();
  return compiled.hash;
}
hashOf(plan).then((hash: string) => console.log(hash));
`;
/** A mistake that only a compiler sees. */
const mistyped = `${typed}\nconst hash: number = dymad;\n`;

describe.skipIf(installed.status !== 0)("installed", () => {
  let hash = "";

  beforeAll(() => {
    // what a user adds with `npm install --save-dev tsx ts-node typescript @types/node`
    mkdirSync(join(home, "node_modules/@types"), { recursive: true });
    for (const name of ["tsx", "ts-node", "typescript", "@types/node"]) {
      symlinkSync(join(root, "node_modules", name), join(home, "node_modules", name));
    }
    const script = `import { dymad } from "dymad";\n${plan}console.log((await plan.compile()).hash);\n`;
    writeFileSync(join(home, "script.mjs"), script);
    hash = told(["script.mjs"]);
  });

  test("a plan compiles to a hash, and every subpath loads", () => {
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const { exports } = JSON.parse(readFileSync(join(home, "node_modules/dymad/package.json"), "utf8"));
    const names = Object.keys(exports).filter((subpath) => !subpath.endsWith(".json"));
    const loads = names.map((subpath) => `import "dymad${subpath.slice(1)}";`).join("\n");
    writeFileSync(join(home, "subpaths.mjs"), `${loads}\nconsole.log("all");\n`);
    expect(told(["subpaths.mjs"])).toBe("all");
  });

  test("a training runs in its own process and is evaluated", () => {
    const script = `import { dymad } from "dymad";\n${plan}console.log(String(await plan.evaluate()));\n`;
    writeFileSync(join(home, "train.mjs"), script);
    expect(told(["train.mjs"])).toMatch(/^Evaluation .*RMSE/);
  });

  test("the command answers with its version", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(run(join(home, "node_modules/.bin/dymad"), ["--version"]).stdout.trim()).toContain(version);
  });

  test("tsx", () => {
    writeFileSync(join(home, "tsx.ts"), typed);
    expect(told(["--import", "tsx", "tsx.ts"])).toBe(hash);
  });

  test("ts-node as a loader of ESM", () => {
    writeFileSync(join(home, "loaded.mts"), typed);
    expect(told(["--loader", "ts-node/esm", "loaded.mts"])).toBe(hash);
  });

  test("ts-node with a CommonJS tsconfig", () => {
    const folder = join(home, "commonjs");
    mkdirSync(folder);
    writeFileSync(join(folder, "tsconfig.json"), '{ "compilerOptions": { "module": "CommonJS", "target": "ES2022" } }\n');
    writeFileSync(join(folder, "script.ts"), typed);
    expect(told([join(home, "node_modules/ts-node/dist/bin.js"), "script.ts"], folder)).toBe(hash);
    writeFileSync(join(folder, "mistyped.ts"), mistyped);
    const args = [join(home, "node_modules/ts-node/dist/bin.js"), "mistyped.ts"];
    expect(run(process.execPath, args, folder).stderr).toContain("to type 'number'");
  });

  test("cells of a tslab notebook", () => {
    const cells = [
      `import { dymad } from "dymad";\n${plan}(await plan.compile()).hash`,
      `import { koopmanSpectrum } from "dymad/spectral";\ntypeof koopmanSpectrum`,
      "plan",
      "const wrong: number = dymad;",
      "plan.evaluat()",
    ];
    writeFileSync(
      join(home, "cells.cjs"),
      `(${runCells})(${JSON.stringify(join(root, "node_modules/tslab/dist"))}, ${JSON.stringify(cells)})`,
    );
    const [compiled, subpath, shown, wrong, misspelt]: Cell[] = JSON.parse(told(["cells.cjs"]));
    expect(compiled).toEqual({ ok: true, said: hash });
    expect(subpath).toEqual({ ok: true, said: "function" });
    expect(shown).toEqual({ ok: true, said: expect.stringContaining("not run") });
    expect(wrong).toEqual({ ok: false, said: expect.stringContaining("is not assignable to type 'number'") });
    expect(misspelt).toEqual({ ok: false, said: expect.stringContaining("Did you mean 'evaluate'?") });
  });
});

interface Cell {
  ok: boolean;
  said: string;
}

/** Runs cells as the notebook kernel does, in the folder it is called in. Carried by its text into a process of its own. */
function runCells(tslab: string, cells: string[]): void {
  const { format } = require("node:util");
  const { createConverter } = require(`${tslab}/converter.js`);
  const { createExecutor } = require(`${tslab}/executor.js`);
  const node = createConverter();
  let said: string[] = [];
  const say = (...words: unknown[]) => said.push(format(...words));
  const executor = createExecutor(process.cwd(), { node, browser: node, close: () => {} }, { log: say, error: say });
  (async () => {
    const results: Cell[] = [];
    for (const cell of cells) {
      said = [];
      const ok = await executor.execute(cell);
      results.push({ ok, said: said.join("\n") });
    }
    node.close();
    console.log(JSON.stringify(results));
  })();
}
