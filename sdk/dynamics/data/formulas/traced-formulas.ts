import { DymadError, type Issue } from "../../../errors.js";
import * as elementary from "../../../numerics/elementary.js";
import { concat, fill, type Graph, type Tensor, trace } from "../../../numerics/engine/index.js";
import { type Algebra, type FormulaFunction, readFormula } from "./grammar.js";

/** Largest whole exponent that is written out as products. */
const LARGEST_PRODUCT = 16;

/**
 * Formulas as a graph, one row of the output for each.
 *
 * @param rows  formulas in the grammar of `readFormula`
 * @param widths  inputs and how many columns each has: { x: 2, u: 1 } offers x1, x2 and u1 (and u, as there is but one)
 * @param others  further names for entries of the inputs: { stiffness: ["c", 0] } is the first entry of c
 * @returns     a graph with an input [width] for each width above 0, and the output `y`, shape [rows]
 * @throws      E_SPEC with every row that cannot be read, `path` its number; powers x^y with y no whole number are those of x > 0
 * @example     traceFormulas(["x2", "-sin(x1)"], { x: 2 }).outputs.length // 1
 */
export function traceFormulas(
  rows: readonly string[],
  widths: Readonly<Record<string, number>>,
  others: Readonly<Record<string, readonly [letter: string, index: number]>> = {},
): Graph {
  const some = Object.entries(widths).filter(([, width]) => width > 0);
  return trace(Object.fromEntries(some.map(([letter, width]) => [letter, [width]])), (inputs) => {
    const names = new Map<string, Value>();
    for (const [letter, width] of some) {
      for (let i = 0; i < width; i++) names.set(`${letter}${i + 1}`, inputs[letter].slice(0, i, 1));
      if (width === 1) names.set(letter, inputs[letter]);
    }
    for (const [name, [letter, index]] of Object.entries(others)) names.set(name, inputs[letter].slice(0, index, 1));
    const algebra = tensors(names);
    const issues: Issue[] = [];
    const like = Object.values(inputs)[0];
    const columns = rows.map((row, i): Tensor => {
      try {
        const value = readFormula(row, algebra);
        return typeof value === "number" ? fill(like, [1], value) : value;
      } catch (error) {
        if (!(error instanceof DymadError)) throw error;
        issues.push({ code: error.code, path: [i], message: error.message, hint: error.hint });
        return like.slice(0, 0, 1);
      }
    });
    if (issues.length > 0) throw DymadError.ofIssues(issues);
    return { y: concat(columns, 0) };
  });
}

/** A part of a formula: a number until a variable comes in, so that constants are computed once. */
type Value = number | Tensor;

function tensors(names: ReadonlyMap<string, Value>): Algebra<Value> {
  const either = (
    numbers: (a: number, b: number) => number,
    mixed: (a: Tensor, b: Value) => Tensor,
    turned: (a: number, b: Tensor) => Tensor,
  ) => {
    return (a: Value, b: Value): Value => {
      if (typeof a !== "number") return mixed(a, b);
      return typeof b === "number" ? numbers(a, b) : turned(a, b);
    };
  };
  const constant = (value: number, like: Tensor): Tensor => fill(like, [1], value);
  return {
    names,
    number: (value) => value,
    add: either(
      (a, b) => a + b,
      (a, b) => a.add(b),
      (a, b) => b.add(a),
    ),
    sub: either(
      (a, b) => a - b,
      (a, b) => a.sub(b),
      (a, b) => constant(a, b).sub(b),
    ),
    mul: either(
      (a, b) => a * b,
      (a, b) => a.mul(b),
      (a, b) => b.mul(a),
    ),
    div: either(
      (a, b) => a / b,
      (a, b) => a.div(b),
      (a, b) => constant(a, b).div(b),
    ),
    neg: (a) => (typeof a === "number" ? -a : a.neg()),
    square: (a) => (typeof a === "number" ? a * a : a.square()),
    pow: either(elementary.pow, power, (a, b) => b.mul(elementary.log(a)).exp()),
    call: (fn, a) => (typeof a === "number" ? onNumber[fn](a) : onTensor[fn](a)),
  };
}

const onNumber: Readonly<Record<FormulaFunction, (x: number) => number>> = {
  sin: elementary.sin,
  cos: elementary.cos,
  tan: elementary.tan,
  exp: elementary.exp,
  log: elementary.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  tanh: elementary.tanh,
};

const onTensor: Readonly<Record<FormulaFunction, (x: Tensor) => Tensor>> = {
  sin: (x) => x.sin(),
  cos: (x) => x.cos(),
  tan: (x) => x.sin().div(x.cos()),
  exp: (x) => x.exp(),
  log: (x) => x.log(),
  sqrt: (x) => x.sqrt(),
  abs: (x) => x.abs(),
  tanh: (x) => x.tanh(),
};

/** x^y: products for whole numbers, square roots for halves, else exp(y log x). */
function power(x: Tensor, y: Value): Tensor {
  if (typeof y !== "number") return x.log().mul(y).exp();
  if (y < 0) return power(x, -y).reciprocal();
  if (y === 0) return fill(x, [1], 1);
  if (y === 0.5) return x.sqrt();
  if (!Number.isInteger(y) || y > LARGEST_PRODUCT) return x.log().mul(y).exp();
  const half = y > 1 ? power(x, Math.floor(y / 2)).square() : x;
  return y > 1 && y % 2 === 1 ? half.mul(x) : half;
}
