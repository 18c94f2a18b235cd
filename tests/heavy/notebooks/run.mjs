// Runs every notebook of notebooks/ in a real Jupyter, with the kernel that `dymad notebook` sets up, and looks at what its cells
// show. Usage: npm run notebooks [-- NAME ...]
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { must, needJupyter, root } from "./jupyter.mjs";

const { bin, home, work, env } = needJupyter();

const wanted = process.argv.slice(2);
const names = readdirSync(join(root, "notebooks")).filter(
  (name) => name.endsWith(".ipynb") && (wanted.length === 0 || wanted.includes(name)),
);
let failed = 0;
for (const name of names) {
  const out = join(home, name);
  const started = performance.now();
  must(join(bin, "jupyter"), ["execute", "--kernel_name=dymad", "--timeout=600", `--output=${out}`, join(work, name)], {
    env,
    cwd: work,
  });
  const problems = readFileSync(out, "utf8") === "" ? ["empty"] : problemsOf(JSON.parse(readFileSync(out, "utf8")));
  failed += problems.length;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(JSON.stringify({ notebook: name, ok: problems.length === 0, seconds: Number(seconds), problems }));
  if (process.env.DYMAD_KEEP_NOTEBOOKS) cpSync(out, join(process.env.DYMAD_KEEP_NOTEBOOKS, name));
}
process.exitCode = failed === 0 ? 0 : 1;

/** Cells are tagged with what they must show: `shows-chart`, `shows-table`, `shows-live`; no cell may fail or write to stderr. */
function problemsOf({ cells }) {
  return cells.flatMap(({ cell_type, outputs = [], metadata, source }, i) => {
    if (cell_type !== "code") return [];
    const here = `cell ${i} (${[source].flat().join("").slice(0, 40)})`;
    const bad = outputs.filter(({ output_type, name }) => output_type === "error" || name === "stderr");
    const tags = metadata.tags ?? [];
    const displays = outputs.filter(({ output_type }) => output_type === "display_data");
    const has = (mime) => displays.some(({ data }) => data[mime] !== undefined);
    const lacks = [
      ...(tags.includes("shows-chart") && !(has("application/vnd.vegalite.v5+json") && has("image/svg+xml")) ? ["no chart"] : []),
      ...(tags.some((tag) => tag.startsWith("shows-")) && !(displays.length === 1 && has("text/html") && has("text/plain"))
        ? [`${displays.length} displays`]
        : []),
    ];
    return [
      ...bad.map((one) => `${here}: ${JSON.stringify(one.text ?? one.evalue)}`),
      ...lacks.map((what) => `${here}: ${what}`),
    ];
  });
}
