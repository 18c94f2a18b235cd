import { DymadError } from "../../errors.js";
import { multiplyInto } from "./complex-product.js";
import type { Matrix } from "./matrix.js";

export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** Complex numbers as two arrays of equal length. */
export interface ComplexVector {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** |a + ib| without overflow. */
export function modulus(re: number, im: number): number {
  const a = Math.max(Math.abs(re), Math.abs(im));
  if (a === 0 || a === Number.POSITIVE_INFINITY) return a;
  const b = Math.min(Math.abs(re), Math.abs(im)) / a;
  return a * Math.sqrt(1 + b * b);
}

/** a b. */
export function multiplyComplex(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

/** a / b by Smith's method, which avoids overflow. @see Smith 1962, doi:10.1145/368637.368661 */
export function divideComplex(a: Complex, b: Complex): Complex {
  if (Math.abs(b.re) >= Math.abs(b.im)) {
    const ratio = b.im / b.re;
    const scale = b.re + b.im * ratio;
    return { re: (a.re + a.im * ratio) / scale, im: (a.im - a.re * ratio) / scale };
  }
  const ratio = b.re / b.im;
  const scale = b.re * ratio + b.im;
  return { re: (a.re * ratio + a.im) / scale, im: (a.im * ratio - a.re) / scale };
}

/** The square root with real part >= 0. */
export function sqrtComplex(a: Complex): Complex {
  const size = modulus(a.re, a.im);
  if (size === 0) return { re: 0, im: 0 };
  const large = Math.sqrt((size + Math.abs(a.re)) / 2);
  const small = Math.abs(a.im) / (2 * large);
  const sign = a.im < 0 ? -1 : 1;
  return a.re >= 0 ? { re: large, im: sign * small } : { re: small, im: sign * large };
}

/** A dense complex matrix, row-major in two arrays: entry (i, j) is `re[i * cols + j] + i im[i * cols + j]`. */
export class ComplexMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly re: Float64Array;
  readonly im: Float64Array;

  /** @throws E_SHAPE when an array does not hold rows * cols values */
  constructor(
    rows: number,
    cols: number,
    re: Float64Array = new Float64Array(rows * cols),
    im: Float64Array = new Float64Array(rows * cols),
  ) {
    if (re.length !== rows * cols || im.length !== rows * cols) {
      throw new DymadError("E_SHAPE", `a complex ${rows} x ${cols} matrix needs two arrays of ${rows * cols} values`);
    }
    this.rows = rows;
    this.cols = cols;
    this.re = re;
    this.im = im;
  }

  static fromReal(a: Matrix): ComplexMatrix {
    return new ComplexMatrix(a.rows, a.cols, a.data.slice());
  }

  static identity(n: number): ComplexMatrix {
    const out = new ComplexMatrix(n, n);
    for (let i = 0; i < n; i++) out.re[i * n + i] = 1;
    return out;
  }

  get(i: number, j: number): Complex {
    return { re: this.re[i * this.cols + j], im: this.im[i * this.cols + j] };
  }

  set(i: number, j: number, value: Complex): void {
    this.re[i * this.cols + j] = value.re;
    this.im[i * this.cols + j] = value.im;
  }

  clone(): ComplexMatrix {
    return new ComplexMatrix(this.rows, this.cols, this.re.slice(), this.im.slice());
  }

  /** Column j from row `start` on, copied. */
  column(j: number, start = 0): ComplexVector {
    const length = this.rows - start;
    const out = { re: new Float64Array(length), im: new Float64Array(length) };
    for (let i = 0, at = start * this.cols + j; i < length; i++, at += this.cols) {
      out.re[i] = this.re[at];
      out.im[i] = this.im[at];
    }
    return out;
  }

  /** Columns in the given order, copied. */
  pickColumns(order: ArrayLike<number>): ComplexMatrix {
    const out = new ComplexMatrix(this.rows, order.length);
    for (let i = 0; i < this.rows; i++) {
      for (let j = 0; j < order.length; j++) {
        out.re[i * order.length + j] = this.re[i * this.cols + order[j]];
        out.im[i * order.length + j] = this.im[i * this.cols + order[j]];
      }
    }
    return out;
  }

  /** The transpose, nothing conjugated. */
  transpose(): ComplexMatrix {
    const turned = this.adjoint();
    return new ComplexMatrix(
      turned.rows,
      turned.cols,
      turned.re,
      turned.im.map((value) => -value),
    );
  }

  /** The conjugate transpose. */
  adjoint(): ComplexMatrix {
    const out = new ComplexMatrix(this.cols, this.rows);
    for (let i = 0; i < this.rows; i++) {
      for (let j = 0; j < this.cols; j++) {
        out.re[j * this.rows + i] = this.re[i * this.cols + j];
        out.im[j * this.rows + i] = -this.im[i * this.cols + j];
      }
    }
    return out;
  }

  /** The product A B. @throws E_SHAPE when the inner sizes differ */
  multiply(b: ComplexMatrix): ComplexMatrix {
    if (this.cols !== b.rows) {
      throw new DymadError("E_SHAPE", `cannot multiply ${this.rows} x ${this.cols} by ${b.rows} x ${b.cols}`);
    }
    const out = new ComplexMatrix(this.rows, b.cols);
    multiplyInto(this, b, out);
    return out;
  }

  /** The Frobenius norm. */
  norm(): number {
    let sum = 0;
    for (let i = 0; i < this.re.length; i++) sum += this.re[i] * this.re[i] + this.im[i] * this.im[i];
    return Math.sqrt(sum);
  }
}
