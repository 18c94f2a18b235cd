import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCells, type Sent } from "./_cells.js";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

const cells = [
  `import { dymad } from "dymad";\nimport "dymad/kernel";`,
  `const data = dymad.dataset("osc.npz");\ndata`,
  `const plan = data.train({ model: "lti", run: { name: "shown" } });\nplan`,
  `const run = await plan.run();`,
  `run`,
  `await run.evaluate()`,
  `dymad.dataset("osc.npz").train({ model: "lti", options: { koopman_dimension: -3, activaton: "tanh" } } as any)`,
  `let caught: unknown;\ntry { await dymad.dataset("osc.npz").train({ model: "kbff" as any }).compile(); } catch (error) { caught = error; }\ncaught`,
  `console.log("one", run);\n[run].length`,
  `import { inspect } from "node:util";\ninspect(run)`,
  `const long = data.train({ model: "lti", phases: [{ trainer: "Weak", n_epochs: 1000000, weak_form_params: { N: 13 } }] });
setTimeout(() => process.emit("SIGINT"), 1500);
const stopped = await long.run({ out: "stopped" });
console.log(stopped.status, typeof (await stopped.model()));`,
];

let sent: Sent[];
beforeAll(async () => {
  sent = await runCells(place.folder, cells);
}, 180_000);

describe("cells of a tslab kernel with the extension", () => {
  test("every cell runs", () => {
    expect(sent.map(({ status, streams }) => [status, status === "ok" ? "" : streams])).toEqual(cells.map(() => ["ok", ""]));
  });

  test.each([
    ["data", 1, /4 trajectories of 64 samples/, true],
    ["a plan", 2, /not run/, false],
    ["a run", 4, /SUCCEEDED/, true],
    ["an evaluation", 5, /rollout RMSE/, true],
    ["a wrong request that was not run", 6, /2 problems.*did you mean activation/s, false],
    ["an error", 7, /did you mean kbf/, false],
  ] as const)("%s as the last expression is one display with all its forms and no stream", (_, cell, html, charts) => {
    const { displays, streams } = sent[cell];
    expect([displays.length, streams]).toEqual([1, ""]);
    const { data } = displays[0];
    expect(String(data["text/html"])).toMatch(html);
    expect(String(data["text/html"])).not.toMatch(/<script|<style|https?:\/\/(?!www\.w3\.org)/);
    expect(String(data["text/plain"]).length).toBeGreaterThan(10);
    expect(String(data["text/plain"])).not.toContain("\u2063");
    const drawn = [
      data["application/vnd.vegalite.v5+json"] !== undefined,
      String(data["image/svg+xml"] ?? "").startsWith("<svg"),
    ];
    expect(drawn).toEqual([charts, charts]);
  });

  test("a training moves one display, and names its run at the end", () => {
    const { displays, streams } = sent[3];
    expect(streams).toBe("");
    expect(new Set(displays.map(({ id }) => id)).size).toBe(1);
    expect(displays.length).toBeGreaterThan(1);
    expect(displays.map(({ update }) => update)).toEqual(displays.map((_, i) => i > 0));
    expect(displays.at(-1)?.data["text/plain"]).toContain("SUCCEEDED");
    expect(displays.at(-1)?.data["text/html"]).toMatch(/alt="training loss and validation loss up to epoch \d+"/);
  });

  test("an interrupt of the kernel cancels the run, which keeps its model", () => {
    const { displays, streams } = sent[10];
    expect(streams).toBe("CANCELLED object\n");
    expect(displays.some(({ data }) => String(data["text/html"]).includes("Interrupted"))).toBe(true);
    expect(displays.at(-1)?.data["text/plain"]).toContain("CANCELLED");
  });

  test("a value printed among others, and one that is inspected, keeps its text", () => {
    expect(sent[8].streams).toMatch(/^one Run shown SUCCEEDED.*\n1\n$/);
    expect(sent[9].streams).toMatch(/Run shown SUCCEEDED/);
    expect([...sent[8].displays, ...sent[9].displays]).toEqual([]);
  });
});

test("dymad notebook --check says what is missing and what to type, and changes nothing", async () => {
  const { code, out } = await place.dymad(["notebook", "--check", "--json"], undefined, { PATH: "/nowhere" });
  const { parts } = JSON.parse(out).data as { parts: { name: string; ok: boolean; remedy: string | null }[] };
  expect(parts.map(({ name, ok }) => [name, ok])).toEqual([
    ["node", true],
    ["jupyter", false],
    ["tslab", true],
    ["dymad", true],
    ["kernel", false],
  ]);
  expect(parts[1].remedy).toBe("pip install jupyterlab");
  expect(code).toBe(4);
  const refused = await place.dymad(["notebook", "--no-open"], undefined, { PATH: "/nowhere" });
  expect([refused.code, refused.err]).toEqual([4, expect.stringContaining("pip install jupyterlab")]);
});
