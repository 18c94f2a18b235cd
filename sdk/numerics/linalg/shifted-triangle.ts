import { type Complex, type ComplexMatrix, modulus } from "./complex.js";
import { epsilon } from "./finite.js";

/** T - z for one T and many z: systems with it and with its adjoint, in some n^2 operations. */
export interface Shifted {
  /** n */
  readonly size: number;
  /**
   * Makes z the point of the systems that follow. Where it is an eigenvalue of T a rounding error of T stands in place of zero.
   *
   * @returns  whether it is one
   */
  moveTo(z: Complex): boolean;
  /** (T - z) x = b in place, b as two arrays of shape [n]. */
  solve(re: Float64Array, im: Float64Array): void;
  /** (T - z)^H x = b in place. */
  solveAdjoint(re: Float64Array, im: Float64Array): void;
}

/** T upper triangular: the Schur form of a complex matrix. */
export class ShiftedTriangle implements Shifted {
  readonly size: number;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  /** 1 / (t_ii - z) */
  readonly #dre: Float64Array;
  readonly #dim: Float64Array;
  readonly #norm: number;

  /** @param t  shape [n, n]; kept, not copied */
  constructor(t: ComplexMatrix) {
    this.size = t.rows;
    this.#re = t.re;
    this.#im = t.im;
    this.#dre = new Float64Array(t.rows);
    this.#dim = new Float64Array(t.rows);
    this.#norm = t.norm();
  }

  moveTo({ re, im }: Complex): boolean {
    const n = this.size;
    const smallest = epsilon * (this.#norm || 1);
    let singular = false;
    for (let i = 0; i < n; i++) {
      let a = this.#re[i * n + i] - re;
      const b = this.#im[i * n + i] - im;
      if (a === 0 && b === 0) {
        singular = true;
        a = smallest;
      }
      const size = modulus(a, b);
      this.#dre[i] = a / size / size;
      this.#dim[i] = -b / size / size;
    }
    return singular;
  }

  // Two rows or columns at a time: every entry of the vector that is read serves both.
  solve(re: Float64Array, im: Float64Array): void {
    const n = this.size;
    const tre = this.#re;
    const tim = this.#im;
    let i = n - 1;
    for (; i > 0; i -= 2) {
      const lower = i * n;
      const upper = lower - n;
      let a = re[i];
      let b = im[i];
      let c = re[i - 1];
      let d = im[i - 1];
      for (let j = i + 1; j < n; j++) {
        const u = re[j];
        const v = im[j];
        const x = tre[lower + j];
        const y = tim[lower + j];
        const p = tre[upper + j];
        const q = tim[upper + j];
        a -= x * u - y * v;
        b -= x * v + y * u;
        c -= p * u - q * v;
        d -= p * v + q * u;
      }
      const u = a * this.#dre[i] - b * this.#dim[i];
      const v = a * this.#dim[i] + b * this.#dre[i];
      c -= tre[upper + i] * u - tim[upper + i] * v;
      d -= tre[upper + i] * v + tim[upper + i] * u;
      re[i] = u;
      im[i] = v;
      re[i - 1] = c * this.#dre[i - 1] - d * this.#dim[i - 1];
      im[i - 1] = c * this.#dim[i - 1] + d * this.#dre[i - 1];
    }
    if (i < 0) return;
    let a = re[0];
    let b = im[0];
    for (let j = 1; j < n; j++) {
      a -= tre[j] * re[j] - tim[j] * im[j];
      b -= tre[j] * im[j] + tim[j] * re[j];
    }
    re[0] = a * this.#dre[0] - b * this.#dim[0];
    im[0] = a * this.#dim[0] + b * this.#dre[0];
  }

  solveAdjoint(re: Float64Array, im: Float64Array): void {
    const n = this.size;
    const tre = this.#re;
    const tim = this.#im;
    for (let i = 0; i < n; i += 2) {
      const upper = i * n;
      const u = re[i] * this.#dre[i] + im[i] * this.#dim[i];
      const v = im[i] * this.#dre[i] - re[i] * this.#dim[i];
      re[i] = u;
      im[i] = v;
      if (i + 1 === n) return;
      const lower = upper + n;
      const a = re[i + 1] - (tre[upper + i + 1] * u + tim[upper + i + 1] * v);
      const b = im[i + 1] - (tre[upper + i + 1] * v - tim[upper + i + 1] * u);
      const c = a * this.#dre[i + 1] + b * this.#dim[i + 1];
      const d = b * this.#dre[i + 1] - a * this.#dim[i + 1];
      re[i + 1] = c;
      im[i + 1] = d;
      for (let j = i + 2; j < n; j++) {
        const x = tre[upper + j];
        const y = tim[upper + j];
        const p = tre[lower + j];
        const q = tim[lower + j];
        re[j] -= x * u + y * v + (p * c + q * d);
        im[j] -= x * v - y * u + (p * d - q * c);
      }
    }
  }
}
