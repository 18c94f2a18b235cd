import { DymadError } from "../../../errors.js";
import { pow } from "../../../numerics/elementary.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";

/** Writes dx/dt at (t, x) into `out`. */
export type Field = (t: number, x: Float64Array, out: Float64Array) => void;

export interface Rk45Options {
  /** relative tolerance, default 1e-3; raised to 100 machine epsilons when smaller */
  readonly rtol?: number;
  /** absolute tolerance, units of `x`, default 1e-6 */
  readonly atol?: number;
}

const C = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1];
const A = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
];
const B = [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84];
/** fifth-order weights minus fourth-order ones */
const E = [-71 / 57600, 0, 71 / 16695, -71 / 1920, 17253 / 339200, -22 / 525, 1 / 40];
/** The dense output: x(t + s h) = x + h sum_j s^(j + 1) sum_i P[i][j] k_i. */
const P = [
  [1, -8048581381 / 2820520608, 8663915743 / 2820520608, -12715105075 / 11282082432],
  [0, 0, 0, 0],
  [0, 131558114200 / 32700410799, -68118460800 / 10900136933, 87487479700 / 32700410799],
  [0, -1754552775 / 470086768, 14199869525 / 1410260304, -10690763975 / 1880347072],
  [0, 127303824393 / 49829197408, -318862633887 / 49829197408, 701980252875 / 199316789632],
  [0, -282668133 / 205662961, 2019193451 / 616988883, -1453857185 / 822651844],
  [0, 40617522 / 29380423, -110615467 / 29380423, 69997945 / 29380423],
];

/**
 * Integrates dx/dt = f(t, x) with the pair of Dormand and Prince and its dense output, taking the steps that SciPy's
 * `solve_ivp(method="RK45", t_eval=t)` takes: same first step, same error norm, same factors 0.9, 0.2 and 10.
 *
 * @param f   the right-hand side
 * @param t   times wanted, shape [T], increasing; integration runs from the first to the last
 * @param x0  state at t[0], shape [n]
 * @returns   states at `t`, shape [T, n], from the dense output of each step
 * @throws    E_NUMERIC when the step falls below ten spacings of floating-point numbers: the solution blows up or f is not smooth
 * @see       Dormand, Prince 1980, doi:10.1016/0771-050X(80)90013-3; Shampine 1986, doi:10.1090/S0025-5718-1986-0815836-3
 */
export function solveRk45(f: Field, t: Float64Array, x0: Float64Array, options: Rk45Options = {}): Matrix {
  const { atol = 1e-6 } = options;
  const rtol = Math.max(options.rtol ?? 1e-3, 100 * Number.EPSILON);
  const n = x0.length;
  const end = t[t.length - 1];
  const out = new Matrix(t.length, n);
  out.row(0).set(x0);

  let now = t[0];
  let x = Float64Array.from(x0);
  let next = new Float64Array(n);
  const K = Array.from({ length: 7 }, () => new Float64Array(n));
  const stage = new Float64Array(n);
  const error = new Float64Array(n);
  f(now, x, K[0]);
  let h = firstStep(f, now, x, end, K[0], rtol, atol);
  let done = 1;

  while (now < end) {
    const least = 10 * spacing(now);
    h = Math.max(h, least);
    let rejected = false;
    for (;;) {
      if (!(h >= least)) throw stuck(now);
      const later = Math.min(now + h, end);
      h = later - now;
      for (let s = 1; s < 6; s++) {
        combine(stage, x, h, A[s], K);
        f(now + C[s] * h, stage, K[s]);
      }
      combine(next, x, h, B, K);
      f(now + h, next, K[6]);
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let s = 0; s < 7; s++) sum += E[s] * K[s][i];
        error[i] = (sum * h) / (atol + Math.max(Math.abs(x[i]), Math.abs(next[i])) * rtol);
      }
      const size = rms(error);
      const factor = size === 0 ? 10 : 0.9 * pow(size, -1 / 5);
      if (size < 1) {
        const from = done;
        while (done < t.length && t[done] <= later) done++;
        interpolate(out, t, from, done, now, h, x, K);
        h *= Math.min(rejected ? 1 : 10, factor);
        now = later;
        break;
      }
      rejected = true;
      h *= Number.isNaN(size) ? 0.2 : Math.max(0.2, factor);
    }
    [x, next] = [next, x];
    K[0].set(K[6]);
  }
  return out;
}

/** target = x + h sum_s weights[s] K[s] */
function combine(target: Float64Array, x: Float64Array, h: number, weights: readonly number[], K: readonly Float64Array[]): void {
  for (let i = 0; i < x.length; i++) {
    let sum = 0;
    for (let s = 0; s < weights.length; s++) sum += weights[s] * K[s][i];
    target[i] = x[i] + sum * h;
  }
}

function interpolate(
  out: Matrix,
  t: Float64Array,
  from: number,
  to: number,
  start: number,
  h: number,
  x: Float64Array,
  K: readonly Float64Array[],
): void {
  for (let i = 0; i < x.length; i++) {
    const q = [0, 0, 0, 0];
    for (let s = 0; s < 7; s++) {
      for (let j = 0; j < 4; j++) q[j] += K[s][i] * P[s][j];
    }
    for (let row = from; row < to; row++) {
      const s = (t[row] - start) / h;
      let power = 1;
      let sum = 0;
      for (let j = 0; j < 4; j++) {
        power *= s;
        sum += q[j] * power;
      }
      out.set(row, i, h * sum + x[i]);
    }
  }
}

/**
 * A first step from the sizes of x, x' and a difference of x'.
 *
 * @see  Hairer, Norsett, Wanner 1993, "Solving ordinary differential equations I", section II.4, doi:10.1007/978-3-540-78862-1
 */
function firstStep(f: Field, t: number, x: Float64Array, end: number, f0: Float64Array, rtol: number, atol: number): number {
  const span = Math.abs(end - t);
  const scaled = (v: Float64Array): number => rms(v.map((value, i) => value / (atol + Math.abs(x[i]) * rtol)));
  const d0 = scaled(x);
  const d1 = scaled(f0);
  const h0 = Math.min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1, span);
  const f1 = new Float64Array(x.length);
  f(
    t + h0,
    x.map((value, i) => value + h0 * f0[i]),
    f1,
  );
  const d2 = scaled(f1.map((value, i) => value - f0[i])) / h0;
  const h1 = d1 <= 1e-15 && d2 <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : pow(0.01 / Math.max(d1, d2), 1 / 5);
  return Math.min(100 * h0, h1, span);
}

const rms = (v: Float64Array): number => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0)) / Math.sqrt(v.length);

/** Distance from t to the next larger floating-point number. */
function spacing(t: number): number {
  const bits = new BigInt64Array(1);
  const value = new Float64Array(bits.buffer);
  value[0] = Math.abs(t);
  bits[0] += 1n;
  return value[0] - Math.abs(t);
}

const stuck = (t: number): DymadError =>
  new DymadError("E_NUMERIC", `the integration cannot go on at t = ${t}: the step became smaller than numbers can express`, {
    hint: "the solution may grow without bound; check the equations, shorten the time, or loosen rtol and atol",
  });
