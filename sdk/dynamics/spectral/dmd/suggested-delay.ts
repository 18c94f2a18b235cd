import { DymadError } from "../../../errors.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import type { Snapshots } from "./snapshots.js";

/** Correlation that the ends of a window still have. */
const level = 0.9;
/** A window has room for a few coordinates, and no more samples than the original study took. */
const [least, most] = [4, 100];

/**
 * How long a window may be for its coordinates to see what pushes them: the first lag at which the autocorrelation of the samples, each
 * column about its mean, falls below 0.9; from 4 to 100, and at most half of the longest trajectory. On Lorenz' x that is 9 samples of
 * 0.01, and some 90 of 0.001.
 *
 * @param snapshots  trajectories of shape [T_i, n]
 * @returns          d, samples
 * @throws           E_DATA when no column varies
 * @see              Brunton, Brunton, Proctor, Kaiser, Kutz 2017, "Chaos as an intermittently forced linear system", doi:10.1038/s41467-017-00030-8, which takes 100 samples of 0.001
 */
export function suggestDelay({ trajectories }: Snapshots): number {
  const centred = centredColumns(trajectories);
  const limit = Math.min(most, Math.floor(trajectories.reduce((T, { rows }) => Math.max(T, rows), 0) / 2));
  for (let lag = least; lag < limit; lag++) if (correlation(centred, lag) < level) return lag;
  return Math.max(1, limit);
}

/** Columns that vary, without their means and in deviations: all weigh alike. */
function centredColumns(trajectories: readonly Matrix[]): Matrix[] {
  const n = trajectories[0]?.cols ?? 0;
  const rows = trajectories.reduce((sum, x) => sum + x.rows, 0);
  const [mean, square] = [new Float64Array(n), new Float64Array(n)];
  for (const { data } of trajectories) for (let i = 0; i < data.length; i++) mean[i % n] += data[i] / rows;
  for (const { data } of trajectories) {
    for (let i = 0; i < data.length; i++) {
      const away = data[i] - mean[i % n];
      square[i % n] += (away * away) / rows;
    }
  }
  // what is left of a constant by rounding is no variation
  const scale = square.map((variance, j) => (Math.sqrt(variance) > 1e-12 * Math.abs(mean[j]) ? 1 / Math.sqrt(variance) : 0));
  if (scale.every((value) => value === 0)) {
    throw new DymadError("E_DATA", "nothing varies in the samples, so nothing can be said about what moves them", {
      hint: "name another column, or give a record of a motion",
    });
  }
  return trajectories.map(
    (x) =>
      new Matrix(
        x.rows,
        n,
        x.data.map((value, i) => (value - mean[i % n]) * scale[i % n]),
      ),
  );
}

/** Of samples `lag` apart, over all columns and pairs. */
function correlation(centred: readonly Matrix[], lag: number): number {
  let [product, before, after] = [0, 0, 0];
  for (const { data, cols } of centred) {
    const shift = lag * cols;
    for (let i = 0; i + shift < data.length; i++) {
      product += data[i] * data[i + shift];
      before += data[i] * data[i];
      after += data[i + shift] * data[i + shift];
    }
  }
  return product / Math.sqrt(before * after);
}
