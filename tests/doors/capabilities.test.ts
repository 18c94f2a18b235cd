import { afterAll, expect, test } from "vitest";
import type { Dataset } from "../../sdk/dynamics/data/series.js";
import { dymad, type ModelWords, type TrainWords } from "../../sdk/index.js";
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

const kinds = { autonomous: false, controlled: true };
const cases = models.flatMap((model) =>
  model.time_domains.flatMap((time_domain) =>
    Object.entries(kinds).map(([kind, control]) => ({ model, time_domain, kind, control })),
  ),
);

/** Trains with nothing but data, and forecasts others of their kind. */
async function learns(name: string, request: TrainWords<keyof ModelWords>, source: Dataset, other: Dataset): Promise<void> {
  const plan = dymad.dataset(source).train(request);
  const run = await plan.run({ out: place.path(name.replaceAll(/\W+/g, "-")) });
  const { metrics, table } = await run.evaluate({ test: other });
  const persistence = table.find((row) => row.name === "persistence");
  expect(metrics.n_diverged).toBe(0);
  expect(metrics.rmse_mean).toBeLessThan(persistence?.rmse as number);
}

test.each(cases.map((one) => [`${one.model.key}, ${one.time_domain}, ${one.kind}`, one] as const))(
  "%s: trains with nothing but data, ends well, is finite and beats persistence",
  async (name, { model, time_domain, control }) => {
    const data = { samples: 60, dt: 0.1, control };
    const request = { model: model.key, time_domain, ...least(model) };
    await learns(name, request, oscillator({ ...data, trajectories: 8 }), oscillator({ ...data, trajectories: 2, seed: 2 }));
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
  async (name, { model, graph_mode, time_domain, changing, control }) => {
    const data = { samples: 30, dt: 0.2, control };
    const of = (trajectories: number, seed: number): Dataset => paired(oscillator({ ...data, trajectories, seed }), changing);
    await learns(name, { model: model.key, time_domain, graph_mode }, of(4, 1), of(2, 2));
  },
);
