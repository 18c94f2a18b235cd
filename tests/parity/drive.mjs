// One case through the command line: dymad sample, dymad train, dymad eval, dymad analyze.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { readNpz, writeNpz } from "../../dist/sdk/formats/npz.js";
import { samplerKeys } from "./cases.mjs";
import { heated } from "./heat.mjs";
import { studied } from "./study.mjs";

const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Runs the command line and returns the data of the one JSON document it prints. */
function dymad(...args) {
  const result = spawnSync(process.execPath, [cli, ...args, "--json"], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (result.status === 0) return JSON.parse(result.stdout).data;
  throw new Error(`dymad ${args.join(" ")}: exit ${result.status}\n${result.stdout}${result.stderr.slice(-2000)}`);
}

const median = (values) => {
  const s = [...values].sort((a, b) => a - b);
  return s.length % 2 === 1 ? s[(s.length - 1) / 2] : (s[s.length / 2 - 1] + s[s.length / 2]) / 2;
};
const finite = (value) => (Number.isFinite(value) ? value : null);
const pick = (item, wanted) => Object.fromEntries(wanted.filter((key) => item[key] !== undefined).map((key) => [key, item[key]]));

/** Drives cases in a folder; data of the same system and seed are made once. */
export class Driver {
  #work;
  #made = new Map();

  constructor(work) {
    this.#work = work;
  }

  #sampled(spec, seed) {
    const text = stringify(spec);
    const key = `${seed}\n${text}`;
    if (!this.#made.has(key)) {
      const name = join(this.#work, `data${this.#made.size}`);
      writeFileSync(`${name}.yaml`, text);
      rmSync(`${name}.npz`, { force: true });
      dymad("sample", `${name}.yaml`, "--out", `${name}.npz`, "--seed", String(seed));
      this.#made.set(key, `${name}.npz`);
    }
    return this.#made.get(key);
  }

  /** The data of a training: one file that is split by a seed, or two where a case says which trajectories train. */
  #divided(path, { config, split_seed, train_on }) {
    if (train_on === undefined) return { data: { train: { path } }, split: { ...config.split, seed: split_seed } };
    const arrays = readNpz(readFileSync(path));
    const [count] = arrays.get("x").shape;
    const rest = Array.from({ length: count }, (_, i) => i).filter((i) => !train_on.includes(i));
    const files = Object.entries({ train: train_on, valid: rest }).map(([role, numbers]) => {
      const file = path.replace(/\.npz$/, `-${role}.npz`);
      const picked = Array.from(arrays, ([name, array]) => [
        name,
        array.shape.length > 1 && array.shape[0] === count ? rowsOf(array, numbers) : array,
      ]);
      writeFileSync(file, writeNpz(new Map(picked)));
      return [role, { path: file }];
    });
    return { data: Object.fromEntries(files) };
  }

  /** Root mean square of the states of a data file. */
  #size(path) {
    const states = dymad("inspect", path).inspection.columns.filter(({ field }) => field === "x");
    return Math.sqrt(states.reduce((sum, { mean, std }) => sum + mean * mean + std * std, 0) / states.length);
  }

  /** One training with its evaluation: the deciding rmse, and the numbers that are printed beside it. */
  #trained(item, train, test, seed) {
    const name = `${item.id.replaceAll("/", "-")}-${seed}`;
    const { split: _, ...given } = item.config;
    const config = { ...given, ...this.#divided(train, item), run: { name, seed } };
    const [file, out] = [join(this.#work, `${name}.yaml`), join(this.#work, name)];
    writeFileSync(file, stringify(config));
    rmSync(out, { recursive: true, force: true });
    const { training_run } = dymad("train", file, "--out", out);
    const { metrics } = dymad("eval", out, "--test-data", test).evaluation;
    for (const parameters of item.analyses ?? [])
      dymad("analyze", out, "--data", test, "--parameters", JSON.stringify(parameters));
    const rmse = metrics.rmse_mean ?? Number.POSITIVE_INFINITY;
    return { ...training_run.metrics, rmse, relative_error: rmse / this.#size(test) };
  }

  /** The rows of a case: the deciding one, then those that only inform. */
  async rows(item, seedCount) {
    const { id, published } = item;
    const none = { ours: null, seeds: [], values: [], published: null, bound: null, ok: null, seconds: 0 };
    if (item.not_runnable !== undefined)
      return [{ id, metric: published?.metric ?? "rmse", ...none, not_runnable: item.not_runnable }];
    const started = Date.now();
    const seeds = Array.from({ length: item.random ? Math.max(seedCount, item.seeds ?? 1) : 1 }, (_, i) => item.data_seed + i);
    const results = [];
    let error;
    for (const seed of seeds) {
      try {
        results.push(await this.#once(item, seed));
      } catch (problem) {
        error = problem.message;
        results.push({ failures: 1 });
      }
    }
    const seconds = Math.round((Date.now() - started) / 100) / 10;
    const row = (metric, value, bound) => {
      const values = results.map((result) => result[metric] ?? Number.POSITIVE_INFINITY);
      const ours = median(values);
      const ok = bound === null ? null : ours <= bound;
      return { id, metric, ours: finite(ours), seeds, values: values.map(finite), published: value, bound, ok, seconds };
    };
    const { metric, value, factor, abs, beside = {} } = published;
    const bound = value === null ? null : Math.max(factor * value, value + abs);
    const rows = [row(metric, value, bound), ...Object.entries(beside).map(([name, number]) => row(name, number, null))];
    return error === undefined ? rows : [{ ...rows[0], error }, ...rows.slice(1)];
  }

  async #once(item, seed) {
    if (item.heat !== undefined) return { failures: 0, ...heated(item.heat, item.data_seed) };
    if (item.study !== undefined) return { failures: 0, ...(await studied(item.study, seed)) };
    const spec = pick(item, samplerKeys);
    const train = this.#sampled(spec, item.data_seed);
    if (item.config === undefined) return { failures: 0 };
    const { seed: evalSeed, ...changed } = item.evaluation;
    const test = this.#sampled(withoutNulls({ ...spec, ...changed }), evalSeed);
    return { failures: 0, ...this.#trained(item, train, test, seed) };
  }
}

/** Some trajectories of an array whose first axis counts them. */
function rowsOf({ shape: [count, ...rest], data }, numbers) {
  const size = data.length / count;
  const picked = new Float64Array(numbers.length * size);
  numbers.forEach((i, k) => {
    picked.set(data.subarray(i * size, (i + 1) * size), k * size);
  });
  return { shape: [numbers.length, ...rest], data: picked };
}

const withoutNulls = (spec) => Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null));
