import { DymadError } from "../../errors.js";
import { epsilon } from "../linalg/finite.js";
import type { Matrix } from "../linalg/matrix.js";
import { nystromHint } from "./kernel-system.js";

/**
 * Says of a kernel matrix that was singular why, in numbers, and what helps.
 *
 * @param points  shape [N, n]
 * @param lambda  ridge and jitter that it had
 */
export function singularKernel(error: unknown, points: Matrix, lambda: number): unknown {
  if (!(error instanceof DymadError) || error.code !== "E_NUMERIC" || error.data === undefined) return error;
  const { row } = error.data as { row?: number };
  if (row === undefined) return error;
  const N = points.rows;
  const { count, example } = duplicates(points);
  const enough = `ridge_init: ${(16 * N * epsilon).toExponential(0)} or more`;
  const same =
    count === 0
      ? `no two of the ${N} samples are the same, but the kernel is too wide to tell them apart: pivot ${row} is lost in rounding`
      : `${count} of the ${N} samples repeat others (${example[1]} is ${example[0]})`;
  return new DymadError("E_NUMERIC", `the kernel matrix with ridge ${lambda} is singular: ${same}`, {
    hint: `write ${enough}${count === 0 ? ", a smaller width" : ", leave the repeated samples out"}, or ${nystromHint}`,
    data: { row, duplicates: count, samples: N, ridge: lambda },
    cause: error,
  });
}

/** How many points repeat an earlier one, with the first such pair (the earlier one, the later one). */
export function duplicates(points: Matrix): { readonly count: number; readonly example: readonly [number, number] } {
  const first = new Map<string, number>();
  let count = 0;
  let example: readonly [number, number] = [0, 0];
  for (let i = 0; i < points.rows; i++) {
    const key = points.row(i).join();
    const known = first.get(key);
    if (known === undefined) first.set(key, i);
    else if (count++ === 0) example = [known, i];
  }
  return { count, example };
}
