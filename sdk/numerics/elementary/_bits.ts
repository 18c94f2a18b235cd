const value = new Float64Array(1);
const words = new Uint32Array(value.buffer);
value[0] = 1;
/** Where the word with sign and exponent lies: 1 on little-endian machines. */
const high = words[1] === 0 ? 0 : 1;

/** The upper 32 bits of x as a signed integer: sign, exponent, 20 bits of the significand. */
export function highWord(x: number): number {
  value[0] = x;
  return words[high] | 0;
}

/** x with its upper 32 bits replaced. */
export function withHighWord(x: number, word: number): number {
  value[0] = x;
  words[high] = word;
  return value[0];
}

/** x with the lower 32 bits of its significand cleared: squares of it are exact. */
export function truncated(x: number): number {
  value[0] = x;
  words[1 - high] = 0;
  return value[0];
}

/** 2^k for integer k in -1022 .. 1023. */
export function powerOfTwo(k: number): number {
  words[1 - high] = 0;
  words[high] = (k + 1023) << 20;
  return value[0];
}

/** x 2^k for integer |k| <= 2000, rounded once: the first factor keeps every bit, the second may lose them below the normal range. */
export function scaled(x: number, k: number): number {
  if (k > 1023) return x * powerOfTwo(1023) * powerOfTwo(Math.min(k - 1023, 1023));
  if (k >= -1022) return x * powerOfTwo(k);
  return k < -1100 ? x * 0 : x * powerOfTwo(k + 200) * powerOfTwo(-200);
}

/** [k, m] with x = 2^k m and m in [sqrt(1/2), sqrt(2)), for x > 0 finite. */
export function splitExponent(x: number): [number, number] {
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984; // 2^54
    k = -54;
  }
  // shifting the word by the distance from sqrt(1/2) to 1 makes the exponent field change at sqrt(2) instead of 2
  const word = highWord(x) + (0x3ff00000 - 0x3fe6a09e);
  return [k + (word >> 20) - 1023, withHighWord(x, (word & 0x000fffff) + 0x3fe6a09e)];
}
