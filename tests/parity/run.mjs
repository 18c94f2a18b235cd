// npm run -s parity -- [--family F] [--cases FILE] [--seeds N] [--only ID] [--json]
// Drives `dymad sample`, `dymad train` and `dymad eval` for every case and compares with the published number.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { stringify } from "yaml";

const { values } = parseArgs({
  options: {
    family: { type: "string" },
    cases: { type: "string", multiple: true },
    only: { type: "string", multiple: true },
    seeds: { type: "string", default: "3" },
    keep: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(`parity [--family F] [--cases FILE ...] [--only ID ...] [--seeds N] [--keep FOLDER] [--json]
Trains and evaluates the published cases through the command line; ours = median over the seeds.
The schema of a case file is described in docs/parity.md. Exit 0 when no case exceeds its bound.`);
  process.exit(0);
}
const folder = fileURLToPath(new URL("cases/", import.meta.url));
const files = values.cases ?? readdirSync(folder).map((file) => join(folder, file));
const wanted = files
  .flatMap((file) => JSON.parse(readFileSync(file, "utf8")).cases)
  .filter((c) => values.family === undefined || c.family === values.family)
  .filter((c) => values.only === undefined || values.only.includes(c.id));
if (wanted.length === 0) {
  console.error("no case was selected");
  process.exit(2);
}
const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const work = values.keep ?? mkdtempSync(join(tmpdir(), "dymad-parity-"));
mkdirSync(work, { recursive: true });

/** Runs the command line and returns the one JSON document it prints. */
function dymad(...args) {
  const result = spawnSync(process.execPath, [cli, ...args, "--json"], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (result.status !== 0)
    throw new Error(`dymad ${args.join(" ")}: exit ${result.status}\n${result.stdout}${result.stderr.slice(-2000)}`);
  return JSON.parse(result.stdout).data;
}

const made = new Map();
/** Data of a system drawn with a seed, made once. */
function sampled(spec, seed) {
  const text = stringify(spec);
  const key = `${seed}\n${text}`;
  if (!made.has(key)) {
    const name = join(work, `data${made.size}`);
    writeFileSync(`${name}.yaml`, text);
    dymad("sample", `${name}.yaml`, "--out", `${name}.npz`, "--seed", String(seed));
    made.set(key, `${name}.npz`);
  }
  return made.get(key);
}

const median = (v) => {
  const s = [...v].sort((a, b) => a - b);
  return s.length % 2 === 1 ? s[(s.length - 1) / 2] : (s[s.length / 2 - 1] + s[s.length / 2]) / 2;
};

let failed = false;
for (const item of wanted) {
  const started = Date.now();
  const spec = {
    system: item.system,
    x0: item.x0,
    control: item.control,
    time: item.time,
    solver: item.solver,
    batch: item.batch,
  };
  if (item.p !== undefined) spec.p = item.p;
  const train = sampled(spec, item.data_seed);
  const { seed: evalSeed, ...changed } = item.evaluation;
  const test = sampled({ ...spec, ...changed }, evalSeed);
  const count = item.random ? Number(values.seeds) : 1;
  const seeds = Array.from({ length: count }, (_, i) => item.data_seed + i);
  const results = [];
  let error;
  for (const seed of seeds) {
    const name = `${item.id.replaceAll("/", "-")}-${seed}`;
    const config = {
      ...item.config,
      data: { train: { path: train } },
      split: { ...item.config.split, seed: item.split_seed },
      run: { name, seed },
    };
    writeFileSync(join(work, `${name}.yaml`), stringify(config));
    try {
      const out = join(work, name);
      rmSync(out, { recursive: true, force: true });
      dymad("train", join(work, `${name}.yaml`), "--out", out);
      results.push(dymad("eval", out, "--test-data", test).evaluation.metrics.rmse_mean);
    } catch (problem) {
      error = problem.message;
      results.push(Number.POSITIVE_INFINITY);
    }
  }
  const ours = median(results);
  const { metric, value: published, factor, abs } = item.published;
  const bound = published === null ? null : Math.max(factor * published, published + abs);
  const ok = bound === null ? null : ours <= bound;
  failed ||= ok === false;
  const seconds = Math.round((Date.now() - started) / 100) / 10;
  const finite = (v) => (Number.isFinite(v) ? v : null);
  const row = { id: item.id, metric, ours: finite(ours), seeds, values: results.map(finite), published, bound, ok, seconds };
  if (error !== undefined) row.error = error;
  if (values.json) console.log(JSON.stringify(row));
  else
    console.log(
      `${ok === false ? "FAIL" : "ok  "} ${item.id.padEnd(16)} ours ${ours.toPrecision(4).padStart(9)}  published ${String(published?.toPrecision(4)).padStart(9)}  bound ${String(bound?.toPrecision(4)).padStart(9)}  ${seconds} s${error ? `\n     ${error}` : ""}`,
    );
}
if (values.keep === undefined) rmSync(work, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
