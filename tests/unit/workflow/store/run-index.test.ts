import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { newHandle } from "../../../../sdk/workflow/store/kinds.js";
import { RunIndex } from "../../../../sdk/workflow/store/run-index.js";

const folder = mkdtempSync(join(tmpdir(), "dymad-index-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fresh = (): string => mkdtempSync(join(folder, "s-"));

test("pages of any size are the runs, newest first, each once", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1e6), { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (seconds, limit) => {
      const index = new RunIndex(fresh());
      const runs = seconds.map((s) => {
        const run = { handle: newHandle("training_run"), place: `runs/${s}`, created_at: new Date(s * 1000).toISOString() };
        index.add(run);
        return run;
      });
      const seen = [];
      for (let after: string | null = null; ; ) {
        const { runs: page, next } = index.page(limit, after);
        expect(page.length).toBeLessThanOrEqual(limit);
        seen.push(...page);
        if (next === null) break;
        after = next;
      }
      expect(seen).toEqual([...runs].sort((a, b) => (a.created_at < b.created_at ? 1 : -1)));
      for (const run of runs) expect(index.find(run.handle)).toEqual(run);
    }),
    { numRuns: 20 },
  );
});

test("a run that was never added is not found, and a page begins only where one ended", () => {
  const index = new RunIndex(fresh());
  expect(index.page(5)).toEqual({ runs: [], next: null });
  expect(() => index.find("run_000000")).toThrow(expect.objectContaining({ code: "E_NOT_FOUND" }));
  expect(() => index.page(5, "run_000000")).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});
