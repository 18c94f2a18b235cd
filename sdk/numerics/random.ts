import { DymadError } from "../errors.js";
import { log } from "./elementary.js";

/**
 * A place in the tree of random numbers. A key never changes: the same call on the same key gives the same numbers, so
 * draws that must differ come from keys folded with different names. Nothing is global and nothing depends on call order.
 *
 * Numbers come from the block cipher Threefry-2x32 with 20 rounds: 64 bits of key, a counter, no state.
 *
 * @see      Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", doi:10.1145/2063384.2063405
 * @example  keyed(7).fold("weights").fold(0).normal(3) // always the same three numbers
 */
export class RandomKey {
  readonly #high: number;
  readonly #low: number;

  constructor(high: number, low: number) {
    this.#high = high >>> 0;
    this.#low = low >>> 0;
  }

  /** The key itself, two unsigned 32-bit words: `new RandomKey(...words)` is the same key elsewhere. */
  get words(): readonly [number, number] {
    return [this.#high, this.#low];
  }

  /**
   * The child of this key with the given name or number; children of different names are independent.
   *
   * @param name  any text, or an integer of magnitude at most 2^53; 3 and "3" are different names
   * @throws      E_SPEC when a number is not a safe integer
   */
  fold(name: string | number): RandomKey {
    if (typeof name === "number") {
      if (!Number.isSafeInteger(name)) throw notInteger("a key is folded with", name);
      const [a, b] = threefry2x32(this.#high, this.#low, Math.floor(name / 0x1_0000_0000) >>> 0, name >>> 0);
      return new RandomKey(...threefry2x32(a, b, 0, domains.foldNumber));
    }
    let key: [number, number] = [this.#high, this.#low];
    for (let i = 0; i < name.length; i++) key = threefry2x32(key[0], key[1], name.charCodeAt(i), domains.foldText);
    return new RandomKey(...threefry2x32(key[0], key[1], name.length, domains.foldEnd));
  }

  /** n numbers uniform on [low, high), default [0, 1), on a lattice of 2^53 points. */
  uniform(n: number, low = 0, high = 1): Float64Array {
    return this.#draw(n, domains.uniform, (a, b) => low + (high - low) * fraction(a, b));
  }

  /** n independent normal numbers, by inversion: one uniform number each. */
  normal(n: number, mean = 0, std = 1): Float64Array {
    return this.#draw(
      n,
      domains.normal,
      (a, b) => mean + std * normalQuantile(((a >>> 6) * 0x400_0000 + (b >>> 6) + 0.5) / TWO_52),
    );
  }

  /**
   * n integers uniform on low <= k < high; the bias is below (high - low) / 2^53.
   *
   * @throws  E_SPEC when the bounds are not integers with low < high
   */
  integers(n: number, low: number, high: number): Float64Array {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high) {
      throw new DymadError("E_SPEC", `integers need bounds low < high, got ${low} and ${high}`);
    }
    return this.#draw(n, domains.integers, (a, b) => low + Math.floor((high - low) * fraction(a, b)));
  }

  /** The numbers 0 .. n-1 in random order (Fisher and Yates). */
  permutation(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    const draws = this.#draw(n, domains.permutation, fraction);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(draws[i] * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  #draw(n: number, domain: number, value: (a: number, b: number) => number): Float64Array {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const [a, b] = threefry2x32(this.#high, this.#low, i, domain);
      out[i] = value(a, b);
    }
    return out;
  }
}

/**
 * The root key of a seed.
 *
 * @param seed  integer, 0 <= seed <= 2^53 - 1
 * @throws      E_SPEC when the seed is anything else
 */
export function keyed(seed: number): RandomKey {
  if (!Number.isSafeInteger(seed) || seed < 0) throw notInteger("a seed must be", seed);
  return new RandomKey(Math.floor(seed / 0x1_0000_0000), seed % 0x1_0000_0000);
}

/** Second counter words: one stream per kind of draw, so that no two kinds share bits. */
const domains = { uniform: 0, normal: 1, integers: 2, permutation: 3, foldText: 16, foldNumber: 17, foldEnd: 18 };

const TWO_52 = 4503599627370496;

/** 53 bits of a block as a number in [0, 1). */
const fraction = (a: number, b: number): number => ((a >>> 5) * 0x400_0000 + (b >>> 6)) / (2 * TWO_52);

const notInteger = (what: string, value: number): DymadError =>
  new DymadError("E_SPEC", `${what} an integer, got ${value}`, { hint: "use a whole number from 0 to 9007199254740991" });

const rotations = [13, 15, 26, 6, 17, 29, 16, 24];

/**
 * One block of Threefry-2x32, 20 rounds.
 *
 * @param k0,k1  key, unsigned 32-bit words
 * @param c0,c1  counter, unsigned 32-bit words
 * @returns      two unsigned 32-bit words
 * @see          the known-answer vectors of Random123 (kat_vectors, threefry2x32 20), held by the tests
 */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number): [number, number] {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  const schedule = [k0, k1, k2];
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let round = 0; round < 20; round++) {
    const turn = rotations[round & 7];
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << turn) | (x1 >>> (32 - turn))) ^ x0;
    if ((round & 3) === 3) {
      const s = (round + 1) >> 2;
      x0 = (x0 + schedule[s % 3]) | 0;
      x1 = (x1 + schedule[(s + 1) % 3] + s) | 0;
    }
  }
  return [x0 >>> 0, x1 >>> 0];
}

// Wichura's coefficients, lowest power first: centre |p - 1/2| <= 0.425, then the two stretches of the tail.
const centre = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
    5226.495278852854,
  ],
];
const tail = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
    0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
    1.0507500716444169e-9,
  ],
];
const far = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
    2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
];

const ratio = ([over, under]: number[][], r: number): number => horner(over, r) / horner(under, r);
const horner = (c: number[], r: number): number => c.reduceRight((sum, a) => sum * r + a, 0);

/**
 * The normal quantile: the z with P(Z < z) = p; relative error about 1e-16.
 *
 * @param p   probability, 0 < p < 1
 * @returns   dimensionless
 * @see       Wichura 1988, "Algorithm AS 241: the percentage points of the normal distribution", doi:10.2307/2347330
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(centre, 0.180625 - q * q);
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const z = r <= 5 ? ratio(tail, r - 1.6) : ratio(far, r - 5);
  return q < 0 ? -z : z;
}
