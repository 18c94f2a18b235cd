import type { RandomKey } from "../../numerics/random.js";
import { type Stretch, sameSampling } from "../data/batch.js";

/** Places of stretches that are trained on together, all of the same length. */
export interface Rows {
  readonly rows: readonly number[];
  /** samples of each stretch */
  readonly length: number;
}

/**
 * Deals stretches into batches of at most `size`; only stretches of the same length and sampling stand together. With a key they
 * are put into a random order that depends on the key alone.
 */
export class Loader {
  readonly #groups: readonly Rows[];
  readonly #size: number;

  constructor(stretches: readonly Stretch[], size: number) {
    const place = new Map(stretches.map((stretch, i) => [stretch, i]));
    this.#groups = sameSampling(stretches).map((group) => ({
      rows: group.map((stretch) => place.get(stretch) as number),
      length: group[0].length,
    }));
    this.#size = size;
  }

  get empty(): boolean {
    return this.#groups.length === 0;
  }

  batches(key: RandomKey | null): Rows[] {
    return this.#groups.flatMap(({ rows, length }, g) => {
      // one batch holds them all: an order would only change rounding
      const shuffle = key !== null && rows.length > this.#size;
      const order = shuffle
        ? key
            .fold(g)
            .permutation(rows.length)
            .map((i) => rows[i])
        : rows;
      const out: Rows[] = [];
      for (let i = 0; i < order.length; i += this.#size) out.push({ rows: order.slice(i, i + this.#size), length });
      return out;
    });
  }
}
