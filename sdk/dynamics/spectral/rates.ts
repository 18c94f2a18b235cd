import { atan2, log } from "../../numerics/elementary.js";
import { modulus } from "../../numerics/linalg/complex.js";

/** What an eigenvalue means in time: the part of the state on it goes as exp((growth + i angularFrequency) t). */
export interface Rates {
  /** real part of the continuous eigenvalue, 1 / units of `t` */
  readonly growth: number;
  /** imaginary part of the continuous eigenvalue, rad per unit of `t` */
  readonly angularFrequency: number;
  /** cycles per unit of `t`, >= 0 */
  readonly frequency: number;
  /** time to shrink by e, units of `t`; null when the mode does not decay */
  readonly decayTime: number | null;
  /** time to double, units of `t`; null when the mode does not grow */
  readonly doublingTime: number | null;
}

/**
 * Rates of an eigenvalue: itself for continuous models, ln|lambda| / dt + i arg(lambda) / dt for discrete ones.
 *
 * @param timeDomain  what the eigenvalue belongs to
 * @param re          its real part
 * @param im          its imaginary part
 * @param dt          time step of a discrete model, units of `t`
 * @returns           growth -Infinity for the discrete eigenvalue 0
 * @see               Schmid 2010, "Dynamic mode decomposition of numerical and experimental data", doi:10.1017/S0022112010001217
 * @example           ratesOf("discrete", 0, 1, 1).frequency // 0.25
 */
export function ratesOf(timeDomain: "discrete" | "continuous", re: number, im: number, dt: number): Rates {
  const growth = timeDomain === "continuous" ? re : log(modulus(re, im)) / dt;
  const angularFrequency = timeDomain === "continuous" ? im : atan2(im, re) / dt;
  return {
    growth,
    angularFrequency,
    frequency: Math.abs(angularFrequency) / (2 * Math.PI),
    decayTime: growth < 0 ? -1 / growth : null,
    doublingTime: growth > 0 ? Math.LN2 / growth : null,
  };
}
