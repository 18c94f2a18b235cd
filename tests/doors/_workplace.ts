import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { invoke } from "../../cli/invocation.js";
import { datasetToNpz } from "../../sdk/dynamics/data/archive.js";
import { datasetFromArrays } from "../../sdk/dynamics/data/arrays.js";
import type { Dataset } from "../../sdk/dynamics/data/series.js";
import { writeNpz } from "../../sdk/formats/npz.js";
import { dymad } from "../../sdk/index.js";
import { Matrix } from "../../sdk/numerics/linalg/matrix.js";

export const root = resolve(import.meta.dirname, "../..");
const main = join(root, "dist/cli/main.js");

/** A damped oscillator: `count` trajectories of `length` samples with dt 0.1, each from another start. */
export function oscillators(count = 4, length = 64): Dataset {
  const x = Array.from({ length: count }, (_, i) => {
    const out = new Matrix(length, 2);
    for (let k = 0; k < length; k++) {
      const t = 0.1 * k;
      const amplitude = Math.exp(-0.05 * t) * (1 + i / count);
      out.row(k).set([amplitude * Math.cos(t + i), -amplitude * Math.sin(t + i)]);
    }
    return out;
  });
  return datasetFromArrays({ x, dt: 0.1 });
}

/** Exit status of a command and what it wrote. */
export interface Typed {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own with `osc.npz` in it. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), "dymad-"));

  constructor() {
    if (!existsSync(main)) throw new Error("build the package before these tests: npm run build");
    this.write("osc.npz", writeNpz(datasetToNpz(oscillators())));
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  remove(): void {
    process.chdir(root); // whose working directory is gone cannot start processes
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What `dymad` answers to words typed in the folder, by a call in this process: for tests whose subject is not the process. */
  async typed(words: readonly string[]): Promise<Typed> {
    process.chdir(this.folder);
    const [out, err]: [string[], string[]] = [[], []];
    const code = await invoke(words, {
      cwd: process.cwd(),
      interactive: false,
      columns: 80,
      debug: false,
      out: (text) => void out.push(text),
      err: (text) => void err.push(text),
      onSignal: () => () => {},
    });
    return { code, out: out.join(""), err: err.join("") };
  }

  /** Runs `dymad` in the folder as a process of its own; `onStart` gets its id. */
  dymad(words: readonly string[], onStart?: (pid: number) => void, env: NodeJS.ProcessEnv = {}): Promise<Typed> {
    return new Promise((done) => {
      const child = spawn(process.execPath, [main, ...words], { cwd: this.folder, env: { ...process.env, ...env } });
      let out = "";
      let err = "";
      child.stdout.on("data", (text) => (out += text));
      child.stderr.on("data", (text) => (err += text));
      child.on("close", (code) => done({ code, out, err }));
      onStart?.(child.pid as number);
    });
  }
}

/** A workplace that goes with the test that asks for it. */
export function workplaceOfTest(): Workplace {
  const place = new Workplace();
  onTestFinished(() => place.remove());
  return place;
}

/** Settings of a small weak-form training in float64, as the overrides of a request. */
export const smallTraining = {
  model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 },
  data: { double_precision: true },
  phases: [{ trainer: "Weak", n_epochs: 10, weak_form_params: { N: 13 } }],
};

/** Fits a discrete linear model to the workplace's data; the run is `run`. */
export async function trainLinear(place: Workplace): Promise<void> {
  const { model } = smallTraining;
  const words = { model: "lti", time_domain: "discrete", options: model, phases: [{ trainer: "Linear", n_epochs: 1 }] } as const;
  await dymad
    .dataset(place.path("osc.npz"))
    .train(words)
    .run({ out: place.path("run") });
}

/** A config that trains `epochs` epochs of the weak form, in float64. */
export const config = (epochs: number, more = ""): string => `version: 1
model_key: lti
data:
  train: { path: osc.npz }
overrides:
  model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 }
  data: { double_precision: true }
  phases:
    - { trainer: Weak, n_epochs: ${epochs}, weak_form_params: { N: 13 } }
${more}`;
