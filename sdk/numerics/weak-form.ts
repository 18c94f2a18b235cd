import { DymadError } from "../errors.js";
import { Matrix } from "./linalg/matrix.js";

/** Weights of one window: C z is close to D dz/dt for every smooth z sampled on it. */
export interface WeakWeights {
  /** shape [ordpol, N], dimensionless */
  readonly C: Matrix;
  /** shape [ordpol, N], units of `t` */
  readonly D: Matrix;
}

/** Closed Newton-Cotes weights of one panel, in units of the step. */
const newtonCotes: Record<number, readonly number[]> = {
  1: [1 / 2, 1 / 2],
  2: [1 / 3, 4 / 3, 1 / 3],
  3: [3 / 8, 9 / 8, 9 / 8, 3 / 8],
  4: [14 / 45, 64 / 45, 24 / 45, 64 / 45, 14 / 45],
};

/**
 * Weak-form weights by integration by parts against test functions that vanish at the window's ends.
 *
 * With h in [-1, 1] over the window, L = (N - 1) dt / 2, w = 1 - h^2 and Jacobi polynomials P_i = J_i^(1,1):
 * C = -(P_i' w + P_i w') q and D = P_i w q, where ' is d/dt and q the composite Newton-Cotes weights times dt.
 * The identity C z = D dz/dt is exact where the quadrature is: i + 1 + deg z <= 1, 3, 3, 5 for ordint 1, 2, 3, 4.
 *
 * @param dt      time step, > 0, units of `t`
 * @param N       samples per window, integer, N - 1 divisible by ordint
 * @param ordpol  number of test functions (degrees 0 .. ordpol - 1); default 4
 * @param ordint  order of the Newton-Cotes rule, 1 .. 4; default 4
 * @returns       C and D, each [ordpol, N]
 * @throws        E_SPEC when a number is out of range or N - 1 is not a multiple of ordint: all problems at once
 * @see           Messenger, Bortz 2021, "Weak SINDy", doi:10.1137/20M1343166
 * @example       weakWeights(1, 3, 1, 1) // C = [[-1, 0, 1]], D = [[0, 1, 0]]
 */
export function weakWeights(dt: number, N: number, ordpol = 4, ordint = 4): WeakWeights {
  requireWeakSpec(dt, N, ordpol, ordint);
  const half = ((N - 1) * dt) / 2;
  const quadrature = compositeWeights(N, ordint);
  const C = new Matrix(ordpol, N);
  const D = new Matrix(ordpol, N);
  for (let k = 0; k < N; k++) {
    const h = (2 * k) / (N - 1) - 1;
    const w = 1 - h * h;
    const dw = (-2 * h) / half;
    const p = jacobi(ordpol, 1, h);
    const dp = jacobi(ordpol, 2, h);
    for (let i = 0; i < ordpol; i++) {
      const slope = i === 0 ? 0 : ((i + 3) / (2 * half)) * dp[i - 1];
      C.set(i, k, -(slope * w + p[i] * dw) * quadrature[k] * dt);
      D.set(i, k, p[i] * w * quadrature[k] * dt);
    }
  }
  return { C, D };
}

/**
 * Weights for one-step residuals of discrete models: the rows of D, each divided by its norm.
 *
 * @param normalisation  "l2" (default), "l1" or "none"
 * @returns              shape [ordpol, N]; dimensionless unless "none"
 * @throws               E_SPEC as weakWeights, and when the normalisation is unknown
 */
export function discreteWeakWeights(
  dt: number,
  N: number,
  ordpol = 4,
  ordint = 4,
  normalisation: "l2" | "l1" | "none" = "l2",
): Matrix {
  if (!["l2", "l1", "none"].includes(normalisation)) {
    throw new DymadError("E_SPEC", `there is no normalisation ${JSON.stringify(normalisation)}`, { hint: "use l2, l1 or none" });
  }
  const { D } = weakWeights(dt, N, ordpol, ordint);
  if (normalisation === "none") return D;
  for (let i = 0; i < ordpol; i++) {
    const row = D.row(i);
    const sum = row.reduce((total, value) => total + (normalisation === "l2" ? value * value : Math.abs(value)), 0);
    const norm = normalisation === "l2" ? Math.sqrt(sum) : sum;
    if (norm > 0) for (let k = 0; k < N; k++) row[k] /= norm;
  }
  return D;
}

function requireWeakSpec(dt: number, N: number, ordpol: number, ordint: number): void {
  const issues = [
    !(dt > 0 && Number.isFinite(dt)) && { path: ["dt"], message: `the time step must be positive, got ${dt}` },
    !(Number.isInteger(ordpol) && ordpol >= 1) && { path: ["ordpol"], message: `ordpol must be an integer >= 1, got ${ordpol}` },
    !(ordint in newtonCotes) && { path: ["ordint"], message: `ordint must be 1, 2, 3 or 4, got ${ordint}` },
    !(Number.isInteger(N) && N >= 3) && { path: ["N"], message: `a window needs at least 3 samples, got ${N}` },
    ordint in newtonCotes &&
      Number.isInteger(N) &&
      (N - 1) % ordint !== 0 && {
        path: ["N"],
        message: `N - 1 = ${N - 1} is not a multiple of ordint = ${ordint}`,
        hint: `use N = ${Math.max(1, Math.floor((N - 1) / ordint)) * ordint + 1}`,
      },
  ].filter((issue) => issue !== false);
  if (issues.length > 0) throw DymadError.ofIssues(issues.map((issue) => ({ code: "E_SPEC", ...issue })));
}

function compositeWeights(N: number, ordint: number): Float64Array {
  const panel = newtonCotes[ordint];
  const out = new Float64Array(N);
  for (let start = 0; start + ordint < N; start += ordint) {
    for (let k = 0; k <= ordint; k++) out[start + k] += panel[k];
  }
  return out;
}

/** Jacobi polynomials J_0 .. J_{count-1} with equal parameters (a, a) at h, by the three-term recurrence. */
function jacobi(count: number, a: number, h: number): Float64Array {
  const out = new Float64Array(Math.max(count, 2));
  out[0] = 1;
  out[1] = (a + 1) * h;
  for (let n = 2; n < count; n++) {
    const s = n + a;
    out[n] = (s * ((2 * s - 1) * h * out[n - 1] - (s - 1) * out[n - 2])) / (n * (n + 2 * a));
  }
  return out;
}
