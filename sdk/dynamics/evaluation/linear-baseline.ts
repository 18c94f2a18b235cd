import { leastSquares } from "../../numerics/linalg/lstsq.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { Dataset, Trajectory } from "../data/series.js";
import { stepOf, uniformStep } from "../data/step.js";
import { spreadOf } from "./normalised.js";
import { persistenceForecast } from "./persistence.js";
import type { Forecast } from "./trained-model.js";

/** Widest history the baseline is fitted on, numbers; wider ones cost more than the model they stand beside. */
const WIDEST = 512;
/** How far the step of other data may be from that of the training data, relative. */
const AGREEMENT = 1e-6;

/**
 * Relative singular values below which directions of the history are left out, tried in turn. On clean data the samples of a smooth
 * control all but determine each other, and coefficients that serve one step of rounding make a rollout explode.
 */
const truncations = [undefined, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2];

/** What linear regression makes of the same data: a forecast like that of a model. */
export interface LinearBaseline {
  /** samples a forecast starts from */
  readonly window: number;
  /** forecasts from the first `window` samples and the control; null when the data have another step, or other columns */
  forecast(data: Dataset): Forecast[] | null;
}

/**
 * The least-squares linear map of the last samples: x(k+1) = A [x(k-d) .. x(k)] + B [u(k-d) .. u(k)] + c, which is dynamic mode
 * decomposition with d delays (and control). The shortest solution is taken when the data do not determine it, and directions are left
 * out until free forecasts of the training data beat holding the state.
 *
 * @param train   training data; columns are scaled by their spread for the fit
 * @param window  d + 1, the samples a forecast starts from
 * @returns       null when the data have no common step, are all shorter than the window, or the history is over 512 numbers wide
 * @see           Proctor, Brunton, Kutz 2016, "Dynamic mode decomposition with control", doi:10.1137/15M1013857
 */
export function fitLinearBaseline(train: Dataset, window: number): LinearBaseline | null {
  const dt = uniformStep(train);
  const [first] = train.trajectories;
  if (dt === null || first === undefined) return null;
  const n = first.x.cols;
  const m = first.u?.cols ?? 0;
  const width = window * (n + m) + 1;
  const rows = train.trajectories.reduce((sum, { t }) => sum + Math.max(0, t.length - window), 0);
  if (rows === 0 || width > WIDEST) return null;

  const scale = spreadOf(train).map((s) => (s === 0 ? 1 : s));
  const history = new Matrix(rows, width);
  const next = new Matrix(rows, n);
  let row = 0;
  for (const { t, x, u } of train.trajectories) {
    for (let k = window - 1; k < t.length - 1; k++) {
      writeHistory(history.row(row), x, u, k, window, scale);
      next.row(row).set(x.row(k + 1).map((value, j) => value / scale[j]));
      row++;
    }
  }
  const rollOut = (weights: Matrix, { t, x, u }: Trajectory): Forecast => {
    const out = new Matrix(t.length, n);
    for (let k = 0; k < Math.min(window, t.length); k++) out.row(k).set(x.row(k));
    const now = new Matrix(1, width);
    for (let k = window - 1; k < t.length - 1; k++) {
      writeHistory(now.row(0), out, u, k, window, scale);
      out.row(k + 1).set(
        now
          .multiply(weights)
          .row(0)
          .map((value, j) => value * scale[j]),
      );
    }
    return { x: out, trouble: "" };
  };
  const weights = bestOf(
    truncations,
    (rcond) => leastSquares(history, next, rcond === undefined ? {} : { rcond }).x,
    (candidate) =>
      squaredError(
        train,
        window,
        scale,
        train.trajectories.map((one) => rollOut(candidate, one)),
      ),
    squaredError(train, window, scale, persistenceForecast(train, window)),
  );
  return {
    window,
    forecast({ trajectories }) {
      const same = trajectories.every(({ t, x, u }) => {
        if (x.cols !== n || (u?.cols ?? 0) !== m) return false;
        const step = stepOf(t);
        return t.length < 2 || (step !== null && Math.abs(step - dt) <= AGREEMENT * dt);
      });
      return same ? trajectories.map((one) => rollOut(weights, one)) : null;
    },
  };
}

/** The first candidate whose error is below `limit`; when none is, the one with the smallest error. */
function bestOf<T, R>(choices: readonly T[], make: (choice: T) => R, errorOf: (made: R) => number, limit: number): R {
  let best: { readonly made: R; readonly error: number } | null = null;
  for (const choice of choices) {
    const made = make(choice);
    const error = errorOf(made);
    if (best === null || error < best.error) best = { made, error };
    if (error < limit) break;
  }
  return (best as { readonly made: R }).made;
}

/** Summed squared errors of forecasts of all trajectories, in units of `scale`; infinite when one is not finite. */
function squaredError({ trajectories }: Dataset, window: number, scale: Float64Array, forecasts: readonly Forecast[]): number {
  let sum = 0;
  trajectories.forEach(({ x }, i) => {
    for (let k = window; k < x.rows; k++) {
      for (let j = 0; j < x.cols; j++) {
        const error = (forecasts[i].x.get(k, j) - x.get(k, j)) / scale[j];
        sum += error * error;
      }
    }
  });
  return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY;
}

/** States and controls of the samples k - window + 1 to k, oldest first, then 1. */
function writeHistory(out: Float64Array, x: Matrix, u: Matrix | null, k: number, window: number, scale: Float64Array): void {
  let at = 0;
  for (let lag = window - 1; lag >= 0; lag--) {
    const row = x.row(k - lag);
    for (let j = 0; j < row.length; j++) out[at++] = row[j] / scale[j];
  }
  if (u !== null) {
    for (let lag = window - 1; lag >= 0; lag--) {
      out.set(u.row(k - lag), at);
      at += u.cols;
    }
  }
  out[at] = 1;
}
