import { describe, expect, test } from "vitest";
import { traceFormulas } from "../../../../../sdk/dynamics/data/formulas/traced-formulas.js";
import { parseExpression } from "../../../../../sdk/dynamics/data/sampling/expression.js";
import { inputsOf, readGraph, storeGraph } from "../../../../../sdk/numerics/engine/index.js";
import { compileReference } from "../../../../../sdk/numerics/engine/reference/compile.js";
import { expectClose, f64 } from "../../../../tolerance.js";

const rows = [
  "x2",
  "-9.81*sin(x1) + u",
  "2 - x1 + (3 - u1)*4",
  "x1^3 - x2^-2 + x1^0.5 + x2^1.7 + 2^x1 + x1^x2 + x1^5",
  "exp(-x1)/cos(x2) + tan(x1) + log(x2) + tanh(u) + abs(-x1) + sqrt(x2)",
  "1/x1 - (1 + 2)^2*pi + sin(2)^0",
  "x1^0 + x2**2",
];

describe("formulas as a graph", () => {
  const graph = traceFormulas(rows, { x: 2, u: 1, p: 0 });

  test("have the values of the same formulas as functions of numbers", () => {
    const names = {
      variables: new Map([
        ["x1", 0],
        ["x2", 1],
        ["u1", 2],
        ["u", 2],
      ]),
      constants: new Map<string, number>(),
    };
    for (const values of [
      [0.7, 1.9, -0.4],
      [2.3, 0.6, 1.1],
    ]) {
      const { y } = compileReference(graph).run({ x: values.slice(0, 2), u: values.slice(2) });
      expectClose(
        y,
        rows.map((row) => parseExpression(row, names)(values)),
        f64,
      );
    }
  });

  test("take only the inputs there are, and can be stored", () => {
    expect(inputsOf(graph)).toEqual([
      { name: "x", shape: [2] },
      { name: "u", shape: [1] },
    ]);
    expect(storeGraph(readGraph(storeGraph(graph)))).toEqual(storeGraph(graph));
  });

  test("say every row that cannot be read, with its place", () => {
    const broken = (): unknown => traceFormulas(["x1 +", "x1", "x3*2", "u1"], { x: 2 });
    expect(broken).toThrow(
      expect.objectContaining({
        code: "E_SPEC",
        issues: [
          expect.objectContaining({ path: [0] }),
          expect.objectContaining({ path: [2], hint: expect.stringContaining("x1, x2") }),
          expect.objectContaining({ path: [3] }),
        ],
      }),
    );
  });
});
