import fc from "fast-check";
import { expect, test } from "vitest";
import type { TrainingEvent } from "../../../../sdk/dynamics/training/events.js";
import { EventSieve } from "../../../../sdk/workflow/executor/event-sieve.js";

const epoch = (n: number, epochs: number): TrainingEvent => ({
  kind: "epoch",
  phase: 0,
  phases: 1,
  name: "p",
  trainer: "NODE",
  epoch: n,
  epochs,
  total_epoch: n,
  train_total: 1,
  valid_total: 1,
  train: { dynamics: 1 },
  valid: { dynamics: 1 },
  best: null,
  learning_rate: 1e-3,
  steps_per_second: null,
  eta_seconds: null,
});

test("a short training is told whole", () => {
  const sieve = new EventSieve(() => 0);
  for (let n = 1; n <= 400; n++) expect(sieve.admits(epoch(n, 400))).toBe(true);
});

test("a fast one is told at a bounded pace, with its ends", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1000, max: 20_000 }), (perMillisecond, epochs) => {
      let time = 0;
      const sieve = new EventSieve(() => time);
      const passed: number[] = [];
      for (let n = 1; n <= epochs; n++) {
        time = n / perMillisecond;
        if (sieve.admits(epoch(n, epochs))) passed.push(n);
      }
      expect(passed.length).toBeLessThanOrEqual(500 + (50 * time) / 1000 + 2);
      expect([passed[0], passed.at(-1)]).toEqual([1, epochs]);
      expect(sieve.admits({ kind: "warning", message: "w" })).toBe(true);
    }),
    { numRuns: 20 },
  );
});
