import { DymadError } from "../../errors.js";

/** A dense real matrix, row-major: entry (i, j) is `data[i * cols + j]`. */
export class Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;

  /**
   * @param rows   number of rows, integer >= 0
   * @param cols   number of columns, integer >= 0
   * @param data   row-major values, length rows * cols; zeros when absent; kept, not copied
   * @throws       E_SHAPE when the length of `data` is not rows * cols
   */
  constructor(rows: number, cols: number, data: Float64Array = new Float64Array(rows * cols)) {
    if (data.length !== rows * cols) {
      throw new DymadError("E_SHAPE", `a ${rows} x ${cols} matrix needs ${rows * cols} values, got ${data.length}`);
    }
    this.rows = rows;
    this.cols = cols;
    this.data = data;
  }

  /** A matrix from rows of numbers; every row must have the same length. */
  static from(rows: readonly (readonly number[] | Float64Array)[]): Matrix {
    const cols = rows[0]?.length ?? 0;
    const out = new Matrix(rows.length, cols);
    rows.forEach((row, i) => {
      if (row.length !== cols) throw new DymadError("E_SHAPE", `row ${i} has ${row.length} values, row 0 has ${cols}`);
      out.data.set(row, i * cols);
    });
    return out;
  }

  static identity(n: number): Matrix {
    const out = new Matrix(n, n);
    for (let i = 0; i < n; i++) out.data[i * n + i] = 1;
    return out;
  }

  get(i: number, j: number): number {
    return this.data[i * this.cols + j];
  }

  set(i: number, j: number, value: number): void {
    this.data[i * this.cols + j] = value;
  }

  /** Row i as a view: writing to it writes to the matrix. */
  row(i: number): Float64Array {
    return this.data.subarray(i * this.cols, (i + 1) * this.cols);
  }

  /** Rows start .. end-1 as a view. */
  slice(start: number, end: number): Matrix {
    return new Matrix(end - start, this.cols, this.data.subarray(start * this.cols, end * this.cols));
  }

  column(j: number): Float64Array {
    const out = new Float64Array(this.rows);
    for (let i = 0; i < this.rows; i++) out[i] = this.data[i * this.cols + j];
    return out;
  }

  clone(): Matrix {
    return new Matrix(this.rows, this.cols, this.data.slice());
  }

  transpose(): Matrix {
    const out = new Matrix(this.cols, this.rows);
    for (let i = 0; i < this.rows; i++) {
      for (let j = 0; j < this.cols; j++) out.data[j * this.rows + i] = this.data[i * this.cols + j];
    }
    return out;
  }

  /** The product A B, shape [A.rows, B.cols]. */
  multiply(b: Matrix): Matrix {
    if (this.cols !== b.rows) {
      throw new DymadError("E_SHAPE", `cannot multiply ${this.rows} x ${this.cols} by ${b.rows} x ${b.cols}`);
    }
    const out = new Matrix(this.rows, b.cols);
    const [from, into, width] = [b.data, out.data, b.cols];
    for (let i = 0; i < this.rows; i++) {
      const start = i * width;
      for (let k = 0; k < this.cols; k++) {
        const a = this.data[i * this.cols + k];
        if (a === 0) continue;
        const source = k * width;
        for (let j = 0; j < width; j++) into[start + j] += a * from[source + j];
      }
    }
    return out;
  }

  /** Rows as ordinary arrays, for printing and JSON. */
  toRows(): number[][] {
    return Array.from({ length: this.rows }, (_, i) => Array.from(this.row(i)));
  }
}

/** The sum of squares of values [n]. */
export function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return sum;
}

/** a - b, shape [m, n] both. */
export function difference(a: Matrix, b: Matrix): Matrix {
  return new Matrix(
    a.rows,
    a.cols,
    a.data.map((value, i) => value - b.data[i]),
  );
}

/** factor a, shape [m, n]. */
export function scaled(a: Matrix, factor: number): Matrix {
  return new Matrix(
    a.rows,
    a.cols,
    a.data.map((value) => value * factor),
  );
}
