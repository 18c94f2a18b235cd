import { afterAll, expect, test } from "vitest";
import type { Dataset } from "../../sdk/dynamics/data/series.js";
import { compareForecasts, evaluateModel } from "../../sdk/dynamics/evaluation/evaluate.js";
import { persistenceForecast } from "../../sdk/dynamics/evaluation/persistence.js";
import { loadModel } from "../../sdk/dynamics/evaluation/trained-model.js";
import { train } from "../../sdk/dynamics/training/train.js";
import { dymad, type ModelWords, type TrainWords } from "../../sdk/index.js";
import { compileSubmission } from "../../sdk/workflow/app/compile.js";
import { runBackend } from "../../sdk/workflow/executor/backend.js";
import type { RunData } from "../../sdk/workflow/executor/start-run.js";
import { partsOf } from "../../sdk/workflow/executor/training-data.js";
import type { ModelDefinition } from "../../sdk/workflow/registry/models.js";
import { models } from "../../sdk/workflow/registry/models.js";
import { oscillator, paired } from "../unit/dynamics/_systems.js";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

/** The least that a family asks for beside data: what is known, or the dimension of a manifold, where a known part belongs to it. */
const least = ({ key, physical }: ModelDefinition): object => {
  if (key === "kmm") return { options: { manifold: { d: 2 } } };
  return physical ? { options: { physics: key === "corr_alg" ? ["x2 + f1", "-x1 + f2"] : ["x2", "-x1 + f1"] } } : {};
};

/** The first case of each family, which is trained as a run; the others need no process of their own to show that the model learns. */
const isFirst = <C>(one: C, all: readonly C[], family: (one: C) => string): boolean =>
  all.find((other) => family(other) === family(one)) === one;

const kinds = { autonomous: false, controlled: true };
const cases = models.flatMap((model) =>
  model.time_domains.flatMap((time_domain) =>
    Object.entries(kinds).map(([kind, control]) => ({ model, time_domain, kind, control })),
  ),
);

type Words = TrainWords<keyof ModelWords>;

/** Whether the trained model forecasts others of its kind without an accident and better than the state held. */
function expectLearned(metrics: { n_diverged?: number | null; rmse_mean?: number | null }, persistence: number): void {
  expect(metrics.n_diverged).toBe(0);
  expect(metrics.rmse_mean).toBeLessThan(persistence);
}

/** Trains with nothing but data, in this process: what a run does, but for its process and its records. */
function learns(words: Words, source: Dataset, other: Dataset): void {
  const plan = dymad.dataset(source).train(words);
  const { compiled, data } = compileSubmission({ request: plan.spec, base: ".", memory: { train: source } });
  const parts = partsOf(compiled, (data.train as RunData).dataset, null);
  const { status, checkpoint } = train({ config: compiled.config, ...parts, backend: runBackend });
  expect(status).toBe("SUCCEEDED");
  const model = loadModel(checkpoint, { backend: runBackend });
  const { window } = model;
  const held = compareForecasts(persistenceForecast(other, window), other, { window });
  expectLearned(evaluateModel(model, other), held.rmse_mean);
}

/** The same as a run. */
async function runs(name: string, words: Words, source: Dataset, other: Dataset): Promise<void> {
  const run = await dymad
    .dataset(source)
    .train(words)
    .run({ out: place.path(name.replaceAll(/\W+/g, "-")) });
  const { metrics, table } = await run.evaluate({ test: other });
  expectLearned(metrics, table.find((row) => row.name === "persistence")?.rmse as number);
}

async function expectLearning(asRun: boolean, name: string, words: Words, source: Dataset, other: Dataset): Promise<void> {
  if (asRun) await runs(name, words, source, other);
  else learns(words, source, other);
}

test.each(cases.map((one) => [`${one.model.key}, ${one.time_domain}, ${one.kind}`, one] as const))(
  "%s: trains with nothing but data, ends well, is finite and beats persistence",
  async (name, one) => {
    const { model, time_domain, control } = one;
    const data = { samples: 60, dt: 0.1, control };
    const words = { model: model.key, time_domain, ...least(model) };
    const asRun = isFirst(one, cases, (other) => other.model.key);
    const [source, other] = [oscillator({ ...data, trajectories: 8 }), oscillator({ ...data, trajectories: 2, seed: 2 })];
    await expectLearning(asRun, name, words, source, other);
  },
);

/** Edges that stay, under control, and edges that change within each trajectory, without. */
const graphs = { fixed: { changing: false, control: true }, "changing edges": { changing: true, control: false } };
const onGraphs = models.flatMap((model) =>
  model.graph_modes.flatMap((graph_mode) =>
    model.time_domains.flatMap((time_domain) =>
      Object.entries(graphs).map(([kind, one]) => ({ model, graph_mode, time_domain, kind, ...one })),
    ),
  ),
);

test.each(onGraphs.map((one) => [`${one.model.key}, ${one.graph_mode}, ${one.time_domain}, ${one.kind}`, one] as const))(
  "%s: so do models on graphs",
  async (name, one) => {
    const { model, graph_mode, time_domain, changing, control } = one;
    const data = { samples: 30, dt: 0.2, control };
    const of = (trajectories: number, seed: number): Dataset => paired(oscillator({ ...data, trajectories, seed }), changing);
    const asRun = isFirst(one, onGraphs, (other) => other.graph_mode);
    await expectLearning(asRun, name, { model: model.key, time_domain, graph_mode }, of(4, 1), of(2, 2));
  },
);
