import { type FieldPanel, fieldsChart } from "./fields.js";
import { formatNumber } from "./numbers.js";
import type { ChartSpec } from "./spec.js";
import type { Eigenvalue } from "./spectrum.js";
import type { ChartOptions } from "./theme.js";

/** One eigenfunction on a plane of states. */
export interface EigenfunctionPanel {
  readonly eigenvalue: Eigenvalue;
  /** row after row, the first at the bottom, shape [up, across] */
  readonly re: ArrayLike<number>;
  readonly im: ArrayLike<number>;
}

export interface EigenfunctionData {
  /** names of the two columns of states */
  readonly columns: readonly [string, string];
  /** values of the first, rising, shape [X] */
  readonly across: ArrayLike<number>;
  /** values of the second, rising, shape [Y] */
  readonly up: ArrayLike<number>;
  readonly functions: readonly EigenfunctionPanel[];
}

/**
 * Koopman eigenfunctions on a plane of states: real ones by their values, complex ones by modulus and angle. Lines of equal modulus are left
 * at the same time, lines of equal angle at the same phase. Each title has the eigenvalue with its residual.
 */
export function eigenfunctionChart(data: EigenfunctionData, options: ChartOptions = {}): ChartSpec {
  const side = (values: ArrayLike<number>, title: string) => ({ from: values[0], to: values[values.length - 1], title });
  const panels = data.functions.flatMap(({ eigenvalue, re, im }): FieldPanel[] => {
    const name = eigenvalueWords(eigenvalue);
    if (eigenvalue.im === 0) return [{ title: name, values: re }];
    const each = (f: (x: number, y: number) => number): number[] => Array.from(re, (x, k) => f(x, im[k]));
    return [
      { title: `|phi|, ${name}`, values: each(Math.hypot) },
      { title: `angle, ${name}`, values: each((x, y) => Math.atan2(y, x)), angles: true },
    ];
  });
  const { columns, across, up } = data;
  const sides = [side(across, columns[0]), side(up, columns[1])] as const;
  return fieldsChart({ rows: up.length, columns: across.length, panels, sides }, options);
}

/** An eigenvalue and what it is worth, in a few words. */
export function eigenvalueWords({ re, im, residual, flag }: Eigenvalue): string {
  const value = im === 0 ? formatNumber(re, 3) : `${formatNumber(re, 3)} ± ${formatNumber(Math.abs(im), 3)}i`;
  const worth = residual === null || residual === undefined ? "residual unknown" : `residual ${formatNumber(residual, 2)}`;
  return `λ ${value}, ${worth}${typeof flag === "string" && flag !== "" ? `, ${flag}` : ""}`;
}
