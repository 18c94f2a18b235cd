import { expect, test } from "vitest";
import { solveTable } from "../../../../sdk/workflow/app/solve-table.js";

const phase = (name: string, metrics: Record<string, number | null>) => ({
  name,
  kind: "linear_solve",
  started_epoch: 0,
  completed_epoch: 1,
  metrics,
});

test("solves have a row each, with what any of them tells", () => {
  const full = phase("solve", { linear_solve_loss: 1e-3, rank: 2, columns: 3, rows: 40, condition: 7 });
  const next = phase("again", { linear_solve_loss: 2e-3, rank: 3, columns: 3, rows: 80, earlier_pairs: 40 });
  expect(solveTable([full, phase("gradients", { train_total: 1 }), next])).toEqual({
    columns: ["phase", "rows", "of earlier runs", "columns", "rank", "condition", "misfit / rows"].map((title) => ({
      title,
    })),
    rows: [
      ["solve", 40, null, 3, 2, 7, 1e-3],
      ["again", 80, 40, 3, 3, null, 2e-3],
    ],
  });
  expect(solveTable([phase("gradients", { train_total: 1 })])).toBeNull();
  expect(solveTable([])).toBeNull();
});
