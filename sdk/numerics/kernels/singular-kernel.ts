import { DymadError } from "../../errors.js";
import { epsilon } from "../linalg/finite.js";
import type { Matrix } from "../linalg/matrix.js";
import { firstOfPlace } from "./distinct-samples.js";
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
function duplicates(points: Matrix): { readonly count: number; readonly example: readonly [number, number] } {
  const first = firstOfPlace(points);
  const later = first.findIndex((earlier, i) => earlier < i);
  return { count: first.filter((earlier, i) => earlier < i).length, example: [first[later], later] };
}
