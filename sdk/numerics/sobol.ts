import { DymadError } from "../errors.js";
import type { RandomKey } from "./random.js";

/** For dimensions 2, 3, ...: the primitive polynomial over GF(2), highest power first in binary, and its first odd numbers m. */
const directions: readonly (readonly [polynomial: number, m: readonly number[]])[] = [
  [3, [1]],
  [7, [1, 3]],
  [11, [1, 3, 1]],
  [13, [1, 1, 1]],
  [19, [1, 1, 3, 3]],
  [25, [1, 3, 5, 13]],
  [37, [1, 1, 5, 5, 17]],
  [41, [1, 1, 5, 5, 5]],
  [47, [1, 1, 7, 11, 19]],
  [55, [1, 1, 5, 1, 1]],
  [59, [1, 1, 1, 3, 11]],
  [61, [1, 3, 5, 5, 31]],
  [67, [1, 3, 3, 9, 7, 49]],
  [91, [1, 1, 1, 15, 21, 21]],
  [97, [1, 3, 1, 13, 27, 49]],
  [103, [1, 1, 1, 15, 7, 5]],
  [109, [1, 3, 1, 15, 13, 25]],
  [115, [1, 1, 5, 5, 19, 61]],
  [131, [1, 3, 7, 11, 23, 15, 103]],
  [137, [1, 3, 7, 13, 13, 15, 69]],
];

export const sobolDimensions: number = directions.length + 1;

const bits = 32;
const TWO_32 = 0x1_0000_0000;

/**
 * Points that fill the unit cube evenly: the Sobol sequence in Gray-code order. With a key every coordinate is shifted by random
 * digits, which keeps the evenness and makes the points uniform.
 *
 * @param count      number of points, integer >= 0
 * @param dimension  d, 1 to 21
 * @param key        where the shift comes from; none: the first point is the origin
 * @returns          shape [count, d], each coordinate in [0, 1)
 * @throws           E_UNSUPPORTED when there are more dimensions than direction numbers
 * @see              Joe & Kuo 2008, "Constructing Sobol sequences with better two-dimensional projections", doi:10.1137/070709359
 */
export function sobol(count: number, dimension: number, key?: RandomKey): number[][] {
  if (dimension > sobolDimensions) {
    throw new DymadError("E_UNSUPPORTED", `a Sobol sequence of ${dimension} dimensions was asked for`, {
      hint: `there are direction numbers for ${sobolDimensions}`,
    });
  }
  const numbers = Array.from({ length: dimension }, (_, j) => directionNumbers(j));
  const shift = key === undefined ? new Float64Array(dimension) : key.fold("sobol").integers(dimension, 0, TWO_32);
  const at = new Uint32Array(dimension);
  return Array.from({ length: count }, (_, i) => {
    // Gray code: the lowest zero bit of i - 1 says which direction number is added
    if (i > 0) for (let j = 0; j < dimension; j++) at[j] ^= numbers[j][lowestZero(i - 1)];
    return Array.from(at, (x, j) => ((x ^ shift[j]) >>> 0) / TWO_32);
  });
}

/** v_k = m_k / 2^k as 32-bit integers; m_k from the recurrence of the polynomial. */
function directionNumbers(j: number): Uint32Array {
  const v = new Uint32Array(bits);
  if (j === 0) {
    for (let k = 0; k < bits; k++) v[k] = 1 << (bits - 1 - k);
    return v;
  }
  const [polynomial, m] = directions[j - 1];
  const degree = m.length;
  for (let k = 0; k < bits; k++) {
    if (k < degree) {
      v[k] = m[k] << (bits - 1 - k);
      continue;
    }
    v[k] = v[k - degree] ^ (v[k - degree] >>> degree);
    for (let i = 1; i < degree; i++) if ((polynomial >>> (degree - i)) & 1) v[k] ^= v[k - i];
  }
  return v;
}

const lowestZero = (n: number): number => 31 - Math.clz32(~n & (n + 1));
