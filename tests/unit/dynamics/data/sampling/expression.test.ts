import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExpression } from "../../../../../sdk/dynamics/data/sampling/expression.js";
import type { DymadError } from "../../../../../sdk/errors.js";
import { expectClose, f64 } from "../../../../tolerance.js";

const names = {
  variables: new Map([
    ["x", 0],
    ["y", 1],
  ]),
  constants: new Map([["k", 3]]),
};
const value = (text: string, x = 0, y = 0): number => parseExpression(text, names)([x, y]);

/** Random formulas in JavaScript's own syntax, fully parenthesised, so that the engine's evaluator is the judge. */
const formula = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("x", "y"),
    fc.double({ min: 0, max: 9, noNaN: true }).map((v) => `${Math.abs(v)}`),
    fc.tuple(tie("any"), fc.constantFrom("+", "-", "*", "/"), tie("any")).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie("any").map((a) => `(- ${a})`),
  ),
})).any;

test("arithmetic is that of the numbers themselves", () => {
  fc.assert(
    fc.property(formula, fc.double({ min: -9, max: 9, noNaN: true }), (text, x) => {
      expect(value(text, x, 2)).toEqual(new Function("x", "y", `return ${text}`)(x, 2));
    }),
  );
});

describe("precedence", () => {
  test("power before sign before product before sum, powers from the right, the others from the left", () => {
    const cases: [string, number][] = [
      ["-2^2", -4],
      ["2^-1", 0.5],
      ["2^3^2", 512],
      ["2**3", 8],
      ["2*3^2", 18],
      ["8/4/2", 1],
      ["8-4-2", 2],
      ["1+2*3", 7],
      ["-2*-3", 6],
      ["--2", 2],
      ["(1+2)*3", 9],
      ["x^2+1", 10],
      ["1e-3*1E3", 1],
      [".5+2.", 2.5],
      ["k*pi/pi", 3],
    ];
    expectClose(
      cases.map(([text]) => value(text, 3)),
      cases.map(([, expected]) => expected),
      f64,
    );
  });

  test("functions", () => {
    const text = "sin(x)+cos(x)+tan(x)+exp(x)+log(y)+sqrt(y)+abs(-y)+tanh(x)";
    const [x, y] = [0.3, 2];
    const sum = Math.sin(x) + Math.cos(x) + Math.tan(x) + Math.exp(x) + Math.log(y) + Math.sqrt(y) + y + Math.tanh(x);
    expectClose([value(text, x, y)], [sum], f64);
  });
});

test("mistakes are shown where they stand", () => {
  const cases: [string, number, RegExp][] = [
    ["x + * y", 5, /expected a number/],
    ["x +", 4, /found the end/],
    ["", 1, /found the end/],
    ["sin x", 5, /parentheses/],
    ["(x + y", 1, /not closed/],
    ["x y", 3, /expected an operator, found "y"/],
    ["x + z", 5, /"z" is not known/],
    ["x ? y", 3, /"\?" has no meaning/],
    ["x)", 2, /expected an operator/],
    ["constructor", 1, /not known/],
  ];
  for (const [text, column, message] of cases) {
    try {
      value(text);
      expect.unreachable(text);
    } catch (error) {
      expect([text, (error as DymadError).code, (error as DymadError).data]).toEqual([text, "E_SPEC", { column }]);
      expect((error as DymadError).message).toMatch(message);
    }
  }
});
