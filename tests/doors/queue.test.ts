import { afterAll, expect, test } from "vitest";
import { cancel, logOf, openRun, statusOf } from "../../sdk/workflow/app/runs.js";
import { resumeTraining } from "../../sdk/workflow/app/train.js";
import type { TrainingRunRecord } from "../../sdk/workflow/facade/records.js";
import { McpClient } from "./_mcp.js";
import { config, Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());
const forever = 10_000_000;

const folder = (run: string) => openRun(place.path(run));
const record = (run: string): TrainingRunRecord => statusOf(folder(run)).training_run;

async function until(run: string, wanted: string): Promise<TrainingRunRecord> {
  for (const end = Date.now() + 40_000; Date.now() < end; ) {
    const found = record(run);
    if (found.status === wanted) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`${run} does not become ${wanted}: ${JSON.stringify(record(run))}`);
}

test("detached runs wait for their turn, which comes when the one before was killed; one that waits can be cancelled", async () => {
  place.write("osc.yaml", config(forever));
  const start = (name: string) => place.dymad(["train", "osc.yaml", "--out", name, "--detach", "--max-runs", "1"]);
  expect((await start("first")).code).toBe(0);
  const { worker } = await until("first", "RUNNING");
  for (const name of ["second", "third"]) expect((await start(name)).code).toBe(0);
  expect(record("second")).toMatchObject({ status: "QUEUED", started_at: null });
  while (!logOf(folder("second")).text.includes("waiting")) await new Promise((done) => setTimeout(done, 50));
  expect(logOf(folder("second")).text).toContain("waiting for its turn: 1 other run goes on");
  process.kill(worker?.pid as number, "SIGKILL");
  await until("second", "RUNNING");
  expect(record("first").status).toBe("FAILED");
  cancel(folder("third"));
  await until("third", "CANCELLED");
  // a run that was cancelled before its turn goes on like any other
  await resumeTraining(folder("third"), { limit: 1 });
  expect(record("third").status).toBe("QUEUED");
  cancel(folder("second"));
  await until("third", "RUNNING");
  cancel(folder("third"));
  await until("third", "CANCELLED");
});

test("a run that waits outlives the server that started it", async () => {
  const mcp = await McpClient.stdio(place, ["--mode", "developer", "--max-runs", "1"]);
  const { summary } = await mcp.data("register_dataset_file", { path: "osc.npz" });
  const order = (epochs: number, run_dir: string) => ({
    train_dataset_handle: summary.handle,
    model_ref: "lti",
    config: { phases: [{ trainer: "Weak", n_epochs: epochs, weak_form_params: { N: 13 } }] },
    run_dir,
  });
  const first = await mcp.data("start_model_training", order(forever, "runs/long"));
  await until("runs/long", "RUNNING");
  const second = await mcp.data("start_model_training", order(1, "runs/short"));
  expect(second.training_run.status).toBe("QUEUED");
  await mcp.close();
  expect(record("runs/short").status).toBe("QUEUED");
  const other = await McpClient.stdio(place);
  await other.data("cancel_training_run", { training_run_handle: first.summary.handle });
  const ended = await other.data("describe_training_run", { training_run_handle: second.summary.handle, wait_ms: 30_000 });
  expect(ended.training_run.status).toBe("SUCCEEDED");
  await other.close();
});
