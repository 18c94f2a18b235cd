import { leastSquares } from "../../numerics/linalg/lstsq.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { Dataset, Trajectory } from "../data/series.js";
import { stepOf, uniformStep } from "../data/step.js";
import { spreadOf } from "./normalised.js";
import type { Forecast } from "./trained-model.js";

/** Widest history the baseline is fitted on, numbers; wider ones cost more than the model they stand beside. */
const WIDEST = 512;
/** How far the step of other data may be from that of the training data, relative. */
const AGREEMENT = 1e-6;

/** What linear regression makes of the same data: a forecast like that of a model. */
export interface LinearBaseline {
  /** samples a forecast starts from */
  readonly window: number;
  /** forecasts from the first `window` samples and the control; null when the data have another step */
  forecast(data: Dataset): Forecast[] | null;
}

/**
 * The least-squares linear map of the last samples: x(k+1) = A [x(k-d) .. x(k)] + B [u(k-d) .. u(k)] + c, which is dynamic mode
 * decomposition with d delays (and control). The shortest solution is taken when the data do not determine it.
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
  const width = window * (n + (first.u?.cols ?? 0)) + 1;
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
  const weights = leastSquares(history, next).x;

  const rollOut = ({ t, x, u }: Trajectory): Forecast => {
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
  return {
    window,
    forecast({ trajectories }) {
      const same = trajectories.every(({ t }) => {
        const step = stepOf(t);
        return t.length < 2 || (step !== null && Math.abs(step - dt) <= AGREEMENT * dt);
      });
      return same ? trajectories.map(rollOut) : null;
    },
  };
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
