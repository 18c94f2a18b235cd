import fc from "fast-check";
import { expect, test } from "vitest";
import { CheckpointRelay, SnapshotRelay } from "../../../../sdk/workflow/executor/checkpoint-relay.js";

test("the newest checkpoint is passed on, never more than twice a second, and never forgotten", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 50 }), (pauses) => {
      let time = 0;
      const sent: [number, number][] = [];
      const relay = new CheckpointRelay(
        (bytes) => sent.push([time, bytes[0]]),
        () => time,
      );
      pauses.forEach((pause, i) => {
        time += pause;
        relay.offer(Uint8Array.of(i));
      });
      expect(sent[0][1]).toBe(0);
      time += 500;
      relay.look();
      expect(sent.at(-1)?.[1]).toBe(pauses.length - 1);
      relay.look();
      for (let i = 1; i < sent.length; i++) expect(sent[i][0] - sent[i - 1][0]).toBeGreaterThanOrEqual(500);
      expect(new Set(sent.map(([, which]) => which)).size).toBe(sent.length);
    }),
  );
});

test("snapshots are made at most twice a second, and take a twentieth of the time at most", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ pause: fc.integer({ min: 1, max: 400 }), cost: fc.integer({ min: 0, max: 200 }) }), { minLength: 50 }),
      (offers) => {
        let time = 0;
        let spent = 0;
        const made: number[] = [];
        const relay = new SnapshotRelay(
          () => made.push(time),
          () => time,
        );
        for (const { pause, cost } of offers) {
          time += pause;
          const before = time;
          relay.offer(() => {
            time += cost;
            spent += cost;
            return Uint8Array.of(0);
          });
          if (time > before) expect(spent - cost).toBeLessThanOrEqual(0.05 * before + 1e-9);
        }
        for (let i = 1; i < made.length; i++) expect(made[i] - made[i - 1]).toBeGreaterThanOrEqual(300);
      },
    ),
  );
});
