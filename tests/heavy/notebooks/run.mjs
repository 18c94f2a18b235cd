// Runs every notebook of notebooks/ in a real Jupyter, with the kernel that `dymad notebook` sets up, and looks at what its cells
// show. Jupyter comes from PyPI into a virtual environment below .dymad. Usage: npm run notebooks [-- NAME ...]
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const venv = join(root, ".dymad/jupyter");
const bin = join(venv, "bin");

function must(program, words, options = {}) {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", maxBuffer: 1e8, ...options });
  if (status === 0) return stdout;
  console.error(`${program} ${words.join(" ")}\n${stdout ?? ""}${stderr ?? ""}`);
  process.exit(1);
}

if (!existsSync(join(bin, "jupyter-lab"))) {
  mkdirSync(join(root, ".dymad"), { recursive: true });
  must("python3", ["-m", "venv", venv]);
  must(join(bin, "pip"), ["install", "--quiet", "jupyterlab==4.4.9", "nbclient==0.10.2"]);
}

const home = mkdtempSync(join(tmpdir(), "dymad-notebooks-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
mkdirSync(join(home, "node_modules"));
for (const name of ["dymad", "@types", "tslab"])
  symlinkSync(name === "dymad" ? root : join(root, "node_modules", name), join(home, "node_modules", name));
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, JUPYTER_DATA_DIR: join(home, "jupyter") };
must(process.execPath, [join(root, "dist/cli/main.js"), "notebook", home, "--no-open"], { env, cwd: home });

const wanted = process.argv.slice(2);
const names = readdirSync(join(root, "notebooks")).filter(
  (name) => name.endsWith(".ipynb") && (wanted.length === 0 || wanted.includes(name)),
);
let failed = 0;
for (const name of names) {
  cpSync(join(root, "notebooks"), join(home, "work"), { recursive: true });
  const out = join(home, name);
  const started = performance.now();
  must(join(bin, "jupyter"), ["execute", "--kernel_name=dymad", "--timeout=600", `--output=${out}`, join(home, "work", name)], {
    env,
    cwd: join(home, "work"),
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
