import { DymadError } from "../../../errors.js";
import { seedWords } from "./seed-sequence.js";
import { standardNormal } from "./ziggurat.js";

const MULTIPLIER = 47026247687942121848144207491837523525n;
const mod128 = (value: bigint): bigint => BigInt.asUintN(128, value);

/**
 * The generator of NumPy's `default_rng(seed)`: PCG64 (XSL-RR), seeded by SeedSequence. The same seed and the same calls
 * give the bits that NumPy 2 gives. Only the sampler uses it; everything else draws from keyed random numbers.
 *
 * @see      O'Neill 2014, "PCG: a family of simple fast space-efficient statistically good algorithms for random number generation", HMC-CS-2014-0905
 * @example  new Pcg64(12345).random() // 0.22733602246716966
 */
export class Pcg64 {
  #state: bigint;
  readonly #increment: bigint;
  /** the upper half of the last 64 bits from which 32 were taken */
  #spare: number | null = null;

  /** @throws E_SPEC when the seed is not an integer from 0 to 2^53 - 1 */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new DymadError("E_SPEC", `a seed must be an integer from 0 to 9007199254740991, got ${seed}`, { path: ["seed"] });
    }
    const [stateHigh, stateLow, streamHigh, streamLow] = seedWords(BigInt(seed));
    this.#increment = mod128((((streamHigh << 64n) | streamLow) << 1n) | 1n);
    this.#state = mod128((this.#increment + ((stateHigh << 64n) | stateLow)) * MULTIPLIER + this.#increment);
  }

  /** The next 64 bits. */
  next64(): bigint {
    this.#state = mod128(this.#state * MULTIPLIER + this.#increment);
    const folded = BigInt.asUintN(64, (this.#state >> 64n) ^ this.#state);
    const turn = this.#state >> 122n;
    return BigInt.asUintN(64, (folded >> turn) | (folded << (64n - turn)));
  }

  /** One number uniform on [0, 1), a multiple of 2^-53. */
  random(): number {
    return Number(this.next64() >> 11n) / 9007199254740992;
  }

  /** One number uniform on [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.random();
  }

  /** One normal number. */
  normal(mean: number, std: number): number {
    return mean + std * standardNormal(this);
  }

  /**
   * One integer uniform on low <= k < high, by Lemire's multiplication on 32 bits.
   *
   * @throws  E_SPEC when the range is empty or holds over 2^32 - 1 integers
   * @see     Lemire 2019, "Fast random integer generation in an interval", doi:10.1145/3230636
   */
  integer(low: number, high: number): number {
    const count = high - low;
    if (!Number.isInteger(low) || !Number.isInteger(count) || count < 1 || count > 0xffffffff) {
      throw new DymadError("E_SPEC", `integers need 1 to 4294967295 values from low to below high, got ${low} and ${high}`);
    }
    if (count === 1) return low;
    const range = BigInt(count);
    const threshold = 0x1_0000_0000n % range;
    for (;;) {
      const product = BigInt(this.#next32()) * range;
      if ((product & 0xffffffffn) >= threshold) return low + Number(product >> 32n);
    }
  }

  #next32(): number {
    const spare = this.#spare;
    this.#spare = null;
    if (spare !== null) return spare;
    const bits = this.next64();
    this.#spare = Number(bits >> 32n);
    return Number(bits & 0xffffffffn);
  }
}
