import { pow } from "../../numerics/elementary.js";

/**
 * `count` evenly spaced numbers from start to stop, both included; one number is the start.
 *
 * @param count  integer >= 1
 * @example      linspace(0, 1, 3) // [0, 0.5, 1]
 */
export function linspace(start: number, stop: number, count: number): number[] {
  const step = count === 1 ? 0 : (stop - start) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i > 0 && i === count - 1 ? stop : start + i * step));
}

/**
 * Powers of ten with evenly spaced exponents, both ends included.
 *
 * @param count  integer >= 1
 * @example      logspace(-1, 1, 3) // [0.1, 1, 10]
 */
export const logspace = (start: number, stop: number, count: number): number[] => linspace(start, stop, count).map(powerOfTen);

/** Whole powers as they are written: 1e-3 is the number nearest to it, which 10^x need not hit. */
const powerOfTen = (x: number): number => (Number.isInteger(x) ? Number(`1e${x}`) : pow(10, x));
