import { DataFrame } from "danfojs-node";
import fc from "fast-check";
import { expect, test } from "vitest";
import { datasetFromArrays } from "../../../sdk/dynamics/data/arrays.js";
import { datasetFromFrame } from "../../../sdk/dynamics/data/table.js";
import { toDataFrame } from "../../../sdk/fluent/data-frame.js";
import { dymad } from "../../../sdk/fluent/dymad.js";
import { oscillators } from "../../doors/_workplace.js";

const matrix = (rows: number, cols: number) =>
  fc.array(
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), { minLength: cols, maxLength: cols }),
    {
      minLength: rows,
      maxLength: rows,
    },
  );

test("a data set goes to a danfo DataFrame and comes back bit by bit", () => {
  const lengths = fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 1, maxLength: 3 });
  const drawn = lengths.chain((rows) =>
    fc.record({
      x: fc.tuple(...rows.map((n) => matrix(n, 2))),
      u: fc.tuple(...rows.map((n) => matrix(n, 1))),
      p: fc.tuple(...rows.map(() => fc.array(fc.double({ noNaN: true, min: -9, max: 9 }), { minLength: 2, maxLength: 2 }))),
    }),
  );
  fc.assert(
    fc.property(drawn, ({ x, u, p }) => {
      const dataset = datasetFromArrays({ x, u, p, dt: 0.5 });
      const frame = toDataFrame(dataset, DataFrame);
      expect(frame.columns).toEqual(["traj", "t", "x1", "x2", "u1", "p1", "p2"]);
      expect(datasetFromFrame(frame)).toEqual(dataset);
    }),
    { numRuns: 30 },
  );
});

test("a DataFrame is a source of data, and its frame the same again", async () => {
  const frame = toDataFrame(oscillators(), DataFrame);
  const plan = dymad.dataset(frame);
  expect(await plan.inspect()).toMatchObject({ n_trajectories: 4, n_steps: 64, state_dim: 2, control_dim: 0 });
  expect(toDataFrame(await plan.read(), DataFrame).values).toEqual(frame.values);
});

test("a result has the rows of its table; what is missing is NaN among numbers", async () => {
  const spec = { parameters: [{ name: "x", bounds: [0, 1] }], initial_budget: 3 } as const;
  const tuned = await dymad.tune(spec, ({ x }) => {
    if (x === 0) throw new Error("no value at 0");
    return x as number;
  });
  const frame = toDataFrame(tuned, DataFrame);
  expect(frame.shape).toEqual([3, 5]);
  expect(frame.column("x").values).toEqual([0.5, 1, 0]);
  expect(frame.column("metric").values).toEqual([0.5, 1, Number.NaN]);
  expect(frame.column("failure").values[2]).toBe("no value at 0");
  const rows = [[{ value: 1, uncertainty: 0.1 }], [{ value: 2, uncertainty: 0.2 }]];
  expect(toDataFrame({ columns: [{ title: "e", unit: "V" }], rows }, DataFrame).columns).toEqual(["e (V)", "e uncertainty"]);
  expect(toDataFrame(dymad.list("losses"), DataFrame).shape).toEqual([4, 2]);
});
