import { DymadError } from "../../errors.js";
import { type ComplexMatrix, type ComplexVector, modulus } from "./complex.js";
import { Matrix } from "./matrix.js";

/** A = right block left^T, all real. */
export interface RealFactors {
  /** block diagonal: 1 x 1 for real eigenvalues, [[a, b], [-b, a]] for a + ib and its conjugate, shape [r, r] */
  readonly block: Matrix;
  /** shape [n, r] */
  readonly left: Matrix;
  /** shape [n, r] */
  readonly right: Matrix;
}

/**
 * Real factors of sum_i lambda_i v_i w_i^H over eigenpairs closed under conjugation.
 *
 * @param values   eigenvalues, shape [r]
 * @param left     left eigenvectors as columns, shape [n, r]
 * @param right    right eigenvectors as columns, shape [n, r]
 * @returns        block [r, r], left and right [n, r] with A = right block left^T
 * @throws         E_NUMERIC when an eigenvalue has no conjugate partner in the list
 */
export function realFactors(values: ComplexVector, left: ComplexMatrix, right: ComplexMatrix): RealFactors {
  const r = values.re.length;
  const out = { block: new Matrix(r, r), left: new Matrix(left.rows, r), right: new Matrix(right.rows, r) };
  const used = new Set<number>();
  let column = 0;
  for (let i = 0; i < r; i++) {
    if (used.has(i)) continue;
    used.add(i);
    if (Math.abs(values.im[i]) <= 1e-12) {
      out.block.set(column, column, values.re[i]);
      copy(out.left, column, left.column(i).re, 1);
      copy(out.right, column, right.column(i).re, 1);
      column += 1;
      continue;
    }
    const partner = partnerOf(values, i, used);
    used.add(partner);
    const upper = values.im[i] > 0 ? i : partner;
    const [a, b] = [values.re[upper], values.im[upper]];
    out.block.row(column).set([a, b], column);
    out.block.row(column + 1).set([-b, a], column);
    for (const [target, source] of [
      [out.left, left],
      [out.right, right],
    ] as const) {
      const v = source.column(upper);
      copy(target, column, v.re, Math.SQRT2);
      copy(target, column + 1, v.im, Math.SQRT2);
    }
    column += 2;
  }
  return out;
}

function partnerOf({ re, im }: ComplexVector, i: number, used: ReadonlySet<number>): number {
  const tolerance = 1e-10 * (1 + modulus(re[i], im[i]));
  for (let j = 0; j < re.length; j++) {
    if (!used.has(j) && modulus(re[j] - re[i], im[j] + im[i]) <= tolerance) return j;
  }
  throw new DymadError("E_NUMERIC", `the eigenvalue ${re[i]} + ${im[i]}i has no conjugate partner among those kept`, {
    hint: "keep conjugate pairs together",
  });
}

function copy(target: Matrix, column: number, values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) target.set(i, column, factor * values[i]);
}
