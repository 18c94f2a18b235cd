// Trains a request on one record and simulates another from its first samples, through the command line.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";

const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

function dymad(...args) {
  const result = spawnSync(process.execPath, [cli, ...args, "--json"], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (result.status === 0) return JSON.parse(result.stdout).data;
  throw new Error(`dymad ${args.join(" ")}: exit ${result.status}\n${result.stdout}${result.stderr.slice(-2000)}`);
}

export class Simulation {
  #set;
  #work;
  #name;
  #config;

  constructor(set, work, name, config) {
    this.#set = set;
    this.#work = work;
    this.#name = name;
    this.#config = config;
  }

  /**
   * Trains on one record and simulates another freely: the model is given its first samples and the whole input.
   *
   * @param purpose  names the files
   * @param from     first row that counts
   * @returns        root mean square error of the output over the rows from `from` on, units of the data
   */
  rmse(purpose, train, other, from) {
    const file = this.#write(`${purpose}-train`, train);
    const test = this.#write(`${purpose}-simulated`, other);
    const out = join(this.#work, `${this.#name}-${purpose}`);
    const columns = { x: ["y"], u: this.#inputs };
    const config = {
      ...this.#config,
      data: { train: { path: file, columns, dt: this.#set.dt } },
      split: { train_frac: 1 },
      run: { ...this.#config.run, name: `${this.#name}-${purpose}` },
    };
    writeFileSync(`${out}.yaml`, stringify(config));
    rmSync(out, { recursive: true, force: true });
    dymad("train", `${out}.yaml`, "--out", out);
    const { metrics_path } = dymad("eval", out, "--test-data", test).evaluation;
    const { horizon, window } = JSON.parse(readFileSync(join(out, metrics_path), "utf8"));
    if (window > this.#set.washout) throw new Error(`the model is given ${window} samples, the set allows ${this.#set.washout}`);
    // one trajectory with one state: the error at each time is that of the output
    const squares = horizon.slice(from).map(({ rmse }) => (rmse === null ? Number.POSITIVE_INFINITY : rmse * rmse));
    const value = Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length);
    return Number.isFinite(value) ? value : null;
  }

  get #inputs() {
    return this.#set.estimation.u.map((_, i) => `u${i + 1}`);
  }

  #write(name, { rows }) {
    const path = join(this.#work, `${this.#name}-${name}.csv`);
    writeFileSync(path, `${[...this.#inputs, "y"].join(",")}\n${rows.map((row) => row.join(",")).join("\n")}\n`);
    return path;
  }
}
