import { ComplexMatrix, divideComplex, modulus } from "./complex.js";
import { triangularise } from "./complex-qr.js";
import { Matrix } from "./matrix.js";
import { symmetricEigen } from "./symmetric-eigen.js";

/**
 * The smallest singular value of a tall complex matrix: QR, then Lanczos on (R^H R)^-1, which converges fast because its largest
 * eigenvalue is wanted, and never squares the condition number.
 *
 * @param a   shape [m, n], m >= n
 * @returns   sigma_n >= 0
 * @see       Trefethen, Embree 2005, "Spectra and Pseudospectra", chapter 39
 */
export function smallestSingularValue(a: ComplexMatrix): number {
  const n = a.cols;
  if (a.rows < n) return 0;
  const { r } = triangularise(a);
  for (let k = 0; k < n; k++) if (modulus(r.re[k * n + k], r.im[k * n + k]) === 0) return 0;

  const basis: ComplexMatrix[] = [];
  const alpha: number[] = [];
  const beta: number[] = [];
  // Uneven weights: a start vector orthogonal to the wanted one would need luck.
  let v = normalised(
    new ComplexMatrix(
      n,
      1,
      Float64Array.from({ length: n }, (_, i) => 1 + 0.1 * ((7 * i) % 5)),
    ),
  );
  for (let step = 0; step < n; step++) {
    basis.push(v);
    const w = solveUpper(r, solveLowerAdjoint(r, v));
    alpha.push(inner(v, w).re);
    for (let pass = 0; pass < 2; pass++) for (const b of basis) subtract(w, b);
    const rest = w.norm();
    const { values, vectors } = symmetricEigen(tridiagonal(alpha, beta));
    // The residual of the Ritz pair bounds its error; quadratically, so 1e-8 here is rounding there.
    if (rest * Math.abs(vectors.get(step, 0)) <= 1e-8 * values[0] || step === n - 1) return 1 / Math.sqrt(values[0]);
    beta.push(rest);
    v = normalised(w);
  }
  return 0;
}

/** b^H a. */
function inner(b: ComplexMatrix, a: ComplexMatrix): { re: number; im: number } {
  let re = 0;
  let im = 0;
  for (let i = 0; i < a.re.length; i++) {
    re += b.re[i] * a.re[i] + b.im[i] * a.im[i];
    im += b.re[i] * a.im[i] - b.im[i] * a.re[i];
  }
  return { re, im };
}

/** Removes from `a`, in place, its part along the unit vector b; returns the coefficient. */
function subtract(a: ComplexMatrix, b: ComplexMatrix): { re: number; im: number } {
  const c = inner(b, a);
  for (let i = 0; i < a.re.length; i++) {
    a.re[i] -= c.re * b.re[i] - c.im * b.im[i];
    a.im[i] -= c.re * b.im[i] + c.im * b.re[i];
  }
  return c;
}

function normalised(v: ComplexMatrix): ComplexMatrix {
  const scale = 1 / v.norm();
  return new ComplexMatrix(
    v.rows,
    1,
    v.re.map((value) => value * scale),
    v.im.map((value) => value * scale),
  );
}

function solveUpper(r: ComplexMatrix, b: ComplexMatrix): ComplexMatrix {
  const n = r.rows;
  const x = b.clone();
  for (let i = n - 1; i >= 0; i--) {
    let { re, im } = x.get(i, 0);
    for (let j = i + 1; j < n; j++) {
      const k = i * n + j;
      re -= r.re[k] * x.re[j] - r.im[k] * x.im[j];
      im -= r.re[k] * x.im[j] + r.im[k] * x.re[j];
    }
    x.set(i, 0, divideComplex({ re, im }, r.get(i, i)));
  }
  return x;
}

/** Solves R^H x = b. */
function solveLowerAdjoint(r: ComplexMatrix, b: ComplexMatrix): ComplexMatrix {
  const n = r.rows;
  const x = b.clone();
  for (let i = 0; i < n; i++) {
    let { re, im } = x.get(i, 0);
    for (let j = 0; j < i; j++) {
      const k = j * n + i;
      re -= r.re[k] * x.re[j] + r.im[k] * x.im[j];
      im -= r.re[k] * x.im[j] - r.im[k] * x.re[j];
    }
    const head = r.get(i, i);
    x.set(i, 0, divideComplex({ re, im }, { re: head.re, im: -head.im }));
  }
  return x;
}

function tridiagonal(alpha: readonly number[], beta: readonly number[]): Matrix {
  const out = new Matrix(alpha.length, alpha.length);
  alpha.forEach((value, i) => {
    out.set(i, i, value);
  });
  beta.forEach((value, i) => {
    out.set(i, i + 1, value);
    out.set(i + 1, i, value);
  });
  return out;
}
