// Makes the API pages in docs/api from doc comments, then checks the links of the written pages.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Application, TSConfigReader, TypeDocReader } from "typedoc";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);
const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
const entries = Object.entries(exports)
  .filter(([, target]) => typeof target !== "string")
  .map(([subpath, { default: built }]) => ({
    name: `dymad${subpath.slice(1)}`,
    file: built.replace("./dist/", "").replace(/\.js$/, ".ts"),
  }));

const app = await Application.bootstrapWithPlugins({ entryPoints: entries.map(({ file }) => file) }, [
  new TypeDocReader(),
  new TSConfigReader(),
]);
const project = await app.convert();
if (project === undefined) process.exit(1);
for (const module of project.children ?? []) {
  // typedoc names a module by its file; a reader knows it by what is imported
  const entry = entries.find(({ file }) => [`sdk/${module.name}.ts`, `sdk/${module.name}/index.ts`].includes(file));
  if (entry !== undefined) module.name = entry.name;
}
app.validate(project);
await app.generateOutputs(project);
// any warning matters: a link that leads nowhere, a parameter described under a name it does not have
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);

const vitest = ["node_modules/vitest/vitest.mjs", "run", "tests/docs.test.ts", "-t", "links"];
execFileSync(process.execPath, vitest, { stdio: "inherit" });
