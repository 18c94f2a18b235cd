import { DymadError } from "../../../errors.js";
import { ComplexMatrix, divideComplex } from "../../../numerics/linalg/complex.js";
import { scaleColumn } from "../../../numerics/linalg/complex-lines.js";
import { modesOf, withColumns } from "../../../numerics/linalg/gram-svd.js";
import { gramMatrix, multiplyLarge } from "../../../numerics/linalg/large-product.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import { koopmanSpectrum, type Spectrum, type SpectrumRequest } from "../spectrum.js";
import { type Diagnostic, diagnoseSpectrum } from "./diagnostic.js";

export interface BlockDmdOptions extends Pick<SpectrumRequest, "threshold" | "order"> {
  /** r, how many directions carry the dynamics */
  readonly rank: number;
  /** time between columns, units of `t` */
  readonly dt: number;
  /** samples of each trajectory, one after the other, adding up to the columns; default one trajectory */
  readonly lengths?: readonly number[];
}

export interface BlockDmd {
  readonly spectrum: Spectrum;
  /** exact modes are the later samples times these, shape [T, r]: rows of columns that begin a trajectory are zero */
  readonly weights: ComplexMatrix;
  /** of the earlier samples, shape [r] */
  readonly singularValues: Float64Array;
  readonly diagnostics: readonly Diagnostic[];
}

/** Row blocks one after the other: a list, a generator, anything that `for ... of` reads. Spelled out: `Iterable` has parts that are any. */
export interface MatrixBlocks {
  [Symbol.iterator](): { next(): IteratorResult<Matrix, unknown> };
}

/**
 * Exact dynamic mode decomposition of fields too large for memory, places in rows and times in columns, read as row blocks. One sweep
 * gives the Gram matrix of all samples, from which come eigenvalues and residuals; a second sweep by blockModes writes the modes.
 * Squaring costs digits: directions a ten-thousandth of the first keep half of theirs, which is reported.
 *
 * @param blocks   row blocks [m_i, T], one after the other, read once
 * @param options  rank, dt, lengths, threshold, order
 * @returns        spectrum with residuals, weights [T, r] of the modes, diagnostics
 * @throws         E_SPEC when rank, dt or lengths do not fit the columns; E_SHAPE when blocks differ in columns; E_DATA when there is no
 *                 block
 * @see            Sirovich 1987, "Turbulence and the dynamics of coherent structures, part I", doi:10.1090/qam/910462
 */
export function blockDmd(blocks: MatrixBlocks, options: BlockDmdOptions): BlockDmd {
  const { rank, dt, threshold, order } = options;
  const { cols, all } = withColumns(blocks);
  const before = earlierColumns(options.lengths ?? [cols], cols);
  if (!(Number.isInteger(rank) && rank >= 1 && rank <= before.length)) {
    throw new DymadError("E_SPEC", `cannot take ${rank} directions of ${before.length} pairs of samples`, { path: ["rank"] });
  }
  const gram = gramMatrix(all, cols);
  const after = before.map((k) => k + 1);
  const { s, v, warning } = modesOf(pick(gram, before, before), rank);
  const kept = s.filter((value) => value > 0).length;
  if (kept === 0) throw new DymadError("E_DATA", "all samples are zero");
  // coordinates of a sample: its inner products with the directions X0 V diag(1/s)
  const toBasis = new Matrix(before.length, kept);
  for (let i = 0; i < before.length; i++) for (let k = 0; k < kept; k++) toBasis.set(i, k, v.get(i, k) / s[k]);
  const z0 = pick(gram, before, before).multiply(toBasis);
  const z1 = pick(gram, after, before).multiply(toBasis);
  // K = z0^+ z1 with z0 = V diag(s): rows of z0^+ are columns of V over s
  const K = toBasis.transpose().multiply(z1);
  const spectrum = koopmanSpectrum({ A: K.transpose(), P0: z0, P1: z1, dt, timeDomain: "discrete", threshold, order });
  const small = ComplexMatrix.fromReal(toBasis).multiply(conjugate(spectrum.duals));
  spectrum.points.forEach(({ re, im }, i) => {
    if (re !== 0 || im !== 0) scaleColumn(small, i, divideComplex({ re: 1, im: 0 }, { re, im }));
  });
  const weights = new ComplexMatrix(cols, kept);
  after.forEach((to, from) => {
    weights.re.set(small.re.subarray(from * kept, (from + 1) * kept), to * kept);
    weights.im.set(small.im.subarray(from * kept, (from + 1) * kept), to * kept);
  });
  const lost: Diagnostic[] =
    warning === null ? [] : [{ code: "lost-digits", message: warning, hint: "lower the rank, or use dmd on the whole matrix" }];
  return {
    spectrum,
    weights,
    singularValues: s.slice(0, kept),
    diagnostics: [...diagnoseSpectrum(spectrum, kept, rank), ...lost],
  };
}

/**
 * The exact modes at the places of each block: the second sweep.
 *
 * @param blocks  the row blocks [m_i, T] again
 * @param found   from blockDmd
 * @returns       the rows of the modes in the same blocks, shape [m_i, r], one column a mode
 * @throws        E_SHAPE when a block has another number of columns
 */
export function* blockModes(blocks: MatrixBlocks, { weights }: BlockDmd): Generator<ComplexMatrix, void, undefined> {
  const [re, im] = [new Matrix(weights.rows, weights.cols, weights.re), new Matrix(weights.rows, weights.cols, weights.im)];
  for (const block of blocks) {
    yield new ComplexMatrix(block.rows, weights.cols, multiplyLarge(block, re).data, multiplyLarge(block, im).data);
  }
}

/** Columns that have a successor in their trajectory. */
function earlierColumns(lengths: readonly number[], cols: number): number[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total !== cols || !lengths.every((length) => Number.isInteger(length) && length >= 1)) {
    throw new DymadError("E_SPEC", `trajectories of ${lengths.join(", ")} samples do not make ${cols} columns`, {
      path: ["lengths"],
    });
  }
  let start = 0;
  return lengths.flatMap((length) => {
    const here = Array.from({ length: length - 1 }, (_, k) => start + k);
    start += length;
    return here;
  });
}

function pick(a: Matrix, rows: readonly number[], cols: readonly number[]): Matrix {
  const out = new Matrix(rows.length, cols.length);
  rows.forEach((i, to) => {
    cols.forEach((j, k) => {
      out.data[to * cols.length + k] = a.data[i * a.cols + j];
    });
  });
  return out;
}

const conjugate = ({ rows, cols, re, im }: ComplexMatrix): ComplexMatrix =>
  new ComplexMatrix(
    rows,
    cols,
    re,
    im.map((value) => -value),
  );
