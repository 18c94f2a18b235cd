import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { Surroundings } from "../../cli/command.js";
import { commandsFor } from "../../cli/commands/all.js";
import { makeProgram } from "../../cli/program.js";
import { datasetToNpz } from "../../sdk/dynamics/data/archive.js";
import { codes } from "../../sdk/errors.js";
import { writeNpz } from "../../sdk/formats/npz.js";
import { models as known } from "../../sdk/workflow/registry/models.js";
import { config, oscillators, root, Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

const version = (JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as { version: string }).version;

/** The one document on stdout; anything beside it fails here. */
const document = (out: string) =>
  JSON.parse(out) as {
    ok: boolean;
    data: never;
    error: { code: string; path: unknown[]; hint: string; issues: { code: string; path: unknown[]; at?: { line: number } }[] };
  };

test("a training from the first word to the report", async () => {
  place.write("osc.yaml", config(10));
  const train = await place.dymad(["train", "osc.yaml", "--out", "runs/first"]);
  expect(train).toMatchObject({ code: 0 });
  const lines = train.out.trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(5);
  expect(lines[0]).toMatch(/^SUCCEEDED lti on .*osc\.npz, 10 epochs/);
  expect(lines[1]).toMatch(/^rollout RMSE \S+ on 1 validation trajectories \(persistence: /);
  expect(lines.at(-1)).toBe("next: dymad report runs/first");
  expect(train.err).toMatch(/train lti {2}phase 1\/1 Weak {2}epoch 10\/10 \[##########\] loss/);

  const status = await place.dymad(["status", "runs/first"]);
  expect(status).toMatchObject({ code: 0, err: "", out: expect.stringContaining("status: SUCCEEDED") });
  const handle = /training_run: (run_\w+)/.exec(status.out)?.[1] as string;
  expect((await place.typed(["status", "--run", handle])).out).toBe(status.out);

  const log = await place.dymad(["log", "runs/first", "--tail", "1"]);
  expect(log.out).toMatch(/^\S+ SUCCEEDED\n$/);
  expect(readFileSync(place.path("runs/first/training.log"), "utf8")).toContain(
    "computing on the processor (device: auto): wasm, float64",
  );
  const evaluation = await place.dymad(["eval", "runs/first", "--json"]);
  expect(document(evaluation.out)).toMatchObject({ ok: true, data: { evaluation: { on: "valid", metrics: { n_diverged: 0 } } } });
  const report = await place.dymad(["report", "runs/first"]);
  expect(report.out).toMatch(/report: runs\/first\/report\.html\n$/);
  expect(readFileSync(place.path("runs/first/report.html"), "utf8")).toContain("</html>");

  const again = await place.dymad(["train", "osc.yaml", "--out", "runs/first"]);
  expect(again).toMatchObject({
    code: codes.E_CONFLICT.exit,
    out: "",
    err: expect.stringMatching(/error\[E_CONFLICT\].*exists\n {2}help: .*--out/),
  });
});

test("data paths, test files and missing files are named as they are found from here", async () => {
  mkdirSync(place.path("configs"), { recursive: true });
  place.write("configs/here.yaml", config(3).replace("osc.npz", "../osc.npz"));
  const { out } = await place.typed(["train", "configs/here.yaml", "--out", "runs/here"]);
  expect(out).toMatch(/^SUCCEEDED lti on osc\.npz, /);
  await place.typed(["report", "runs/here"]);
  expect(readFileSync(place.path("runs/here/report.html"), "utf8")).not.toContain("../../osc.npz");

  place.write("narrow.csv", "traj,t,x1\n0,0,1\n0,1,2\n");
  place.write("damaged.npz", "not a zip");
  for (const file of ["narrow.csv", "damaged.npz", "absent.npz"]) {
    const { code, err } = await place.typed(["eval", "runs/here", "--test-data", file]);
    expect([code, err]).toEqual([expect.any(Number), expect.stringContaining(file)]);
    expect(code).not.toBe(0);
  }
  place.write("absent.yaml", config(3).replace("osc.npz", "absent.npz"));
  const absent = await place.typed(["train", "absent.yaml", "--out", "runs/absent"]);
  expect(absent).toMatchObject({
    code: codes.E_NOT_FOUND.exit,
    err: expect.stringMatching(/absent\.npz\n {2}at absent\.yaml:4:/),
  });
});

test("a run is reproduced bit for bit, or told not to be; runs are listed", async () => {
  place.write("own.npz", readFileSync(place.path("osc.npz")));
  place.write("own.yaml", config(5).replace("osc.npz", "own.npz"));
  await place.typed(["train", "own.yaml", "--out", "mine/one"]);
  const same = await place.typed(["reproduce", "mine/one"]);
  expect(same).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^equal {6}request [\s\S]*reproduced: the same bits\nrun: mine\/one-again\n$/),
  });
  expect((await place.typed(["reproduce", "mine/one"])).code).toBe(codes.E_CONFLICT.exit);

  place.write("own.npz", writeNpz(datasetToNpz(oscillators(4, 50))));
  const other = await place.typed(["reproduce", "mine/one", "--out", "mine/two", "--json"]);
  expect(other.code).toBe(1);
  const { equal, comparisons } = document(other.out).data as { equal: boolean; comparisons: { what: string; equal: boolean }[] };
  expect([equal, comparisons.filter((one) => !one.equal).map(({ what }) => what)]).toEqual([
    false,
    ["request", "data.train", "checkpoint"],
  ]);

  mkdirSync(place.path("mine/broken"));
  place.write("mine/broken/dymad-run.json", "{");
  const { runs } = document((await place.typed(["list", "mine", "--json"])).out).data as {
    runs: { run_dir: string; status: string | null }[];
  };
  expect(runs.map(({ run_dir, status }) => `${run_dir} ${status}`).sort()).toEqual([
    "mine/broken null",
    "mine/one SUCCEEDED",
    "mine/one-again SUCCEEDED",
    "mine/two SUCCEEDED",
  ]);
  expect((await place.typed(["list", "mine"])).out).toMatch(/mine\/one +lti +SUCCEEDED/);
});

test("a run that was moved away from its data is reproduced when it is told where they are", async () => {
  place.write("near.yaml", config(2));
  await place.typed(["train", "near.yaml", "--out", "near"]);
  mkdirSync(place.path("far/away"), { recursive: true });
  renameSync(place.path("near"), place.path("far/away/one"));
  const lost = await place.typed(["reproduce", "far/away/one", "--out", "far/again"]);
  expect([lost.code, lost.err]).toEqual([codes.E_NOT_FOUND.exit, expect.stringContaining("--data train=FILE")]);
  const found = await place.typed(["reproduce", "far/away/one", "--out", "far/again", "--data", "train=osc.npz"]);
  expect([found.code, found.out]).toEqual([0, expect.stringContaining("reproduced: the same bits")]);
  expect((await place.typed(["reproduce", "far/away/one", "--out", "x", "--data", "train=osc.npz", "test=osc.npz"])).code).toBe(
    2,
  );
});

test("a config to start from is valid as it is printed", async () => {
  for (const model of ["kbf", "ldm", "lti"]) {
    const { out } = await place.typed(["config", "init", "--model", model, "--data", "osc.npz"]);
    expect(out).toContain("4 trajectories of 64 samples, 2 states, 0 controls");
    place.write("init.yaml", out);
    expect((await place.typed(["config", "validate", "init.yaml"])).out).toMatch(/^valid\n/);
    place.write("init.yaml", out.replace(/^# ( *(?:overrides|model|phases|- ))/gm, "$1"));
    expect((await place.typed(["config", "validate", "init.yaml"])).out).toMatch(/^valid\n/);
  }
});

test("--json: one document on stdout, progress as JSON lines on stderr", async () => {
  place.write("osc.yaml", config(3));
  const { code, out, err } = await place.dymad(["train", "osc.yaml", "--out", "runs/json", "--json"]);
  expect(code).toBe(0);
  expect(document(out)).toMatchObject({ ok: true, data: { training_run: { status: "SUCCEEDED" }, evaluation: { on: "valid" } } });
  const events = err
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string });
  expect(events.filter(({ kind }) => kind === "epoch")).toHaveLength(3);
});

test("a detached run goes on by itself; its log can be followed and the run cancelled", async () => {
  place.write("long.yaml", config(10_000_000));
  const started = await place.dymad(["train", "long.yaml", "--out", "runs/long", "--detach"]);
  expect(started.out).toMatch(/^started: run_\w+\nrun: runs\/long\n/);
  expect((await place.typed(["eval", "runs/long"])).code).toBe(codes.E_CONFLICT.exit);
  const following = place.dymad(["log", "runs/long", "--follow"]);
  while (!existsSync(place.path("runs/long/checkpoint.dymad"))) await new Promise((done) => setTimeout(done, 50));
  const running = await place.typed(["status", "runs/long"]);
  expect(running.out).toMatch(/status: RUNNING\nphase: 1\/1 Weak.*\nepoch: \d+\/10000000\nloss: .*\n(best: .*\n)?elapsed: /);
  expect(document((await place.typed(["status", "runs/long", "--json"])).out)).toMatchObject({
    data: { progress: { phase: 1, epochs: 10_000_000, loss: expect.any(Number), elapsed_seconds: expect.any(Number) } },
  });
  expect((await place.dymad(["cancel", "runs/long"])).code).toBe(0);
  const followed = await following;
  expect(followed.code).toBe(codes.E_CANCELLED.exit);
  expect(followed.out).toMatch(/ CANCELLED\n$/);
  expect(followed.out).toBe(readFileSync(place.path("runs/long/training.log"), "utf8"));
  expect((await place.typed(["status", "runs/long"])).code).toBe(0);
  expect((await place.typed(["status", "runs/long", "--exit-status"])).code).toBe(codes.E_CANCELLED.exit);
});

test("Ctrl-C cancels a training that is waited for, and exits 130", async () => {
  place.write("long.yaml", config(10_000_000));
  const { code, out } = await place.dymad(["train", "long.yaml", "--out", "runs/interrupted"], async (pid) => {
    while (!existsSync(place.path("runs/interrupted/checkpoint.dymad"))) await new Promise((done) => setTimeout(done, 50));
    process.kill(pid, "SIGINT");
  });
  expect(code).toBe(130);
  expect(out).toMatch(/^CANCELLED lti/);
});

test("Ctrl-C in the quick start exits 130", async () => {
  const { code, err } = await place.dymad(["quickstart", "--out", "runs/stopped"], async (pid) => {
    while (!existsSync(place.path("runs/stopped/dymad-run.json"))) await new Promise((done) => setTimeout(done, 20));
    process.kill(pid, "SIGINT");
  });
  expect(code).toBe(130);
  expect(err).toContain("error[E_CANCELLED]");
});

test("what is to be typed next can be typed; a place that cannot be written is told", async () => {
  place.write("osc.yaml", config(3));
  const { out } = await place.typed(["train", "osc.yaml", "--out", "runs/two words"]);
  expect(out).toMatch(/next: dymad report 'runs\/two words'\n$/);
  const below = await place.typed(["train", "osc.yaml", "--out", "osc.yaml/run"]);
  expect(below).toMatchObject({
    code: codes.E_WRITE.exit,
    err: expect.stringMatching(/error\[E_WRITE\] cannot write in .*osc\.yaml \(ENOTDIR\)\n {2}help: .*--out/),
  });
});

test("a training that diverges is told, with what to do; its report is written all the same", async () => {
  place.write("wild.yaml", config(200).replace("n_epochs: 200", "n_epochs: 200, learning_rate: 1.0e+300"));
  const { code, out } = await place.typed(["train", "wild.yaml", "--out", "runs/wild"]);
  expect(code).toBe(codes.E_DIVERGED.exit);
  expect(out).toMatch(/^FAILED lti[\s\S]*error\[E_DIVERGED\] .*\n {2}help: .*\nrun: runs\/wild\nnext: dymad log runs\/wild\n$/);
  expect((await place.typed(["report", "runs/wild"])).code).toBe(0);
  expect(readFileSync(place.path("runs/wild/report.html"), "utf8")).toContain("E_DIVERGED");
});

test("every problem of a config with its line, numbered", async () => {
  place.write("bad.yaml", config(-5, "run: { sed: 1 }\n").replace("model_key: lti", "model_key: ltii"));
  const { code, out, err } = await place.typed(["config", "validate", "bad.yaml"]);
  expect([code, out]).toEqual([codes.E_SPEC.exit, ""]);
  expect(err).toContain("1. error[E_SPEC] model_key:");
  expect(err).toContain("at bad.yaml:2:1");
  expect(err).toContain("error[E_SPEC] run.sed: is not a known key\n     at bad.yaml:10:8\n     help: did you mean seed?");
  place.write("bad.yaml", config(-5));
  expect((await place.typed(["train", "bad.yaml", "--out", "runs/bad"])).err).toBe(
    "error[E_SPEC] overrides.phases[0].n_epochs: must be a positive integer, got -5\n  at bad.yaml:9:24\n",
  );
  expect(existsSync(place.path("runs/bad"))).toBe(false);
});

test("a valid config is told so, with its hash; the schema knows every section", async () => {
  place.write("osc.yaml", config(10));
  const { out } = await place.typed(["config", "validate", "osc.yaml"]);
  expect(out).toMatch(/^valid\nmodel: lti \(continuous\)\nprofile: lti-regular-default\n/);
  expect(out).toMatch(/hash: [0-9a-f]{64}\n$/);
  const schema = JSON.parse((await place.typed(["config", "schema"])).out) as { properties: Record<string, unknown> };
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(["model_key", "data", "overrides", "split", "run", "evaluation"]),
  );
});

