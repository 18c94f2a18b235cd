import { expect, test } from "vitest";
import { Progress } from "../../cli/progress.js";
import type { TrainingEvent } from "../../sdk/dynamics/training/events.js";
import { progressLine } from "../../sdk/workflow/app/progress-line.js";

const epoch = (n: number): Extract<TrainingEvent, { kind: "epoch" }> => ({
  kind: "epoch",
  phase: 1,
  phases: 3,
  name: "refine",
  trainer: "NODE",
  epoch: n,
  epochs: 500,
  total_epoch: 400 + n,
  train_total: 3.12e-4,
  valid_total: 4e-4,
  train: { dynamics: 3.12e-4 },
  valid: { dynamics: 4e-4 },
  best: 2.9e-4,
  learning_rate: 1e-3,
  steps_per_second: 240,
  eta_seconds: (500 - n) / 40,
});

test("one line says where a training is, how well it does and how long it takes", () => {
  expect(progressLine("kbf", epoch(120))).toBe(
    "train kbf  phase 2/3 NODE  epoch 120/500 [##........] loss 3.1e-4 best 2.9e-4  240 steps/s  ETA 9.5 s",
  );
  expect(progressLine("kbf", { ...epoch(500), best: null, steps_per_second: 0.5 })).toBe(
    "train kbf  phase 2/3 NODE  epoch 500/500 [##########] loss 3.1e-4  0.5 steps/s",
  );
  expect(progressLine("kbf", { ...epoch(1), steps_per_second: null, eta_seconds: null })).not.toMatch(/steps|ETA/);
});

test("a terminal gets one rewritten line, a file gets lines, a program gets every event as JSON", () => {
  const written = (json: boolean, interactive: boolean): string => {
    let text = "";
    const progress = new Progress({ json, interactive, columns: 40, out: () => {}, err: (piece) => (text += piece) }, "kbf");
    progress.tell(epoch(1));
    progress.tell(epoch(2));
    progress.tell({ kind: "warning", message: "careful" });
    progress.end();
    return text;
  };
  expect(written(false, true)).toBe("\r\u001b[2Ktrain kbf  phase 2/3 NODE  epoch 1/500 \nwarning: careful\n");
  expect(written(false, false)).toBe(`${progressLine("kbf", epoch(1))}\nwarning: careful\n`);
  expect(
    written(true, false)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([epoch(1), epoch(2), { kind: "warning", message: "careful" }]);
});
