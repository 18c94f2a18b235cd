import { cos, exp, log, pow, sin, tan, tanh } from "../../../numerics/elementary.js";
import { type FormulaFunction, readFormula } from "../formulas/grammar.js";

/** A formula made ready: takes the values of its variables, in the order in which they were declared. */
export type Expression = (values: ArrayLike<number>) => number;

/** What names mean in a formula: a place in the list of values, or a fixed number. */
export interface Names {
  readonly variables: ReadonlyMap<string, number>;
  readonly constants: ReadonlyMap<string, number>;
}

const functions: Readonly<Record<FormulaFunction, (x: number) => number>> = {
  sin,
  cos,
  tan,
  exp,
  log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  tanh,
};

/**
 * A formula as a function of numbers; the grammar is that of `readFormula`.
 *
 * @param text   the formula, such as "-sin(x1) + k*u"
 * @param names  the names it may use; `pi` is always known
 * @throws       E_SPEC with the column of the first mistake (from 1), as `data.column`
 * @example      parseExpression("2*x^2", { variables: new Map([["x", 0]]), constants: new Map() })([3]) // 18
 */
export function parseExpression(text: string, { variables, constants }: Names): Expression {
  const places = [...variables].map(([name, place]): [string, Expression] => [name, (v) => v[place]]);
  const fixed = [...constants].map(([name, value]): [string, Expression] => [name, () => value]);
  return readFormula<Expression>(text, {
    names: new Map([...fixed, ...places]),
    number: (value) => () => value,
    add: (a, b) => (v) => a(v) + b(v),
    sub: (a, b) => (v) => a(v) - b(v),
    mul: (a, b) => (v) => a(v) * b(v),
    div: (a, b) => (v) => a(v) / b(v),
    neg: (a) => (v) => -a(v),
    square: (a) => (v) => {
      const value = a(v);
      return value * value;
    },
    pow: (a, b) => (v) => pow(a(v), b(v)),
    call: (name, a) => {
      const fn = functions[name];
      return (v) => fn(a(v));
    },
  });
}
