import type { Batch } from "../../data/batch.js";
import { intervalAfter } from "../interval.js";
import type { Model } from "../model.js";

/** A changing graph as a solver sees it: the edges of a sample hold until the next one. */
export interface EdgeTrack {
  /** times at which the numbers on the edges change: a solver ends a step there */
  breaks(batch: Batch): Float64Array;
  /** the numbers on the edges from time t on, shape [B, E, width]; a view */
  at(batch: Batch, t: number): Float64Array;
}

/** The edges along the time of batches; null when programs know them. */
export function edgeTrack({ topology }: Model): EdgeTrack | null {
  if (topology === null || topology.fixed !== null) return null;
  const sample = (batch: Batch, k: number): Float64Array => {
    const values = topology.batchValues(batch);
    const size = values.length / batch.T;
    return values.subarray(k * size, (k + 1) * size);
  };
  return {
    breaks(batch) {
      const inner = Array.from({ length: Math.max(0, batch.T - 2) }, (_, i) => i + 1);
      return Float64Array.from(
        inner.filter((k) => {
          const before = sample(batch, k - 1);
          return sample(batch, k).some((v, i) => v !== before[i]);
        }),
        (k) => batch.grid[k],
      );
    },
    at: (batch, t) => sample(batch, intervalAfter(batch.grid, t)),
  };
}
