import { pieceEnds } from "../../numerics/interpolation.js";
import { type Batch, controlAt } from "../data/batch.js";

/** Writes the control of every row at one relative time into `out`, shape [B, m]; `piece` as in `controlAt`. */
export type BatchControl = (tau: number, out: Float64Array, piece?: number) => void;

/** Rows whose relative times differ by no more than this fraction of the horizon have one clock: what remains is rounding. */
const ONE_CLOCK = 1e-13;

/**
 * The control of a batch as one piecewise polynomial with B m values, so that a solver finds the piece once for all rows and
 * evaluates it in one pass. Rows that keep different clocks (file formats round) are asked one by one.
 *
 * @see de Boor 1978, "A Practical Guide to Splines", chapter IX
 */
export function batchControl(batch: Batch): BatchControl {
  const { B, T, grid, stretches } = batch;
  const m = batch.widths.u;
  const first = stretches[0].trajectory.control;
  const span = grid[T - 1];
  const alike = stretches.every(({ trajectory: { t, control }, start }) => {
    if (T < 2 || control === null || control.degree !== first?.degree || control.parts !== first.parts) return false;
    for (let k = 0; k < T; k++) if (!(Math.abs(t[start + k] - t[start] - grid[k]) <= ONE_CLOCK * span)) return false;
    return true;
  });
  if (!alike || first === null) return (tau, out, piece) => controlAt(batch, tau, out, piece);

  const width = B * m;
  const terms = first.degree + 1;
  const { parts } = first;
  const pieces = (T - 1) * parts;
  const ends = pieceEnds(grid, parts);
  const table = new Float64Array(pieces * terms * width);
  stretches.forEach(({ trajectory, start }, b) => {
    const coefficients = trajectory.control?.coefficients as Float64Array;
    for (let row = 0; row < pieces * terms; row++) {
      const from = (start * parts * terms + row) * m;
      for (let i = 0; i < m; i++) table[row * width + b * m + i] = coefficients[from + i];
    }
  });
  return (tau, out, piece) => {
    const k = Math.min(Math.max(piece ?? pieceBefore(ends, tau), 0), pieces - 1);
    const s = tau - ends[k];
    const start = k * terms * width;
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let at = start + (terms - 1) * width + i; at >= start; at -= width) sum = sum * s + table[at];
      out[i] = sum;
    }
  };
}

/** The piece that ends at or after t. */
function pieceBefore(grid: Float64Array, t: number): number {
  let low = 0;
  let high = grid.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (grid[middle] < t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
