/**
 * An explicit Runge-Kutta method as data:
 * k_i = f(t + c_i h, y + h sum_j a_ij k_j), y(t + h) = y + h sum_i b_i k_i.
 */
export interface Tableau {
  readonly name: string;
  /** order of the solution that is carried on */
  readonly order: number;
  readonly c: readonly number[];
  /** row i holds a_i0 .. a_i,i-1 */
  readonly a: readonly (readonly number[])[];
  readonly b: readonly number[];
  /** b minus the weights of the embedded solution: h sum_i error_i k_i estimates the local error; null without one */
  readonly error: readonly number[] | null;
  /** order of the embedded solution; null without one */
  readonly errorOrder: number | null;
  /** a second, coarser estimate of order `order`; the two errors E and e combine to E^2 / sqrt(E^2 + e^2 / 100) */
  readonly coarse?: { readonly order: number; readonly error: readonly number[] };
  /** the last stage is the first of the next step */
  readonly fsal: boolean;
  /** stages that only the dense output needs, numbered on from those of the step */
  readonly extra?: { readonly c: readonly number[]; readonly a: readonly (readonly number[])[] };
  /** y(t + theta h) = y + h sum_i k_i sum_j dense_ij theta^(j+1), for 0 <= theta <= 1; null without one */
  readonly dense: readonly (readonly number[])[] | null;
  /** order of the dense output; null without one */
  readonly denseOrder: number | null;
  /** where the numbers come from */
  readonly reference: string;
}

/** The power of h with which the combined error estimate of one step shrinks. */
export function errorPower({ order, errorOrder, coarse }: Tableau): number {
  const fine = Math.min(errorOrder ?? order, order) + 1;
  return coarse === undefined ? fine : 2 * fine - (coarse.order + 1);
}
