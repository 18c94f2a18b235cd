import { compile, type Engine, type Graph, gradient, type Program } from "../../../numerics/engine/index.js";

/** Keeps what is costly to make by a key: programs of each batch shape, and the like. */
export class Cache<T> {
  readonly #made = new Map<string, T>();

  get(key: string, make: () => T): T {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#made.set(key, made);
    return made;
  }
}

/** A loss graph with output `total`, compiled with and without the derivatives by the named inputs. */
export class LossPrograms {
  readonly #programs = new Cache<Program>();
  readonly #engine: Engine;
  readonly #names: readonly string[];

  constructor(engine: Engine, names: readonly string[]) {
    this.#engine = engine;
    this.#names = names;
  }

  get(key: string, withGradient: boolean, make: () => Graph): Program {
    return this.#programs.get(`${key}:${withGradient}`, () => {
      const graph = make();
      return compile(withGradient ? gradient(graph, "total", this.#names) : graph, this.#engine);
    });
  }
}
