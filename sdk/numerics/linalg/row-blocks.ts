import { DymadError } from "../../errors.js";
import type { Matrix } from "./matrix.js";

/** Rows that one pass of the engine takes: they and their products stay in the cache of a core. */
export const rowsPerPass = 512;

/**
 * The rows of several matrices as pieces of equally many rows, the last one filled up with zeros.
 *
 * @param blocks  matrices of [m_i, n], one under the other
 * @param cols    n
 * @param rows    rows of a piece; default `rowsPerPass`
 * @returns       row-major values [rows, n]; views of the blocks or of one buffer: use each before asking for the next
 * @throws        E_SHAPE when a block has another number of columns
 */
export function* rowBlocks(
  blocks: Iterable<Matrix>,
  cols: number,
  rows: number = rowsPerPass,
): Generator<Float64Array, void, undefined> {
  const size = rows * cols;
  const waiting = new Float64Array(size);
  let filled = 0;
  for (const block of blocks) {
    if (block.cols !== cols) throw new DymadError("E_SHAPE", `a block has ${block.cols} columns, those before it ${cols}`);
    let at = 0;
    while (at < block.data.length) {
      if (filled === 0 && at + size <= block.data.length) {
        yield block.data.subarray(at, at + size);
        at += size;
        continue;
      }
      const part = block.data.subarray(at, Math.min(block.data.length, at + size - filled));
      waiting.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === size) {
        yield waiting;
        filled = 0;
      }
    }
  }
  if (filled > 0) yield waiting.fill(0, filled);
}
