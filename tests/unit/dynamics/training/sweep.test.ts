import { describe, expect, test } from "vitest";
import type { OptimizerPhase } from "../../../../sdk/dynamics/training/config.js";
import { sweepOf } from "../../../../sdk/dynamics/training/sweep.js";
import { basePhase } from "../_systems.js";

/** Horizons of successive epochs, and where the sweep said stop. */
function walk(options: Partial<OptimizerPhase>, losses: readonly number[]): { lengths: (number | null)[]; stop: number | null } {
  const sweep = sweepOf({ ...basePhase, ...options });
  const lengths: (number | null)[] = [];
  for (const [epoch, loss] of losses.entries()) {
    const before = sweep.length;
    lengths.push(before);
    const moved = sweep.advance(loss);
    expect(moved.changed).toBe(sweep.length !== before);
    if (moved.stop) return { lengths, stop: epoch + 1 };
  }
  return { lengths, stop: null };
}
const high = (n: number): number[] => new Array<number>(n).fill(1);

describe("without tolerances the horizon moves on every sweep_epoch_step epochs", () => {
  test("and stays at the last", () => {
    const { lengths, stop } = walk({ sweep_lengths: [2, 4, null], sweep_epoch_step: 2 }, high(8));
    expect(lengths).toEqual([2, 2, 4, 4, null, null, null, null]);
    expect(stop).toBeNull();
  });
  test("a low loss changes nothing", () => {
    expect(walk({ sweep_lengths: [2, 4], sweep_epoch_step: 3 }, [0, 0, 0, 0, 0]).lengths).toEqual([2, 2, 2, 4, 4]);
  });
});

describe("with tolerances", () => {
  const lengths = [2, 4];
  test("a loss below the tolerance moves on at once, and meeting the last one at the last horizon stops", () => {
    const seen = walk({ sweep_lengths: lengths, sweep_epoch_step: 10, sweep_tols: [0.5] }, [1, 0.4, 1, 0.6, 0.4, 1]);
    expect(seen).toEqual({ lengths: [2, 2, 4, 4, 4], stop: 5 });
  });
  test("a loss equal to the tolerance does not count as below", () => {
    expect(walk({ sweep_lengths: lengths, sweep_epoch_step: 10, sweep_tols: [0.5] }, [0.5, 0.5]).lengths).toEqual([2, 2]);
  });
  test("without success it moves on after sweep_epoch_step epochs, counted from the last move", () => {
    const seen = walk({ sweep_lengths: lengths, sweep_epoch_step: 3, sweep_tols: [0.5] }, [1, 0.1, 1, 1, 1, 1]);
    expect(seen.lengths).toEqual([2, 2, 4, 4, 4, 4]);
  });
  test("skip stays at the last horizon and goes through the tolerances there", () => {
    const tols = { sweep_lengths: lengths, sweep_epoch_step: 10, sweep_tols: [0.5, 0.1], sweep_mode: "skip" } as const;
    // 0.4 meets the first tolerance twice: at 2, then at 4; 0.05 meets the last
    expect(walk(tols, [0.4, 0.4, 0.4, 0.05])).toEqual({ lengths: [2, 4, 4, 4], stop: 4 });
  });
  test("full starts again at the first horizon with the next tolerance", () => {
    const tols = { sweep_lengths: lengths, sweep_epoch_step: 10, sweep_tols: [0.5, 0.1], sweep_mode: "full" } as const;
    expect(walk(tols, [0.4, 0.4, 0.4, 0.05, 0.05])).toEqual({ lengths: [2, 4, 2, 2, 4], stop: 5 });
  });
  test("a loss that is no number never counts as learned", () => {
    expect(walk({ sweep_lengths: lengths, sweep_epoch_step: 5, sweep_tols: [0.5] }, [NaN, NaN]).lengths).toEqual([2, 2]);
  });
});
