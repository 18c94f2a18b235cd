import { DymadError } from "../../../errors.js";
import type { GraphFields } from "../graphs/fields.js";
import { graphFields } from "../graphs/steps.js";
import { type Expression, type Names, parseExpression } from "./expression.js";
import { type Path, type Reader, rules, show } from "./reader.js";

/** Equations in words: dx/dt = rhs(t, x, u, p), and what is observed. */
export interface SystemSpec {
  /** number of states n */
  readonly states: number;
  /** number of controls m, default 0 */
  readonly inputs?: number;
  /** number of sampled parameters q; default 0, or what `p` and the formulas use */
  readonly parameters?: number;
  /** fixed numbers by name */
  readonly params?: Readonly<Record<string, number>>;
  /** n formulas of t, x1.., u1.., p1.., the names in `params`, and pi */
  readonly rhs: readonly (string | number)[];
  /** formulas of what is recorded as x; the states when absent */
  readonly observations?: readonly (string | number)[];
  /** a graph whose nodes the states belong to; with `copies` each node is a copy of this system, with the same x0 and control */
  readonly graph?: SystemGraph;
  /** for models with a known part; the sampler does not read it */
  readonly known_part?: unknown;
}

/** The graph of a system: its edges, in the words of `datasetFromArrays`. */
export interface SystemGraph extends GraphFields {
  /** default false: the formulas are those of all nodes, whose states and controls stand node after node */
  readonly copies?: boolean;
}

/** A system ready to be evaluated. `values` are t, then the n states, m controls and q parameters. */
export interface System {
  readonly states: number;
  readonly inputs: number;
  readonly parameters: number;
  readonly rhs: readonly Expression[];
  readonly observations: readonly Expression[] | null;
  readonly graph: SystemGraph | null;
}

const keys = ["states", "inputs", "parameters", "params", "rhs", "observations", "known_part", "graph"];

/** Reads a system; what is wrong goes to the reader. */
export function readSystem(value: unknown, reader: Reader): System {
  const path: Path = ["system"];
  const from = reader.record(value, path, keys);
  const states = reader.number(from, "states", path, rules.count);
  const inputs = reader.number(from, "inputs", path, rules.index, 0);
  const formulas = [from.rhs, from.observations].flatMap((list) => (Array.isArray(list) ? list : []));
  const parameters = reader.number(from, "parameters", path, rules.index, highestParameter(formulas));
  const names: Names = { variables: variablesOf(states, inputs, parameters), constants: constantsOf(from.params, reader) };
  for (const name of names.constants.keys()) {
    if (names.variables.has(name))
      reader.complain([...path, "params", name], "is already the name of a variable", "choose another name");
  }

  const rhs = readFormulas(from.rhs, [...path, "rhs"], names, reader);
  if (Array.isArray(from.rhs) && from.rhs.length !== states) {
    reader.complain([...path, "rhs"], `must have one formula per state, ${states}, got ${from.rhs.length}`);
  }
  const observations =
    from.observations === undefined ? null : readFormulas(from.observations, [...path, "observations"], names, reader);
  return { states, inputs, parameters, rhs, observations, graph: readGraph(from.graph, [...path, "graph"], reader) };
}

function readGraph(value: unknown, path: Path, reader: Reader): SystemGraph | null {
  if (value === undefined || value === null) return null;
  const from = reader.record(value, path, [...graphFields, "n_nodes", "copies"]);
  if (from.adj === undefined && from.ei === undefined) reader.complain(path, "has no edges", "give adj [N, N] or ei [E, 2]");
  if (from.copies !== undefined && typeof from.copies !== "boolean")
    reader.complain([...path, "copies"], `must be true or false, got ${show(from.copies)}`);
  return from as SystemGraph;
}

function variablesOf(n: number, m: number, q: number): Map<string, number> {
  const variables = new Map([["t", 0]]);
  const add = (letter: string, count: number, offset: number, alone: boolean): void => {
    for (let i = 1; i <= count; i++) variables.set(`${letter}${i}`, offset + i);
    if (alone && count > 0) variables.set(letter, offset + 1);
  };
  add("x", n, 0, n === 1);
  add("u", m, n, true);
  add("p", q, n + m, q === 1);
  return variables;
}

/** The largest i of a name p<i>; a lone p counts as p1. */
function highestParameter(formulas: readonly unknown[]): number {
  const found = formulas.flatMap((formula) => [...String(formula).matchAll(/\bp(\d*)\b/g)].map((match) => Number(match[1] || 1)));
  return found.reduce((a, b) => Math.max(a, b), 0);
}

function constantsOf(value: unknown, reader: Reader): Map<string, number> {
  const constants = new Map<string, number>();
  if (value === undefined) return constants;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    reader.complain(["system", "params"], `must be a mapping of names to numbers, got ${show(value)}`);
    return constants;
  }
  for (const [name, number] of Object.entries(value)) {
    constants.set(name, Number(number));
    if (typeof number !== "number" || !Number.isFinite(number)) {
      reader.complain(["system", "params", name], `must be a finite number, got ${show(number)}`);
    }
    if (!/^[A-Za-z_]\w*$/.test(name)) reader.complain(["system", "params", name], "is no name: use letters, digits and _");
  }
  return constants;
}

function readFormulas(value: unknown, path: Path, names: Names, reader: Reader): Expression[] {
  if (!Array.isArray(value) || value.length === 0) {
    reader.complain(path, value === undefined ? "is missing" : "must be a list of formulas", 'for example ["x2", "-x1 + u"]');
    return [];
  }
  return value.flatMap((formula, i) => {
    if (typeof formula !== "string" && typeof formula !== "number") {
      reader.complain([...path, i], `must be a formula, got ${show(formula)}`);
      return [];
    }
    try {
      return [parseExpression(String(formula), names)];
    } catch (error) {
      if (!(error instanceof DymadError)) throw error;
      reader.complain([...path, i], error.message, error.hint);
      return [];
    }
  });
}
