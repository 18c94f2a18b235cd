import { exp, expm1, log, log1p } from "../elementary.js";

/** Beyond this softplus is the identity to rounding of what matters. */
const straight = 20;

/**
 * The raw value whose softplus is y: positive parameters are stored so, and any step of an optimiser leaves them positive.
 *
 * @param y  above 0
 * @example  rawOf(30) // 30
 */
export function rawOf(y: number): number {
  // log(e^y - 1) = y + log(1 - e^-y), and for small y the logarithm of y itself keeps all digits
  if (y > straight) return y + log1p(-exp(-y));
  return log(expm1(y));
}

/** log(1 + e^raw), above 0. */
export const positiveOf = (raw: number): number => (raw > 0 ? raw + log1p(exp(-raw)) : log1p(exp(raw)));