test("data are sampled and looked at", async () => {
  place.write(
    "decay.yaml",
    'system: { states: 1, rhs: ["-x"] }\nx0: { kind: uniform, params: { bounds: [1, 2] } }\ntime: { stop: 1, n: 11 }\nbatch: 3\n',
  );
  expect((await place.typed(["sample", "decay.yaml", "--out", "decay.npz", "--seed", "7"])).out).toBe(
    "wrote decay.npz: 3 trajectories of 11 samples, seed 7\n",
  );
  expect((await place.typed(["sample", "decay.yaml", "--out", "decay.npz"])).code).toBe(codes.E_CONFLICT.exit);
  const { out } = await place.typed(["inspect", "decay.npz"]);
  expect(out).toMatch(/^decay\.npz: 3 trajectories of 11 samples\nstates 1, controls 0, parameters 0\n/);
  place.write("decay.yaml", 'system: { states: 1, rhs: ["-x +"] }\nx0: [1]\ntime: { stop: 1, n: 11 }\n');
  expect((await place.typed(["sample", "decay.yaml", "--out", "other.npz"])).err).toMatch(
    /error\[E_SPEC\] .*\n {2}at decay\.yaml:1:/,
  );
});

test("what can be named is listed; a mistyped word is answered with the nearest", async () => {
  const started = [["trian"], ["status", "--json", "--nothing"], ["--version"]];
  const [command, json, shown] = await Promise.all(started.map((words) => place.dymad(words)));
  const models = await place.typed(["registry", "list", "models"]);
  const kind = await place.typed(["registry", "list", "model"]);
  const option = await place.typed(["train", "--detatch", "x"]);
  const none = await place.typed(["train"]);
  const help = await place.typed(["train", "--help"]);
  expect(models.out.split("\n").map((line) => line.split("\t")[0])).toEqual([...known.map(({ key }) => key), ""]);
  expect(kind).toMatchObject({ code: 2, err: expect.stringContaining("did you mean models?") });
  expect(command).toMatchObject({ code: 2, err: expect.stringContaining("Did you mean train?") });
  expect(option).toMatchObject({ code: 2, err: expect.stringContaining("--detach") });
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining("config file is missing") });
  expect(document(json.out)).toMatchObject({ ok: false, error: { code: "E_USAGE" } });
  expect(json.err).toBe("");
  expect(shown).toMatchObject({ code: 0, out: `${version}\n` });
  expect(help.out).toContain("Examples:");
});

