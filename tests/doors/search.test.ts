import { existsSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { codes } from "../../sdk/errors.js";
import { evaluateRun } from "../../sdk/workflow/app/evaluate.js";
import { writeReport } from "../../sdk/workflow/app/report.js";
import { cancel, type RunStatus, statusOf } from "../../sdk/workflow/app/runs.js";
import type { TrialEvent } from "../../sdk/workflow/executor/run-event.js";
import { RunFolder } from "../../sdk/workflow/executor/run-folder.js";
import type { SearchResults } from "../../sdk/workflow/executor/search-results.js";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

const document = (text: string): { ok: boolean; data: Record<string, never> } => JSON.parse(text.trim());

/** A config of a search over oscillators; `epochs` says how long a trial takes. */
const searching = (cv: string, epochs = 20, more = "split: { folds: 2 }"): string => `version: 1
model_key: lti
data:
  train: { path: osc.npz }
overrides:
  model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 }
  phases:
    - { trainer: Weak, n_epochs: ${epochs}, learning_rate: 0.05, weak_form_params: { N: 13 } }
  cv:
${cv.replace(/^/gm, "    ")}
${more}
`;

const grid = `param_grid:
  phases.0.learning_rate: [0.01, 0.1]
  model.linear_dynamics_init_scale: { linspace: [-1, 0, 3] }`;

/** The files of a search that must not depend on who did what when. */
const bytesOf = (run: string): string[] =>
  ["search.json", "leaderboard.csv", "leaderboard.svg", "checkpoint.dymad"].map((name) =>
    readFileSync(place.path(run, name)).toString("base64"),
  );

const resultsOf = (run: string): SearchResults =>
  JSON.parse(readFileSync(place.path(run, "search.json"), "utf8")) as SearchResults;

const trialsOf = (run: string): string[] =>
  existsSync(place.path(run, "trials"))
    ? readdirSync(place.path(run, "trials"))
        .filter((name) => name.endsWith(".json"))
        .sort()
    : [];

/** The run in a folder as it is now, once a condition holds. */
async function until(run: string, condition: (status: RunStatus) => boolean): Promise<RunStatus> {
  for (const end = Date.now() + 50_000; Date.now() < end; await new Promise((done) => setTimeout(done, 10))) {
    if (!existsSync(place.path(run, "dymad-run.json"))) continue;
    const status = statusOf(RunFolder.open(place.path(run)));
    if (condition(status)) return status;
  }
  throw new Error("waited too long");
}

const eventsOf = (err: string): TrialEvent[] =>
  err
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as TrialEvent)
    .filter(({ kind, state }) => kind === "trial" && state === "finished");

const gridConfig = (workers: number): string => `${searching(grid, 600)}run: { max_workers: ${workers} }\n`;

test("a search leaves table, chart and the best model, tells of its trials, and is the same for any number of workers", async () => {
  for (const workers of [1, 3]) {
    place.write("grid.yaml", gridConfig(workers));
    const { code, out, err } = await place.typed(["train", "grid.yaml", "--out", `runs/w${workers}`, "--json"]);
    expect([code, document(out)]).toMatchObject([
      0,
      { data: { training_run: { status: "SUCCEEDED" }, search: { finished: true } } },
    ]);
    const finished = eventsOf(err);
    expect(finished.map(({ done, of }) => `${done}/${of}`)).toEqual(Array.from({ length: 12 }, (_, i) => `${i + 1}/12`));
    expect(finished[11]).toMatchObject({ eta_seconds: 0 });
  }
  expect(bytesOf("runs/w3")).toEqual(bytesOf("runs/w1"));
  const { candidates, best } = resultsOf("runs/w1");
  expect(candidates.map(({ index, folds }) => [index, folds.length])).toEqual([0, 1, 2, 3, 4, 5].map((i) => [i, 2]));
  const means = candidates.map(({ mean }) => mean as number);
  expect(means[best?.index ?? -1]).toBe(Math.min(...means));
  await writeReport(RunFolder.open(place.path("runs/w1")));
  expect(readFileSync(place.path("runs/w1/report.html"), "utf8")).toContain("Leaderboard");
});

test("the training of the best on all data is one of the trials there will be", async () => {
  place.write("refit.yaml", searching("param_grid:\n  phases.0.learning_rate: [0.01, 0.1]\nrefit: true", 5));
  const { code, err } = await place.typed(["train", "refit.yaml", "--out", "runs/refit", "--json"]);
  expect([code, eventsOf(err).map(({ fold, done, of }) => [fold, done, of])]).toEqual([
    0,
    [1, 2, 3, 4, 5].map((done) => [done === 5 ? "all" : expect.any(Number), done, 5]),
  ]);
});

