/** What SeedSequence does to words: xor, multiply, fold the upper half down; the constants change from call to call. */
class Hash {
  #constant: number;
  readonly #multiplier: number;

  constructor(constant: number, multiplier: number) {
    this.#constant = constant;
    this.#multiplier = multiplier;
  }

  mix(word: number): number {
    const mixed = word ^ this.#constant;
    this.#constant = Math.imul(this.#constant, this.#multiplier);
    return fold(Math.imul(mixed, this.#constant));
  }
}

const fold = (word: number): number => (word ^ (word >>> 16)) >>> 0;
const join = (x: number, y: number): number => fold(Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y));

/**
 * The four 64-bit words with which NumPy's SeedSequence(seed) seeds PCG64.
 *
 * @param seed  integer >= 0
 * @see         O'Neill 2015, "Developing a seed_seq alternative", pcg-random.org
 */
export function seedWords(seed: bigint): [bigint, bigint, bigint, bigint] {
  const entropy: number[] = [];
  for (let rest = seed; rest > 0n; rest >>= 32n) entropy.push(Number(rest & 0xffffffffn));

  const into = new Hash(0x43b0d7e5, 0x931e8875);
  const pool = [0, 1, 2, 3].map((i) => into.mix(entropy[i] ?? 0));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (from !== to) pool[to] = join(pool[to], into.mix(pool[from]));
    }
  }
  for (const word of entropy.slice(4)) {
    for (let to = 0; to < 4; to++) pool[to] = join(pool[to], into.mix(word));
  }

  const out = new Hash(0x8b51f9dd, 0x58f38ded);
  const words = Array.from({ length: 8 }, (_, i) => BigInt(out.mix(pool[i % 4])));
  return [0, 2, 4, 6].map((i) => words[i] | (words[i + 1] << 32n)) as [bigint, bigint, bigint, bigint];
}