test("runs that are none, and damaged manifests", async () => {
  expect((await place.typed(["status", "nowhere"])).code).toBe(codes.E_NOT_FOUND.exit);
  expect((await place.typed(["status", "run_abcdef123456"])).code).toBe(codes.E_NOT_FOUND.exit);
  mkdirSync(place.path("broken"));
  expect((await place.typed(["status", "broken"])).code).toBe(codes.E_NOT_FOUND.exit);
  place.write("broken/dymad-run.json", '{"schema_ver');
  expect(await place.typed(["status", "broken"])).toMatchObject({
    code: codes.E_FORMAT.exit,
    err: expect.stringContaining("dymad-run.json"),
  });
});

test("a run is verified, compared, and exported as a config that trains it again", async () => {
  place.write("kept.npz", readFileSync(place.path("osc.npz")));
  place.write("kept.yaml", config(4).replace("osc.npz", "kept.npz"));
  await place.typed(["train", "kept.yaml", "--out", "kept/one"]);
  expect(await place.typed(["verify", "kept/one"])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^as recorded: \d+ checks\n$/),
  });

  const exported = await place.typed(["export", "kept/one", "--out", "kept/again.yaml"]);
  expect(exported).toMatchObject({ code: 0, out: "wrote kept/again.yaml\n" });
  expect((await place.typed(["export", "kept/one", "--out", "kept/again.yaml"])).code).toBe(codes.E_CONFLICT.exit);
  expect((await place.typed(["train", "kept/again.yaml", "--out", "kept/two"])).code).toBe(0);
  const same = await place.typed(["diff", "kept/one", "kept/two"]);
  expect(same.out).toBe("the same request, the same checkpoint\n");

  place.write("kept.yaml", config(5).replace("osc.npz", "kept.npz"));
  await place.typed(["train", "kept.yaml", "--out", "kept/three"]);
  const { same_request, differences } = document((await place.typed(["diff", "kept/one", "kept/three", "--json"])).out).data as {
    same_request: boolean;
    differences: { what: string; first: unknown; second: unknown }[];
  };
  expect(same_request).toBe(false);
  expect(differences).toContainEqual({ what: "config.phases.0.n_epochs", first: 4, second: 5 });

  place.write("kept.npz", writeNpz(datasetToNpz(oscillators(4, 50))));
  place.write("kept/one/history.json", "{}");
  const changed = await place.typed(["verify", "kept/one"]);
  expect(changed.code).toBe(1);
  for (const what of ["data.train", "artifact history.json", "request"])
    expect(changed.out).toContain(`not as recorded  ${what}: `);
});