test("a search that cannot be drawn is a search all the same, and the log says why", async () => {
  const hook =
    'export async function resolve(name, context, next) { if (name === "vega") throw Error("vega is gone"); return next(name, context); }';
  const registers = `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});`;
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(registers)}`;
  place.write("plain.yaml", searching("param_grid:\n  phases.0.learning_rate: [0.01, 0.1]", 2));
  const { code } = await place.dymad(["train", "plain.yaml", "--out", "runs/plain", "--json"], undefined, { NODE_OPTIONS });
  expect(code).toBe(0);
  expect(readFileSync(place.path("runs/plain/training.log"), "utf8")).toContain("the leaderboard was not drawn: vega is gone");
  expect(existsSync(place.path("runs/plain/leaderboard.svg"))).toBe(false);
});

test("a search killed in the middle goes on where it was and ends with the same bytes", async () => {
  place.write("grid.yaml", gridConfig(2));
  await place.typed(["train", "grid.yaml", "--out", "runs/killed", "--detach"]);
  const { training_run, search_progress } = await until("runs/killed", () => trialsOf("runs/killed").length >= 3);
  process.kill(training_run.worker?.pid as number, "SIGKILL");
  expect(search_progress).toMatchObject({ kind: "trial", of: 12 });
  await until("runs/killed", (status) => status.training_run.status === "FAILED");
  const made = trialsOf("runs/killed");
  expect(made.length).toBeLessThan(12);
  // half of a file is no trial
  truncateSync(place.path("runs/killed/trials", made[0]), 100);
  const { code, err } = await place.typed(["train", "--resume", "runs/killed", "--json"]);
  expect(code).toBe(0);
  expect(eventsOf(err).filter(({ reused }) => reused)).toHaveLength(made.length - 1);
  expect(bytesOf("runs/killed")).toEqual(bytesOf("runs/w1"));
  expect(trialsOf("runs/killed")).toEqual(trialsOf("runs/w1"));
});

test("bounds are searched by every mode, whatever the number of workers; blocks in time divide every series", async () => {
  const ways = [
    ["nelder_mead_like", 2],
    ["batch_pattern_search", 1],
    ["batch_pattern_search", 3],
    ["multi_start_nelder_mead", 3],
  ] as const;
  for (const [mode, workers] of ways) {
    const cv = `search:
  mode: ${mode}
  max_iterations: 4
  starts: 2
  bounds:
    phases.0.learning_rate: { lower: 0.001, upper: 1, scale: log }
    phases.0.weak_form_params.N: { lower: 5, upper: 13, parity: odd }`;
    place.write("bounds.yaml", `${searching(cv, 8, "split: { time_frac: 0.6, folds: 2 }")}run: { max_workers: ${workers} }\n`);
    const { code, err } = await place.typed(["train", "bounds.yaml", "--out", `runs/${mode}${workers}`]);
    expect([code, err.includes("error")], err).toEqual([0, false]);
    const { candidates, best } = resultsOf(`runs/${mode}${workers}`);
    expect(best?.fold).toBe(1);
    const N = candidates.map(({ params }) => params["phases.0.weak_form_params.N"] as number);
    expect(N.every((n) => n % 2 === 1 && n >= 5 && n <= 13)).toBe(true);
  }
  expect(bytesOf("runs/batch_pattern_search3")).toEqual(bytesOf("runs/batch_pattern_search1"));
});

test("what is wrong with a search is told at its lines before anything starts", async () => {
  place.write("wrong.yaml", searching("param_grid:\n  phases.0.learning_rate: [0.1, -2]\n  model.gian: [1]\nmetric: rmse"));
  const { code, err } = await place.typed(["train", "wrong.yaml", "--out", "runs/wrong"]);
  expect(code).toBe(codes.E_SPEC.exit);
  expect(err).toMatch(/wrong\.yaml:13:/);
  expect(existsSync(place.path("runs/wrong"))).toBe(false);
  place.write("wrong.yaml", searching("param_grid:\n  phases.0.learning_rate: [0.1, -2]\n  model.gian: [1]"));
  const trials = (await place.typed(["train", "wrong.yaml", "--out", "runs/wrong"])).err;
  expect(trials).toMatch(/learning_rate -2: must be a positive number[\s\S]*wrong\.yaml:11:/);
  expect(trials).toMatch(/wrong\.yaml:12:[\s\S]*did you mean gain/);
});

test("a candidate that diverges loses; when all do, the run has failed and says why; a cancelled search keeps its best", async () => {
  const phases = (rate: string): string =>
    searching(`param_grid:\n  phases.0.learning_rate: [${rate}]`, 50, "split: { train_frac: 0.5 }").replace(
      "N: 13 } }",
      "N: 13 }, min_learning_rate: 0 }",
    );
  place.write("diverge.yaml", phases("1.0e+300, 0.1"));
  expect((await place.typed(["train", "diverge.yaml", "--out", "runs/diverge"])).code).toBe(0);
  const { candidates, best } = resultsOf("runs/diverge");
  expect([best?.index, candidates[0].mean, candidates[0].failure]).toEqual([1, null, expect.stringContaining("not finite")]);
  place.write("lost.yaml", phases("1.0e+300, 1.0e+301"));
  const lost = await place.typed(["train", "lost.yaml", "--out", "runs/lost"]);
  expect([lost.code, lost.out]).toEqual([
    1,
    expect.stringMatching(/error\[E_DIVERGED\] no candidate has a finite forecast_rmse/),
  ]);

  place.write(
    "endless.yaml",
    `${searching(grid, 3000, "")}run: { max_workers: 1 }\n`.replace("[0.01, 0.1]", "{ linspace: [0.01, 0.1, 300] }"),
  );
  await place.typed(["train", "endless.yaml", "--out", "runs/endless", "--detach"]);
  await until("runs/endless", () => trialsOf("runs/endless").length > 0);
  cancel(RunFolder.open(place.path("runs/endless")));
  await until("runs/endless", (status) => status.training_run.status === "CANCELLED");
  expect(resultsOf("runs/endless")).toMatchObject({ finished: false, best: { fold: 0 } });
  expect(evaluateRun(RunFolder.open(place.path("runs/endless"))).metrics.n_diverged).toBe(0);
});
