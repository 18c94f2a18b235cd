import { describe, expect, test } from "vitest";
import { fitScaler } from "../../../../sdk/dynamics/transforms/scaler.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";

const column = (values: ArrayLike<number>): Matrix => new Matrix(values.length, 1, Float64Array.from(values));

describe("a column that is constant up to rounding keeps its scale", () => {
  for (const mode of ["std", "01"] as const) {
    test(`${mode}, for large constants too`, () => {
      const value = 1e6 / 3;
      const scaler = fitScaler(mode, [column(new Array<number>(1001).fill(value))]);
      expect(scaler.apply(column([value + 1])).get(0, 0)).toBeCloseTo(1, 6);
    });
  }
});

test("small units are scaled like any others", () => {
  const x = keyed(1).normal(500);
  for (const mode of ["std", "01", "-11"] as const) {
    const tiny = x.map((v) => v * 1e-15);
    expectClose(
      fitScaler(mode, [column(tiny)]).apply(column(tiny)).data,
      fitScaler(mode, [column(x)]).apply(column(x)).data,
      f64,
      mode,
    );
  }
});
