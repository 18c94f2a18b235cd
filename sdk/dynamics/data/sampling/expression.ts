import { DymadError } from "../../../errors.js";
import { cos, exp, log, pow, sin, tan, tanh } from "../../../numerics/elementary.js";

/** A formula made ready: takes the values of its variables, in the order in which they were declared. */
export type Expression = (values: ArrayLike<number>) => number;

/** What names mean in a formula: a place in the list of values, or a fixed number. */
export interface Names {
  readonly variables: ReadonlyMap<string, number>;
  readonly constants: ReadonlyMap<string, number>;
}

const functions: Readonly<Record<string, (x: number) => number>> = {
  sin,
  cos,
  tan,
  exp,
  log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  tanh,
};

interface Token {
  readonly kind: "number" | "name" | "sign" | "end";
  readonly text: string;
  /** counted from 1 */
  readonly column: number;
}

/**
 * Reads a formula of numbers, names, `+ - * / ^`, parentheses and the functions sin cos tan exp log sqrt abs tanh.
 * `^` (or `**`) binds tightest and to the right, then the sign, then `* /`, then `+ -`: -x^2 is -(x^2).
 *
 * @param text   the formula, such as "-sin(x1) + k*u"
 * @param names  the names it may use; `pi` is always known
 * @throws       E_SPEC with the column of the first mistake (from 1), as `data.column`
 * @example      parseExpression("2*x^2", { variables: new Map([["x", 0]]), constants: new Map() })([3]) // 18
 */
export function parseExpression(text: string, names: Names): Expression {
  return new Parser(text, names).whole();
}

class Parser {
  readonly #text: string;
  readonly #names: Names;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string, names: Names) {
    this.#text = text;
    this.#names = names;
    this.#tokens = this.#scan();
  }

  whole(): Expression {
    const value = this.#sum();
    if (this.#token.kind !== "end") throw this.#mistake(this.#token, `expected an operator, found "${this.#token.text}"`);
    return value;
  }

  #scan(): Token[] {
    const tokens: Token[] = [];
    const pattern = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*{2}|[-+*/^()])|(\S))/y;
    for (let match = pattern.exec(this.#text); match !== null; match = pattern.exec(this.#text)) {
      const [whole, number, name, sign, other] = match;
      const part = number ?? name ?? sign ?? other;
      const column = match.index + whole.length - part.length + 1;
      if (other !== undefined) throw this.#mistake({ column }, `"${other}" has no meaning in a formula`);
      tokens.push({
        kind: number !== undefined ? "number" : name !== undefined ? "name" : "sign",
        text: sign?.length === 2 ? "^" : part,
        column,
      });
    }
    tokens.push({ kind: "end", text: "the end", column: this.#text.length + 1 });
    return tokens;
  }

  get #token(): Token {
    return this.#tokens[this.#next];
  }

  /** Steps over the token when it is one of these signs. */
  #take(...signs: string[]): string | null {
    const { kind, text } = this.#token;
    if (kind !== "sign" || !signs.includes(text)) return null;
    this.#next++;
    return text;
  }

  #sum(): Expression {
    let left = this.#product();
    for (let sign = this.#take("+", "-"); sign !== null; sign = this.#take("+", "-")) {
      const [a, b] = [left, this.#product()];
      left = sign === "+" ? (v) => a(v) + b(v) : (v) => a(v) - b(v);
    }
    return left;
  }

  #product(): Expression {
    let left = this.#signed();
    for (let sign = this.#take("*", "/"); sign !== null; sign = this.#take("*", "/")) {
      const [a, b] = [left, this.#signed()];
      left = sign === "*" ? (v) => a(v) * b(v) : (v) => a(v) / b(v);
    }
    return left;
  }

  #signed(): Expression {
    const sign = this.#take("+", "-");
    if (sign === null) return this.#power();
    const value = this.#signed();
    return sign === "-" ? (v) => -value(v) : value;
  }

  #power(): Expression {
    const base = this.#atom();
    if (this.#take("^") === null) return base;
    const start = this.#next;
    const exponent = this.#signed();
    const squared = this.#next === start + 1 && Number(this.#tokens[start].text) === 2;
    if (!squared) return (v) => pow(base(v), exponent(v));
    return (v) => {
      const value = base(v);
      return value * value;
    };
  }

  #atom(): Expression {
    const token = this.#token;
    this.#next++;
    if (token.kind === "number") {
      const value = Number(token.text);
      return () => value;
    }
    if (token.kind === "name") return this.#named(token);
    if (token.text === "(") return this.#closed(token);
    throw this.#mistake(token, `expected a number, a name or "(", found ${token.kind === "end" ? "the end" : `"${token.text}"`}`);
  }

  #closed(opening: Token): Expression {
    const value = this.#sum();
    if (this.#take(")") === null) throw this.#mistake(opening, 'this "(" is not closed');
    return value;
  }

  #named(token: Token): Expression {
    const name = token.text;
    const place = this.#names.variables.get(name);
    if (place !== undefined) return (v) => v[place];
    const constant = this.#names.constants.get(name) ?? (name === "pi" ? Math.PI : undefined);
    if (constant !== undefined) return () => constant;
    if (!Object.hasOwn(functions, name)) {
      throw this.#mistake(token, `"${name}" is not known`, `known are ${this.#known().join(", ")}`);
    }
    const opening = this.#token;
    if (this.#take("(") === null) throw this.#mistake(opening, `the function ${name} needs its argument in parentheses`);
    const argument = this.#closed(opening);
    const fn = functions[name];
    return (v) => fn(argument(v));
  }

  #known(): string[] {
    return [...this.#names.variables.keys(), ...this.#names.constants.keys(), "pi", ...Object.keys(functions)];
  }

  #mistake({ column }: { readonly column: number }, what: string, hint?: string): DymadError {
    const message = `column ${column} of "${this.#text}": ${what}`;
    return new DymadError("E_SPEC", message, { data: { column }, ...(hint === undefined ? {} : { hint }) });
  }
}