test("--dry-run trains nothing; --force replaces a run that has ended, and nothing else", async () => {
  place.write("osc.yaml", config(3));
  const dry = await place.typed(["train", "osc.yaml", "--out", "forced", "--dry-run"]);
  expect([dry.code, dry.out, existsSync(place.path("forced"))]).toEqual([
    0,
    expect.stringMatching(/^valid\n[\s\S]*run_name: forced/),
    false,
  ]);
  await place.typed(["train", "osc.yaml", "--out", "forced"]);
  place.write("bad.yaml", config(-1));
  expect((await place.typed(["train", "bad.yaml", "--out", "forced", "--force"])).code).toBe(codes.E_SPEC.exit);
  expect(existsSync(place.path("forced/checkpoint.dymad"))).toBe(true);
  expect(await place.typed(["train", "osc.yaml", "--out", "forced", "--force"])).toMatchObject({ code: 0 });
  mkdirSync(place.path("precious"));
  place.write("precious/thesis.txt", "years of work");
  expect((await place.typed(["train", "osc.yaml", "--out", "precious", "--force"])).code).toBe(codes.E_CONFLICT.exit);
  expect(readFileSync(place.path("precious/thesis.txt"), "utf8")).toBe("years of work");
});

test("a word loads the file whose command it is, and every command is found by its words", async () => {
  const programOf = async (word?: string): Promise<string[]> => {
    const program = makeProgram("0", {} as Surroundings, await commandsFor(word));
    return program.commands.flatMap((command) => [command.name(), ...command.aliases()]);
  };
  const all = await programOf();
  expect(await programOf("--version")).toEqual([]);
  expect(await programOf("completion")).toEqual(all);
  for (const word of all.filter((one) => one !== "completion")) {
    const own = await programOf(word);
    expect(own).toContain(word);
    expect(own.length).toBeLessThan(5);
  }
});

test("shells complete the words there are", async () => {
  place.write("osc.yaml", config(3));
  const { out } = await place.typed(["completion", "bash"]);
  place.write(
    "complete.bash",
    `${out}\nCOMP_WORDS=(dymad "$@"); COMP_CWORD=$(( $# )); _dymad; printf '%s\\n' "\${COMPREPLY[@]}"\n`,
  );
  const typed = (...words: string[]): string[] =>
    execFileSync("bash", ["complete.bash", ...words], { cwd: place.folder, encoding: "utf8" })
      .trimEnd()
      .split("\n");
  expect(typed("tra")).toEqual(["train"]);
  expect(typed("train", "--det")).toEqual(["--detach"]);
  expect(typed("config", "val")).toEqual(["validate"]);
  expect(typed("train", "osc.y")).toEqual(["osc.yaml"]);
  expect((await place.typed(["completion", "fish"])).out).toContain("-a validate");
  expect((await place.typed(["completion", "tcsh"])).code).toBe(codes.E_USAGE.exit);
});
