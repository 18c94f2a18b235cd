import { joinColumns, leastSquares } from "../../../numerics/linalg/lstsq.js";
import { difference, Matrix, sumOfSquares } from "../../../numerics/linalg/matrix.js";
import { stackRows } from "../../../numerics/linalg/qr.js";
import { symmetricEigen } from "../../../numerics/linalg/symmetric-eigen.js";
import { transposedProduct } from "../../../numerics/linalg/transposed-product.js";
import type { Diagnostic } from "./diagnostic.js";

/** An error of one sample above this is no rounding; two samples must halve it; where they leave this share of it, nothing is left. */
const [rounding, better, nothing] = [1e-6, 0.5, 1e-9];

/**
 * Least share of the velocity that must be hidden. Standing waves over some periods have 0.98 and more, in noise of a hundredth too; the
 * Lorenz system lifted by 25 kernel observables has up to 0.82 where their width is a deviation or more, and reaches this in one of 146
 * settings of step, length and width, with the narrowest. Few observables (6: 15 of 192) do leave a velocity out.
 */
const hidden = 0.95;

/**
 * Whether the next sample follows from the last two and not from the last: then one sample is not a state. A standing wave is such a
 * case, cos(w t) f(x) has one direction in space and two in time. That two samples err less is not enough, as it is so of all that is
 * sampled finely: what a few observables lack of a nonlinear system changes slowly, too. So the velocity must be hidden as well, or
 * nothing be left to explain.
 *
 * Before that, whether a constant is all that is missing: samples of a linear system that are counted from another point than that of
 * rest follow from two of them, too.
 *
 * @param series    samples in time order, shape [T_i, r] each
 * @param constant  whether the dynamics have a constant of their own; default false
 * @see             Tu, Rowley, Luchtenburg, Brunton, Kutz 2014, "On dynamic mode decomposition: theory and applications", doi:10.3934/jcd.2014.1.391
 */
export function diagnoseState(series: readonly Matrix[], constant = false): Diagnostic[] {
  const long = series.filter(({ rows }) => rows > 2);
  if (long.length === 0) return [];
  const [before, now, next] = [0, 1, 2].map((k) => stackRows(long.map((z) => z.slice(k, z.rows - 2 + k))));
  if (now.rows < 4 * now.cols) return [];
  const size = Math.sqrt(sumOfSquares(next.data));
  const misfit = (from: Matrix): number => Math.sqrt(sumOfSquares(leastSquares(from, next).residual)) / size;
  const shifted = joinColumns(now, new Matrix(now.rows, 1, new Float64Array(now.rows).fill(1)));
  const [plain, moved] = [misfit(now), misfit(shifted)];
  const offset = !constant && plain > rounding && moved < better * plain;
  const out: Diagnostic[] = [];
  if (offset) {
    out.push({
      code: "offset",
      message: `the next sample follows from the last one and a constant with an error of ${moved.toPrecision(2)}, without the constant with ${plain.toPrecision(2)}`,
      hint: "samples are counted from another point than that of rest: do not centre them (ifcen: false), or give the model a constant, by add_one at the end of transform_x",
    });
  }
  const last = offset || constant ? shifted : now;
  const [one, two] = [offset || constant ? moved : plain, misfit(joinColumns(before, last))];
  if (!(one > rounding && two < better * one)) return out;
  if (two > nothing * one && hiddenVelocity(before, last, next) < hidden) return out;
  out.push({
    code: "hidden-state",
    message: `the next sample follows from the last two with an error of ${two.toPrecision(2)}, from the last one with ${one.toPrecision(2)}`,
    hint: "one sample is not a state for a linear map (standing waves, unobserved variables, products of the columns): give windows of samples, by hankelDmd or a delay of 1 or more in transform_x, or lift them to observables",
  });
  return out;
}

/**
 * Which share of the velocity no linear function of the sample gives, 0 to 1, along the direction where most of it is missing. That of
 * cos(w t) is 1 at every w; of a system whose state the samples are it is what the observables lack.
 */
function hiddenVelocity(before: Matrix, now: Matrix, next: Matrix): number {
  const velocity = difference(next, before);
  const missing = difference(velocity, now.multiply(leastSquares(now, velocity).x));
  const { values, vectors } = symmetricEigen(transposedProduct(missing, missing));
  const along = velocity.multiply(new Matrix(vectors.rows, 1, vectors.column(0)));
  return Math.sqrt(values[0] / sumOfSquares(along.data));
}
