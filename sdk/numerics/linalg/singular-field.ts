import { type Complex, ComplexMatrix, type ComplexVector, modulus } from "./complex.js";
import { complexSchur } from "./complex-schur.js";
import { epsilon } from "./finite.js";
import { Matrix } from "./matrix.js";
import { schur } from "./schur.js";
import { ShiftedQuasiTriangle } from "./shifted-quasi-triangle.js";
import { ShiftedTriangle } from "./shifted-triangle.js";
import { SingularPath } from "./singular-path.js";
import { schurValues } from "./triangular-vectors.js";

/** How far above the distance to the nearest eigenvalue a value may be before its search is begun anew. */
const slack = 1e-9;
/**
 * Parts coupled by less than this, relative, keep some of a generic vector in every guess: without it 9 % of the points of two blocks
 * coupled by 1e-7 were wrong by up to 134 %. It costs twice the time, which others need not pay.
 */
const [weakCoupling, generic] = [1e-2, 1e-2];

/**
 * The smallest singular value of A - z over the plane, by one Schur decomposition and a path on each of its parts that are not coupled: a
 * vector that is followed along a path never finds its way from one such part to another. No value exceeds the distance to the nearest
 * eigenvalue, which finds the paths that weak coupling has led astray.
 *
 * @see  Trefethen, Embree 2005, "Spectra and Pseudospectra", chapters 2 and 39
 */
export class SingularField {
  readonly #values: ComplexVector;
  readonly #paths: readonly SingularPath[];

  /**
   * @param a  shape [n, n]
   * @throws   E_SHAPE when not square; E_DATA when an entry is not finite
   */
  constructor(a: Matrix | ComplexMatrix) {
    const t = a instanceof Matrix ? schur(a).t : complexSchur(a).t;
    this.#values = t instanceof Matrix ? schurValues(t) : diagonalOf(t);
    this.#paths = uncoupledParts(t, 4 * t.rows * epsilon).map((part) => {
      const own = partOf(t, part);
      const weak = uncoupledParts(own, weakCoupling).length > 1;
      return new SingularPath(
        own instanceof Matrix ? new ShiftedQuasiTriangle(own) : new ShiftedTriangle(own),
        weak ? generic : 0,
      );
    });
  }

  /** sigma_min(A - z) >= 0; 0 at an eigenvalue. Points in equal steps along a line are the fastest. */
  at(z: Complex): number {
    const { re, im } = this.#values;
    let bound = Number.POSITIVE_INFINITY;
    for (let i = 0; i < re.length; i++) bound = Math.min(bound, modulus(re[i] - z.re, im[i] - z.im));
    const smallest = (): number => this.#paths.reduce((least, path) => Math.min(least, path.at(z)), Number.POSITIVE_INFINITY);
    const found = smallest();
    if (found <= bound * (1 + slack)) return Math.min(found, bound);
    for (const path of this.#paths) path.begin();
    return Math.min(smallest(), bound);
  }
}

function diagonalOf(t: ComplexMatrix): ComplexVector {
  const places = Array.from({ length: t.rows }, (_, i) => i * t.rows + i);
  return { re: Float64Array.from(places, (at) => t.re[at]), im: Float64Array.from(places, (at) => t.im[at]) };
}

/** Rows of a Schur form that are coupled with one another by more than a share of its largest entry, part by part, rising. */
function uncoupledParts(t: Matrix | ComplexMatrix, share: number): number[][] {
  const n = t.rows;
  const size = (i: number, j: number): number => {
    const at = i * n + j;
    return t instanceof Matrix ? Math.abs(t.data[at]) : modulus(t.re[at], t.im[at]);
  };
  let norm = 0;
  for (let i = 0; i < n; i++) for (let j = Math.max(0, i - 1); j < n; j++) norm = Math.max(norm, size(i, j));
  const part = Array.from({ length: n }, (_, i) => i);
  const leader = (i: number): number => (part[i] === i ? i : leader(part[i]));
  for (let i = 0; i < n; i++) {
    for (let j = Math.max(0, i - 1); j < n; j++) {
      if (j === i || !(size(i, j) > share * norm)) continue;
      const [first, second] = [leader(i), leader(j)];
      part[Math.max(first, second)] = Math.min(first, second);
    }
  }
  const parts = new Map<number, number[]>();
  for (let i = 0; i < n; i++) parts.set(leader(i), [...(parts.get(leader(i)) ?? []), i]);
  return [...parts.values()];
}

/** The rows and columns of a part: still (quasi-)triangular. */
function partOf(t: Matrix | ComplexMatrix, part: readonly number[]): Matrix | ComplexMatrix {
  const m = part.length;
  const cut = (from: Float64Array): Float64Array =>
    Float64Array.from({ length: m * m }, (_, k) => from[part[Math.floor(k / m)] * t.rows + part[k % m]]);
  return t instanceof Matrix ? new Matrix(m, m, cut(t.data)) : new ComplexMatrix(m, m, cut(t.re), cut(t.im));
}
