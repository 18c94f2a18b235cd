import { type Binding, bind, compile, type Engine, type Graph } from "../../numerics/engine/index.js";

/** One pass over programs: gives each by name, with the values that hold for the whole pass handed to it. */
export type Pass = (name: string, graph: () => Graph) => Binding;

/** Programs that are compiled when first needed and then run very often. */
export class BoundPrograms {
  readonly #engine: Engine;
  readonly #made = new Map<string, { readonly binding: Binding; readonly inputs: ReadonlySet<string> }>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @param values  what all runs of a pass have in common, by input name: weights; a program takes those that it has */
  pass(values: Readonly<Record<string, ArrayLike<number>>>): Pass {
    const ready = new Map<string, Binding>();
    return (name, graph) => {
      const known = ready.get(name);
      if (known !== undefined) return known;
      const { binding, inputs } = this.#program(name, graph);
      for (const [input, value] of Object.entries(values)) if (inputs.has(input)) binding.input(input).set(value);
      ready.set(name, binding);
      return binding;
    };
  }

  #program(name: string, graph: () => Graph): { readonly binding: Binding; readonly inputs: ReadonlySet<string> } {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const program = compile(graph(), this.#engine);
    const made = { binding: bind(program), inputs: new Set(program.inputs.map((input) => input.name)) };
    this.#made.set(name, made);
    return made;
  }
}
