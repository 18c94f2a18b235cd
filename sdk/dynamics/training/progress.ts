import type { RatePosition } from "./learning-rate.js";
import { notWaited, type Waited } from "./patience.js";
import type { SweepPosition } from "./sweep.js";

/** How far the phase under way has come. With the weights and the moments this is all that its next epoch depends on. */
export interface PhaseProgress {
  /** epochs of the phase that are done */
  readonly epoch: number;
  /** null = at its beginning */
  readonly rate: RatePosition | null;
  readonly sweep: SweepPosition | null;
  /** smallest validation loss at the present horizon; null = none yet */
  readonly bestOfHorizon: number | null;
  readonly patience: Waited;
  /** nothing is left to do, though epochs may be */
  readonly finished: boolean;
}

export const atBeginning: PhaseProgress = {
  epoch: 0,
  rate: null,
  sweep: null,
  bestOfHorizon: null,
  patience: notWaited,
  finished: false,
};

/** What a phase that is over has done. */
export interface PhaseRecord {
  readonly name: string;
  /** NODE, Weak, OneStep, Linear, or the type of the phase */
  readonly kind: string;
  /** epochs of all phases done before it, and after it */
  readonly started_epoch: number;
  readonly completed_epoch: number;
  readonly metrics: Readonly<Record<string, number | null>>;
}
