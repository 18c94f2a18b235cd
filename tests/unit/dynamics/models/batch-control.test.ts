import fc from "fast-check";
import { expect, test } from "vitest";
import { batchOf, controlAt, prepared } from "../../../../sdk/dynamics/data/batch.js";
import { batchControl } from "../../../../sdk/dynamics/models/batch-control.js";
import { type InterpolationKind, interpolationKinds, pieceEnds } from "../../../../sdk/numerics/interpolation.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";

const samples = 12;
const kind = fc.constantFrom(...interpolationKinds);

/** Windows of several trajectories: rows start at different samples, `drift` shifts the clock of every second row. */
function windows(order: InterpolationKind, rows: number, width: number, length: number, drift: number) {
  return batchOf(
    Array.from({ length: rows }, (_, b) => {
      const t = Float64Array.from({ length: samples }, (_, k) => 3 + b + 0.1 * k + (b % 2 === 1 && k % 2 === 1 ? drift : 0));
      const u = new Matrix(samples, width, keyed(b).normal(samples * width, 0, 1));
      return { trajectory: prepared(t, new Matrix(samples, 1), u, order), start: b % (samples - length + 1), length };
    }),
  );
}

test("one pass over the batch gives what each row's own interpolator gives", () => {
  fc.assert(
    fc.property(
      kind,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 2, max: samples }),
      fc.constantFrom(0, 1e-8),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (order, rows, width, length, drift, where) => {
        const batch = windows(order, rows, width, length, drift);
        const [mine, theirs] = [new Float64Array(rows * width), new Float64Array(rows * width)];
        const control = batchControl(batch);
        const ends = pieceEnds(batch.grid, batch.stretches[0].trajectory.control?.parts ?? 1);
        const piece = Math.min(ends.length - 2, Math.floor(where * (ends.length - 1)));
        const tau = ends[piece] + 0.5 * (ends[piece + 1] - ends[piece]);
        control(tau, mine);
        controlAt(batch, tau, theirs);
        expectClose(mine, theirs, f64);
        // where pieces meet, the one that is named
        control(ends[piece], mine, piece);
        controlAt(batch, ends[piece], theirs, piece);
        expectClose(mine, theirs, f64);
      },
    ),
  );
});

test("a window of one sample has the control of its trajectory", () => {
  const batch = windows("cubic", 2, 1, 1, 0);
  const out = new Float64Array(2);
  batchControl(batch)(0, out);
  expectClose(out, batch.u as Float64Array, f64);
  expect(out.every(Number.isFinite)).toBe(true);
});
