import { DymadError } from "../../../errors.js";

/** Functions that formulas know. */
export const formulaFunctions = ["sin", "cos", "tan", "exp", "log", "sqrt", "abs", "tanh"] as const;

export type FormulaFunction = (typeof formulaFunctions)[number];

const isFunction = (name: string): name is FormulaFunction => (formulaFunctions as readonly string[]).includes(name);

/** What the parts of a formula become: closures over numbers, tensors of a graph, or whatever else has these operations. */
export interface Algebra<T> {
  /** what each name means; `pi` is always known */
  readonly names: ReadonlyMap<string, T>;
  number(value: number): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  neg(a: T): T;
  /** a^2 written with the number 2 */
  square(a: T): T;
  pow(a: T, b: T): T;
  call(fn: FormulaFunction, a: T): T;
}

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
 * @param text     the formula, such as "-sin(x1) + k*u"
 * @param algebra  what its parts become
 * @throws         E_SPEC with the column of the first mistake (from 1), as `data.column`
 */
export function readFormula<T>(text: string, algebra: Algebra<T>): T {
  return new Parser(text, algebra).whole();
}

class Parser<T> {
  readonly #text: string;
  readonly #algebra: Algebra<T>;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string, algebra: Algebra<T>) {
    this.#text = text;
    this.#algebra = algebra;
    this.#tokens = this.#scan();
  }

  whole(): T {
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

  #sum(): T {
    let left = this.#product();
    for (let sign = this.#take("+", "-"); sign !== null; sign = this.#take("+", "-")) {
      const [a, b] = [left, this.#product()];
      left = this.#algebra[sign === "+" ? "add" : "sub"](a, b);
    }
    return left;
  }

  #product(): T {
    let left = this.#signed();
    for (let sign = this.#take("*", "/"); sign !== null; sign = this.#take("*", "/")) {
      const [a, b] = [left, this.#signed()];
      left = this.#algebra[sign === "*" ? "mul" : "div"](a, b);
    }
    return left;
  }

  #signed(): T {
    const sign = this.#take("+", "-");
    if (sign === null) return this.#power();
    const value = this.#signed();
    return sign === "-" ? this.#algebra.neg(value) : value;
  }

  #power(): T {
    const base = this.#atom();
    if (this.#take("^") === null) return base;
    const start = this.#next;
    const exponent = this.#signed();
    const squared = this.#next === start + 1 && Number(this.#tokens[start].text) === 2;
    return squared ? this.#algebra.square(base) : this.#algebra.pow(base, exponent);
  }

  #atom(): T {
    const token = this.#token;
    this.#next++;
    if (token.kind === "number") return this.#algebra.number(Number(token.text));
    if (token.kind === "name") return this.#named(token);
    if (token.text === "(") return this.#closed(token);
    throw this.#mistake(token, `expected a number, a name or "(", found ${token.kind === "end" ? "the end" : `"${token.text}"`}`);
  }

  #closed(opening: Token): T {
    const value = this.#sum();
    if (this.#take(")") === null) throw this.#mistake(opening, 'this "(" is not closed');
    return value;
  }

  #named(token: Token): T {
    const name = token.text;
    const value = this.#algebra.names.get(name) ?? (name === "pi" ? this.#algebra.number(Math.PI) : undefined);
    if (value !== undefined) return value;
    if (!isFunction(name)) {
      throw this.#mistake(token, `"${name}" is not known`, `known are ${this.#known().join(", ")}`);
    }
    const opening = this.#token;
    if (this.#take("(") === null) throw this.#mistake(opening, `the function ${name} needs its argument in parentheses`);
    return this.#algebra.call(name, this.#closed(opening));
  }

  #known(): string[] {
    return [...this.#algebra.names.keys(), "pi", ...formulaFunctions];
  }

  #mistake({ column }: { readonly column: number }, what: string, hint?: string): DymadError {
    const message = `column ${column} of "${this.#text}": ${what}`;
    return new DymadError("E_SPEC", message, { data: { column }, ...(hint === undefined ? {} : { hint }) });
  }
}
