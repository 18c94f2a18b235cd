import { afterAll, expect, test } from "vitest";
import { dymad } from "../../sdk/index.js";
import type { ModelDefinition } from "../../sdk/workflow/registry/models.js";
import { models } from "../../sdk/workflow/registry/models.js";
import { oscillator } from "../unit/dynamics/_systems.js";
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

test.each(cases.map((one) => [`${one.model.key}, ${one.time_domain}, ${one.kind}`, one] as const))(
  "%s: trains with nothing but data, ends well, is finite and beats persistence",
  async (name, { model, time_domain, control }) => {
    const source = oscillator({ trajectories: 8, samples: 60, dt: 0.1, control });
    const test = oscillator({ trajectories: 2, samples: 60, dt: 0.1, control, seed: 2 });
    const plan = dymad.dataset(source).train({ model: model.key, time_domain, ...least(model) });
    const run = await plan.run({ out: place.path(name.replaceAll(/\W+/g, "-")) });
    const { metrics, table } = await run.evaluate({ test });
    const persistence = table.find((row) => row.name === "persistence");
    expect(metrics.n_diverged).toBe(0);
    expect(metrics.rmse_mean).toBeLessThan(persistence?.rmse as number);
  },
);
