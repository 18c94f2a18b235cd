import type { OptimizerPhase } from "./config.js";

/** Where a sweep stands: place of the horizon, epochs at it (in all, without tolerances), place of the tolerance. */
export interface SweepPosition {
  readonly at: number;
  readonly epochs: number;
  readonly tolerance: number;
}

/** Which horizon a NODE phase trains on, epoch by epoch. */
export interface Sweep {
  /** horizon in samples; null = full length */
  readonly length: number | null;
  readonly position: SweepPosition;
  /** Tells the mean training loss of an epoch; `stop` when the last tolerance was met, `changed` when the horizon moved. */
  advance(loss: number): { readonly stop: boolean; readonly changed: boolean };
}

/**
 * The horizon curriculum of a phase. Without tolerances the horizon moves on every `sweep_epoch_step` epochs and stays at the last.
 * With tolerances it also moves on when the loss falls below the current tolerance; past the last horizon, `full` starts again at
 * the first and `skip` stays, and the next tolerance counts.
 */
export function sweepOf(phase: OptimizerPhase, from: SweepPosition = { at: 0, epochs: 0, tolerance: 0 }): Sweep {
  const { sweep_lengths: lengths, sweep_epoch_step: step, sweep_tols: tolerances, sweep_mode: mode } = phase;
  let { at, epochs, tolerance } = from;
  return {
    get length() {
      return lengths[at] ?? null;
    },
    get position() {
      return { at, epochs, tolerance };
    },
    advance(loss) {
      epochs++;
      if (tolerances === null) {
        const next = Math.min(Math.floor(epochs / step), lengths.length - 1);
        const changed = next !== at;
        at = next;
        return { stop: false, changed };
      }
      const last = at === lengths.length - 1 && tolerance === tolerances.length - 1;
      if (last && loss < tolerances[tolerance]) return { stop: true, changed: false };
      if (epochs < step && !(loss < tolerances[tolerance])) return { stop: false, changed: false };
      epochs = 0;
      const before = at;
      at++;
      if (at >= lengths.length) {
        at = mode === "full" ? 0 : lengths.length - 1;
        tolerance = Math.min(tolerance + 1, tolerances.length - 1);
      }
      return { stop: false, changed: at !== before };
    },
  };
}
