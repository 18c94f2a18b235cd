import { DataFrame } from "danfojs-node";
import { expect, test } from "vitest";
import { datasetFromFrame } from "../../../../sdk/dynamics/data/table.js";

test("a danfo DataFrame is read by the grammar of csv files", () => {
  const frame = new DataFrame({
    traj: [0, 0, 1, 1],
    t: [0, 0.5, 0, 0.5],
    x1: [1, 2, 3, 4],
    u1: [0, 1, 0, 1],
    note: ["a", "b", "c", "d"],
  });
  const { trajectories, names } = datasetFromFrame(frame);
  expect(names).toEqual({ x: ["x1"], u: ["u1"] });
  expect(trajectories.map(({ t, x, u }) => [[...t], [...x.data], [...(u?.data ?? [])]])).toEqual([
    [
      [0, 0.5],
      [1, 2],
      [0, 1],
    ],
    [
      [0, 0.5],
      [3, 4],
      [0, 1],
    ],
  ]);
});

test("a column that is named but not there is refused with the names that are", () => {
  const frame = new DataFrame({ t: [0, 1], height: [1, 2] });
  expect(() => datasetFromFrame(frame, { columns: { t: "t", x: ["heigth"] } })).toThrow(/heigth/);
});
