import type { RandomKey } from "../../numerics/random.js";
import { type Batch, batchOf, type Stretch, sameSampling } from "../data/batch.js";

/**
 * Cuts stretches into batches of at most `size`; only stretches of the same length and sampling stand together. With a key they
 * are put into a random order that depends on the key alone. Batches that are the same as before are the same object.
 */
export class Loader {
  readonly #groups: readonly (readonly Stretch[])[];
  readonly #size: number;
  readonly #fixed = new Map<number, Batch[]>();

  constructor(stretches: readonly Stretch[], size: number) {
    this.#groups = sameSampling(stretches);
    this.#size = size;
  }

  get empty(): boolean {
    return this.#groups.length === 0;
  }

  batches(key: RandomKey | null): Batch[] {
    return this.#groups.flatMap((group, g) => {
      if (key === null || group.length <= this.#size) {
        const before = this.#fixed.get(g);
        if (before !== undefined) return before;
        const made = this.#cut(group);
        this.#fixed.set(g, made);
        return made;
      }
      return this.#cut(
        key
          .fold(g)
          .permutation(group.length)
          .map((i) => group[i]),
      );
    });
  }

  #cut(stretches: readonly Stretch[]): Batch[] {
    const out: Batch[] = [];
    for (let i = 0; i < stretches.length; i += this.#size) out.push(batchOf(stretches.slice(i, i + this.#size)));
    return out;
  }
}
