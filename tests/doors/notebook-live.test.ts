import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCells, type Sent } from "./_cells.js";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

/** Sends the kernel the signal that Jupyter sends, when `ready` is there. */
const interruptWhen = (ready: string): string =>
  `const timer = setInterval(() => { if (${ready}) { clearInterval(timer); process.kill(process.pid, "SIGINT"); } }, 50);`;

const long = `{ trainer: "Weak", n_epochs: 1000000, weak_form_params: { N: 13 } }`;
const cells = {
  start: `import { dymad } from "dymad";
import "dymad/kernel";
import { existsSync, readFileSync } from "node:fs";
const data = dymad.dataset("osc.npz");
const words = { model: "lti", options: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 } } as const;
const told = (file: string, what: string) => existsSync(file) && readFileSync(file, "utf8").includes(what);`,
  search: `const rates = [0.1, 0.03, 0.01, 0.003];
await data.train({ ...words, phases: [{ trainer: "Weak", n_epochs: 30, weak_form_params: { N: 13 } }] })
  .search({ param_grid: { "phases.0.learning_rate": rates } }).run({ out: "search" });
null`,
  interruptedSearch: `{
${interruptWhen(`told("stopped/search.json", '"mean"')`)}
const stopped = await data.train({ ...words, phases: [{ trainer: "Weak", n_epochs: 20, weak_form_params: { N: 13 } }] })
  .search({ param_grid: { "phases.0.learning_rate": [0.01], "phases.0.n_epochs": [10, 1000000] }, } as any).run({ out: "stopped" });
console.log(stopped.status, (await stopped.search()).candidates.length, typeof (await stopped.model()));
}`,
  tune: `{
let made = 0;
${interruptWhen("made >= 6")}
const tuned = await dymad.tune({ parameters: [{ name: "x", bounds: [0, 1] }], initial_budget: 1000 }, ({ x }) => {
  const end = Date.now() + 60;
  while (Date.now() < end);
  made++;
  return (x as number) + 1;
});
console.log(tuned.evaluations.length === made, made < 1000, tuned.selected_metric >= 1);
}`,
  started: `const run = await data.train({ ...words, phases: [${long}] }).start({ out: "later" });
console.log(run.status);`,
  left: `{
${interruptWhen(`told("later/events.jsonl", '"epoch"')`)}
console.log((await dymad.open(run.handle).follow()).status);
}`,
  followed: `{
setTimeout(() => dymad.open("later").cancel(), 500);
const ended = await dymad.open("later").follow();
console.log(ended.status, typeof (await ended.model()));
}`,
  stoppedAnalysis: `const spectral = await data.train({ ...words, phases: [{ type: "linear_solve" }] }).run({ out: "spectral" });
let heard = 0;
const signal = { get aborted() { return ++heard > 3; } };
try { await spectral.analyze({ parameters: { pseudospectrum: { points: 99 } }, signal }); } catch (error) { console.log((error as any).code, heard); }`,
  analysis: `await spectral.pseudospectrum({ points: 601 });
null`,
};

let sent: Record<keyof typeof cells, Sent>;
beforeAll(async () => {
  const all = await runCells(place.folder, Object.values(cells));
  sent = Object.fromEntries(Object.keys(cells).map((name, i) => [name, all[i]])) as typeof sent;
}, 180_000);

test("every cell runs", () => {
  const failed = Object.entries(sent).filter(([, { status }]) => status !== "ok");
  expect(failed.map(([name, { streams }]) => [name, streams])).toEqual([]);
});

/** One display that was changed in place. */
function moved({ displays }: Sent, from = 0, to = displays.length): void {
  const own = displays.slice(from, to);
  expect(own.length).toBeGreaterThan(1);
  expect(new Set(own.map(({ id }) => id)).size).toBe(1);
  expect(own.map(({ update }) => update)).toEqual(own.map((_, i) => i > 0));
}
const texts = ({ displays }: Sent): string[] => displays.map(({ data }) => String(data["text/plain"]));

describe("one display moves", () => {
  test("in a search: trials, the best so far, a picture of their results, and the run at the end", () => {
    moved(sent.search);
    expect(texts(sent.search).at(-1)).toMatch(/trial 4\/4 \[#{10}\] best .*learning_rate.*\nRun search SUCCEEDED/s);
    expect(sent.search.displays.at(-1)?.data["text/html"]).toMatch(/up to trial 4/);
  });

  test("in an analysis that takes long, row by row", () => {
    moved(sent.analysis);
    expect(texts(sent.analysis).some((text) => /analyse \d+\/601 \[#*\.*\] {2}ETA/.test(text))).toBe(true);
    expect(texts(sent.analysis).at(-1)).toMatch(/^analyse 601\/601 .*\nAnalysis spectral_koopman/s);
  });

  test("in a run that was started elsewhere, from its first epoch on", () => {
    expect(sent.started.streams).toMatch(/^(QUEUED|RUNNING)\n$/);
    moved(sent.followed);
    expect(sent.followed.streams).toBe("CANCELLED object\n");
    expect(texts(sent.followed).at(-1)).toMatch(/epoch .*\nRun later CANCELLED/s);
  });
});

describe("an interrupt of the kernel", () => {
  test("cancels a search, which keeps its table and its best model", () => {
    moved(sent.interruptedSearch);
    expect(sent.interruptedSearch.streams).toMatch(/^CANCELLED 1 object\n/);
    expect(
      sent.interruptedSearch.displays.some(({ data }) => /Interrupted: the run is being/.test(String(data["text/html"]))),
    ).toBe(true);
  });

  test("stops a tuning, whose result is of what was evaluated, though its evaluator never waits", () => {
    moved(sent.tune);
    expect(sent.tune.streams).toBe("true true true\n");
    expect(texts(sent.tune).at(-1)).toMatch(/^tune \d+\/1000 .*ETA.*\nTuning minimized metric/s);
  });

  test("leaves a run that is only followed", () => {
    moved(sent.left);
    expect(sent.left.streams).toBe("RUNNING\n");
    expect(sent.left.displays.at(-1)?.data["text/html"]).toMatch(/the run goes on/);
  });

  test("or a signal stops an analysis", () => {
    expect(sent.stoppedAnalysis.streams).toBe("E_CANCELLED 4\n");
  });
});
