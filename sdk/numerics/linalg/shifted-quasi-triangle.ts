import { type Complex, modulus } from "./complex.js";
import { epsilon } from "./finite.js";
import type { Matrix } from "./matrix.js";
import type { Shifted } from "./shifted-triangle.js";

/**
 * T - z for T real and upper triangular but for 2 x 2 blocks on the diagonal: the Schur form of a real matrix. A real entry times a
 * complex one is half the work of two complex ones.
 */
export class ShiftedQuasiTriangle implements Shifted {
  readonly size: number;
  readonly #t: Float64Array;
  /** T^T, whose rows the adjoint takes: sums are faster than updates */
  readonly #transposed: Float64Array;
  /** a sum of moduli */
  readonly #norm: number;
  /** first rows of the blocks, of two rows each where they can be: two real eigenvalues make a block, too; then n */
  readonly #blocks: readonly number[];
  /** (T_block - z)^-1 of each block, row by row, [re, im] of each entry: shape [blocks, 8]; a block of one row uses the first entry */
  readonly #inverses: Float64Array;
  /** what the two rows of a block have left, [re, im] each */
  readonly #gap = new Float64Array(4);

  /** @param t  shape [n, n]; kept, not copied */
  constructor(t: Matrix) {
    const n = t.rows;
    this.size = n;
    this.#t = t.data;
    this.#transposed = t.transpose().data;
    this.#norm = t.data.reduce((sum, value) => sum + Math.abs(value), 0);
    const blocks: number[] = [];
    for (let i = 0; i < n; ) {
      blocks.push(i);
      const cutsPair = i + 2 < n && t.get(i + 2, i + 1) !== 0;
      i += i + 1 === n || cutsPair ? 1 : 2;
    }
    this.#inverses = new Float64Array(8 * blocks.length);
    this.#blocks = [...blocks, n];
  }

  moveTo(z: Complex): boolean {
    const { size: n } = this;
    const t = this.#t;
    const inverses = this.#inverses;
    const smallest = epsilon * (this.#norm || 1);
    let singular = false;
    for (let k = 0, at = 0; at < inverses.length; k++, at += 8) {
      const i = this.#blocks[k];
      const first = i * n + i;
      const pair = this.#blocks[k + 1] - i === 2;
      // [[p - i y, q], [s, r - i y]]; one row is seen as [[p - i y, 0], [0, 1]]
      const p = t[first] - z.re;
      const q = pair ? t[first + 1] : 0;
      const s = pair ? t[first + n] : 0;
      const r = pair ? t[first + n + 1] - z.re : 1;
      const pim = -z.im;
      const rim = pair ? -z.im : 0;
      let re = p * r - pim * rim - q * s;
      const im = p * rim + r * pim;
      if (re === 0 && im === 0) {
        singular = true;
        re = smallest * (Math.abs(p) + Math.abs(q) + Math.abs(s) + Math.abs(r) || smallest);
      }
      const length = modulus(re, im);
      const dre = re / length / length;
      const dim = -im / length / length;
      inverses[at] = r * dre - rim * dim;
      inverses[at + 1] = r * dim + rim * dre;
      inverses[at + 2] = -q * dre;
      inverses[at + 3] = -q * dim;
      inverses[at + 4] = -s * dre;
      inverses[at + 5] = -s * dim;
      inverses[at + 6] = p * dre - pim * dim;
      inverses[at + 7] = p * dim + pim * dre;
    }
    return singular;
  }

  solve(re: Float64Array, im: Float64Array): void {
    const m = this.#inverses;
    const gap = this.#gap;
    for (let k = this.#blocks.length - 2; k >= 0; k--) {
      const i = this.#blocks[k];
      const end = this.#blocks[k + 1];
      this.#leave(this.#t, i, end, end, this.size, re, im);
      const at = 8 * k;
      re[i] = m[at] * gap[0] - m[at + 1] * gap[1];
      im[i] = m[at] * gap[1] + m[at + 1] * gap[0];
      if (end - i === 1) continue;
      re[i] += m[at + 2] * gap[2] - m[at + 3] * gap[3];
      im[i] += m[at + 2] * gap[3] + m[at + 3] * gap[2];
      re[i + 1] = m[at + 4] * gap[0] - m[at + 5] * gap[1] + m[at + 6] * gap[2] - m[at + 7] * gap[3];
      im[i + 1] = m[at + 4] * gap[1] + m[at + 5] * gap[0] + m[at + 6] * gap[3] + m[at + 7] * gap[2];
    }
  }

  solveAdjoint(re: Float64Array, im: Float64Array): void {
    const m = this.#inverses;
    const gap = this.#gap;
    for (let k = 0; k + 1 < this.#blocks.length; k++) {
      const i = this.#blocks[k];
      const end = this.#blocks[k + 1];
      this.#leave(this.#transposed, i, end, 0, i, re, im);
      const at = 8 * k;
      re[i] = m[at] * gap[0] + m[at + 1] * gap[1];
      im[i] = m[at] * gap[1] - m[at + 1] * gap[0];
      if (end - i === 1) continue;
      re[i] += m[at + 4] * gap[2] + m[at + 5] * gap[3];
      im[i] += m[at + 4] * gap[3] - m[at + 5] * gap[2];
      re[i + 1] = m[at + 2] * gap[0] + m[at + 3] * gap[1] + m[at + 6] * gap[2] + m[at + 7] * gap[3];
      im[i + 1] = m[at + 2] * gap[1] - m[at + 3] * gap[0] + m[at + 6] * gap[3] - m[at + 7] * gap[2];
    }
  }

  /** Writes what entries i and end - 1 of a right side leave when the known entries from .. to of x have had their part. */
  #leave(t: Float64Array, i: number, end: number, from: number, to: number, re: Float64Array, im: Float64Array): void {
    const upper = i * this.size;
    const lower = (end - 1) * this.size;
    let a = re[i];
    let b = im[i];
    let c = re[end - 1];
    let d = im[end - 1];
    for (let j = from; j < to; j++) {
      const u = re[j];
      const v = im[j];
      const p = t[upper + j];
      const q = t[lower + j];
      a -= p * u;
      b -= p * v;
      c -= q * u;
      d -= q * v;
    }
    const gap = this.#gap;
    gap[0] = a;
    gap[1] = b;
    gap[2] = c;
    gap[3] = d;
  }
}
