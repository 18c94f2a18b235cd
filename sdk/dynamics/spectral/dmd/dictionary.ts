import { DymadError } from "../../../errors.js";
import { cos, exp, log, sin } from "../../../numerics/elementary.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";

/** Observables of the state: each row of samples becomes a row of values. */
export interface Dictionary {
  /** n, columns of the state */
  readonly inputs: number;
  /** one name for each observable, such as "x1^2 x2" */
  readonly names: readonly string[];
  /** shape [M, n] to [M, names.length] */
  apply(x: Matrix): Matrix;
}

/**
 * All products of powers up to a degree, by rising degree: 1, x1, x2, x1^2, x1 x2, x2^2, ...
 *
 * @param inputs    n
 * @param degree    highest total degree, integer >= 1
 * @param constant  whether 1 is among them; default false
 * @returns         a dictionary of (n + degree choose degree) - 1 observables, and 1 if asked for
 * @throws          E_SPEC when a number is out of range
 * @see             Williams, Kevrekidis, Rowley 2015, "A data-driven approximation of the Koopman operator: extending dynamic mode decomposition", doi:10.1007/s00332-015-9258-5
 */
export function monomials(inputs: number, degree: number, constant = false): Dictionary {
  requireCount("inputs", inputs);
  requireCount("degree", degree);
  const exponents: number[][] = constant ? [new Array(inputs).fill(0)] : [];
  for (let total = 1; total <= degree; total++) exponents.push(...partitions(inputs, total));
  return dictionary(inputs, exponents.map(monomialName), (x, out) => {
    exponents.forEach((powers, k) => {
      let value = 1;
      powers.forEach((power, j) => {
        for (let p = 0; p < power; p++) value *= x[j];
      });
      out[k] = value;
    });
  });
}

/** All ways to write a total as a sum over places, the first place largest first. */
function partitions(places: number, total: number): number[][] {
  if (places === 1) return [[total]];
  return Array.from({ length: total + 1 }, (_, i) => total - i).flatMap((first) =>
    partitions(places - 1, total - first).map((rest) => [first, ...rest]),
  );
}

function monomialName(powers: readonly number[]): string {
  const factors = powers.flatMap((power, j) => (power === 0 ? [] : [power === 1 ? `x${j + 1}` : `x${j + 1}^${power}`]));
  return factors.length === 0 ? "1" : factors.join(" ");
}

/**
 * Waves of the state: cos and sin of 2 pi (h . x / periods) for all whole vectors h up to an order, one of each pair h, -h.
 *
 * @param periods  period of each column, units of `x`, shape [n]
 * @param order    largest |h_1| + ... + |h_n|, integer >= 1
 * @returns        a dictionary of cosines and sines in turn
 * @throws         E_SPEC when the order is out of range or a period is not positive
 */
export function fourierDictionary(periods: readonly number[], order: number): Dictionary {
  requireCount("order", order);
  if (periods.length === 0 || !periods.every((period) => period > 0)) {
    throw new DymadError("E_SPEC", `periods must be positive, got ${periods.join(", ")}`, { path: ["periods"] });
  }
  const waves = signed(periods.length, order).filter((h) => (h.find((value) => value !== 0) ?? 0) > 0);
  const names = waves.flatMap((h) => ["cos", "sin"].map((wave) => `${wave}(${h.join(", ")})`));
  return dictionary(periods.length, names, (x, out) => {
    waves.forEach((h, k) => {
      const angle = 2 * Math.PI * h.reduce((sum, value, j) => sum + (value * x[j]) / periods[j], 0);
      out[2 * k] = cos(angle);
      out[2 * k + 1] = sin(angle);
    });
  });
}

function signed(places: number, order: number): number[][] {
  if (places === 0) return [[]];
  return Array.from({ length: 2 * order + 1 }, (_, i) => i - order).flatMap((first) =>
    signed(places - 1, order - Math.abs(first)).map((rest) => [first, ...rest]),
  );
}

/**
 * Radial functions of the distance d to given centres: gaussian exp(-d^2 / (2 width^2)) or thin-plate d^2 ln d.
 *
 * @param centres  shape [c, n]
 * @param shape    "gaussian" with its width, units of `x`, or "thin-plate"
 * @returns        a dictionary of c observables
 * @throws         E_SPEC when the width is not positive
 */
export function radialBasis(
  centres: Matrix,
  shape: { readonly kind: "gaussian"; readonly width: number } | { readonly kind: "thin-plate" },
): Dictionary {
  if (shape.kind === "gaussian" && !(shape.width > 0)) {
    throw new DymadError("E_SPEC", `the width must be positive, got ${shape.width}`, { path: ["width"] });
  }
  const value =
    shape.kind === "gaussian"
      ? (square: number): number => exp(-square / (2 * shape.width * shape.width))
      : (square: number): number => (square === 0 ? 0 : (square * log(square)) / 2);
  const names = Array.from({ length: centres.rows }, (_, k) => `${shape.kind}(x - c${k + 1})`);
  return dictionary(centres.cols, names, (x, out) => {
    for (let k = 0, at = 0; k < centres.rows; k++) {
      let square = 0;
      for (let j = 0; j < x.length; j++, at++) square += (x[j] - centres.data[at]) * (x[j] - centres.data[at]);
      out[k] = value(square);
    }
  });
}

/**
 * The observables of several dictionaries of the same state, one after the other.
 *
 * @param parts  at least one
 * @throws       E_SHAPE when they take states of different width
 */
export function joinDictionaries(parts: readonly [Dictionary, ...Dictionary[]]): Dictionary {
  const [{ inputs }] = parts;
  const odd = parts.find((part) => part.inputs !== inputs);
  if (odd !== undefined) throw new DymadError("E_SHAPE", `dictionaries take ${inputs} and ${odd.inputs} columns`);
  const names = parts.flatMap((part) => part.names);
  return {
    inputs,
    names,
    apply(x) {
      const out = new Matrix(x.rows, names.length);
      let start = 0;
      for (const part of parts) {
        const values = part.apply(x);
        for (let i = 0; i < x.rows; i++) out.row(i).set(values.row(i), start);
        start += values.cols;
      }
      return out;
    },
  };
}

/** A dictionary from its names and what fills a row. */
export function dictionary(
  inputs: number,
  names: readonly string[],
  fill: (x: Float64Array, out: Float64Array) => void,
): Dictionary {
  return {
    inputs,
    names,
    apply(x) {
      if (x.cols !== inputs)
        throw new DymadError("E_SHAPE", `the dictionary takes ${inputs} columns, got ${x.cols}`, {
          hint: `make it for ${x.cols} inputs`,
        });
      const out = new Matrix(x.rows, names.length);
      for (let i = 0; i < x.rows; i++) fill(x.row(i), out.row(i));
      return out;
    },
  };
}

function requireCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new DymadError("E_SPEC", `${name} must be a whole number from 1 on, got ${value}`, { path: [name] });
}
