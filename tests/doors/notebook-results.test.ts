import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCells, type Sent } from "./_cells.js";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

/** What each kind of result shows: its last expression, what its page says, whether it has pictures. */
const kinds: Record<string, readonly [code: string, says: RegExp, drawn: boolean]> = {
  inspection: ["await data.inspect()", /2 states, 0 controls.*x2/s, false],
  search: ["await searched.search()", /Candidates, best first.*learning_rate.*fold_0/s, true],
  "run that searched": ["searched", /SUCCEEDED.*Candidates/s, true],
  spectrum: ["await run.spectrum()", /Spectrum of 2 eigenvalues in continuous time.*decay time/s, true],
  "spectrum that is not believed": [
    "await run.spectrum({ threshold: 1e-9 })",
    /<p>Warning: none of 2 eigenvalues is confirmed/,
    true,
  ],
  pseudospectrum: ["await run.pseudospectrum({ points: 9 })", /Pseudospectrum residual.*How certain/s, true],
  resolvent: ["await run.resolvent()", /Resolvent over 201.*Which forcing is answered/s, true],
  "forecast by modes": ["await run.forecastByModes()", /Forecast by 2 eigenvalues: RMSE.*How far do the kept/s, true],
  modes: ["await run.modes()", /2 modes in 2 latent coordinates.*\|z2\|/s, true],
  analysis: [`await run.analyze({ parameters: { measure: { observable: "x1" } } })`, /analysis_.*Where is the energy/s, true],
  forecast: [`await run.forecast({ data: "osc.npz", steps: 12 })`, /Forecast of 4 trajectories.*trajectory 1 of 4/s, true],
  tuning: [
    `await dymad.tune({ parameters: [{ name: "x", bounds: [0, 1] }], initial_budget: 3 }, ({ x }) => ((x as number) - 0.7) ** 2)`,
    /Tuning minimized metric.*Evaluations, best first/s,
    true,
  ],
  study: [
    `await dymad.convergenceStudy({ methods: ["a"], refinement_levels: [1, 2], trials: 2, metrics: ["e"] }, { evaluate: ({ refinement }) => ({ e: 1 / refinement }) })`,
    /orders: a e 1/,
    false,
  ],
  listing: [`dymad.list("losses")`, /4 losses.*mean of absolute differences/s, false],
  description: [`dymad.describe("DKBF")`, /Koopman bilinear form.*Trainers named in order.*koopman_dimension/s, false],
  log: ["await run.log()", /Log: .*phase 1\/1/s, false],
  "failed run": ["failed", /FAILED: E_DIVERGED.*What to try: .*learning rate.*phase 1\/1/s, true],
};

const cells = [
  `import { dymad } from "dymad";\nimport "dymad/kernel";`,
  `const data = dymad.dataset("osc.npz");
const words = { model: "lti", options: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 } } as const;
const run = await data.train({ ...words, phases: [{ type: "linear_solve" }] }).run({ out: "shown" });
const weak = { trainer: "Weak", n_epochs: 4, weak_form_params: { N: 13 } } as const;
const searched = await data.train({ ...words, phases: [weak] }).search({ param_grid: { "phases.0.learning_rate": [0.1, 0.01] } }).run({ out: "searched" });
const failed = await data.train({ model: "ldm", phases: [{ ...weak, learning_rate: 1e300 }] }).run({ out: "failed" });`,
  ...Object.values(kinds).map(([code]) => code),
  `const forms = Symbol.for("Jupyter.display");
const told = await Promise.all([run, data, await run.spectrum(), await run.log(), dymad.list("models")].map((value: any) => value[forms]()));
console.log(told.map((bundle) => Object.keys(bundle).length).join(" "));`,
  // last: tslab runs nothing after a cell that fails
  `await data.train({ model: "lti", options: { activaton: "tanh" } } as any).run()`,
];

let sent: Sent[];
beforeAll(async () => {
  sent = await runCells(place.folder, cells);
}, 180_000);

test("every cell runs but the one that asks for something wrong, which says where and what to do", () => {
  const wrong = sent.flatMap(({ status, streams }, i) => (status === "ok" ? [] : [[i, streams]]));
  const text = "error[E_SPEC] overrides.model.activaton: is not a known key\n  help: did you mean activation?\n";
  expect(wrong).toEqual([[cells.length - 1, text]]);
});

describe("as the last expression of a cell", () => {
  test.each(Object.entries(kinds))("a %s is one display with all its forms and no stream", (kind, [, says, drawn]) => {
    const { displays, streams } = sent[2 + Object.keys(kinds).indexOf(kind)];
    const { data } = displays[displays.length - 1];
    expect([displays.length, streams]).toEqual([1, ""]);
    const html = String(data["text/html"]);
    expect(html).toMatch(says);
    expect(html).not.toMatch(/<script|<style|<svg|https?:/);
    expect(String(data["text/plain"])).toMatch(/^\w.{10}/s);
    expect(String(data["text/plain"])).not.toMatch(/\u2063|undefined|NaN|\[object/);
    const pictures = [...html.matchAll(/src="data:image\/svg\+xml;base64,([^"]+)"/g)].map(([, text]) => atob(text));
    expect([pictures.length > 0, data["application/vnd.vegalite.v5+json"] !== undefined]).toEqual([drawn, drawn]);
    for (const picture of [...pictures, ...(drawn ? [String(data["image/svg+xml"])] : [])])
      expect(picture).toMatch(/^<svg [^>]*xmlns=.*<\/svg>$/s);
  });
});

test("Deno's kernel finds the same forms", () => {
  expect(sent.at(-2)?.streams).toBe("4 4 4 2 2\n");
});
