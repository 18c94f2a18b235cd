import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { identityOfProcess } from "../../../../sdk/workflow/executor/process-identity.js";
import { QueuePlace } from "../../../../sdk/workflow/executor/run-queue.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dymad-queue-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const living = identityOfProcess(process.pid, "t");
const gone = { ...living, process_start: "another/1" };
const run = (second: number) => ({
  handle: `run_${String(second).padStart(6, "0")}`,
  created_at: new Date(1000 * second).toISOString(),
});

test("whatever order runs look and leave in, no more than the limit go on, and those that were made first go first", () => {
  const step = fc.record({ who: fc.nat(5), leaves: fc.boolean() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 25 }), (limit, steps) => {
      const queue = { place: mkdtempSync(join(root, "q-")), limit };
      const places = Array.from({ length: 6 }, (_, i) => new QueuePlace(queue, run(i), living));
      const waiting = new Set(places);
      const going = new Set<QueuePlace>();
      for (const { who, leaves } of steps) {
        const place = places[who];
        if (leaves && (waiting.delete(place) || going.delete(place))) place.leave();
        else if (waiting.has(place)) {
          const first = [...waiting][0] === place;
          expect(place.start()).toBe(first && going.size < limit);
          if (first && going.size < limit) {
            waiting.delete(place);
            going.add(place);
          }
        }
        expect(going.size).toBeLessThanOrEqual(limit);
      }
    }),
    { numRuns: 20 },
  );
});

test("the place of a process that has gone is free; one whose ticket was removed takes it again", () => {
  const queue = { place: join(root, "q"), limit: 1 };
  const lost = new QueuePlace(queue, run(1), gone);
  expect(lost.start()).toBe(true);
  const next = new QueuePlace(queue, run(2), living);
  expect(next.running).toBe(0);
  expect(next.start()).toBe(true);
  rmSync(queue.place, { recursive: true });
  next.touch();
  const last = new QueuePlace(queue, run(3), living);
  expect([last.running, last.start()]).toEqual([1, false]);
  next.leave();
  expect(last.start()).toBe(true);
  last.leave();
  expect(readdirSync(queue.place)).toEqual([]);
});
