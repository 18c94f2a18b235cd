// A tuned regression on scattered points, through dymad.convergenceStudy and dymad.tune: kernel ridge regression of an eigenfunction of
// the disk, whose error falls with the number of points.
import { dymad, kernelRidge, Matrix } from "../../dist/sdk/index.js";
import { keyed } from "../../dist/sdk/numerics/random.js";

/** J_m(x) by its power series (DLMF 10.2.2): exact to some 13 digits for the arguments here, which are below 12. */
function besselJ(m, x) {
  let term = 1;
  for (let i = 1; i <= m; i++) term *= x / 2 / i;
  let sum = 0;
  for (let k = 0; k < 80; k++) {
    sum += term;
    term *= -(x * x) / 4 / ((k + 1) * (k + 1 + m));
  }
  return sum;
}

/** The k-th positive zero of J_m', by bisection between changes of sign. */
function derivativeZero(m, k) {
  const slope = (x) => (besselJ(m - 1, x) - besselJ(m + 1, x)) / 2;
  let found = 0;
  for (let x = 0.1; x < 12; x += 0.1) {
    if (slope(x) * slope(x + 0.1) > 0) continue;
    if (++found < k) continue;
    let [low, high] = [x, x + 0.1];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (slope(low) * slope(middle) <= 0) high = middle;
      else low = middle;
    }
    return low;
  }
  throw new Error(`J_${m}' has fewer than ${k} zeros below 12`);
}

/** Points uniform on the unit disk, shape [n, 2], and J_m(kappa r) cos(m theta) there, divided by its deviation. */
function onDisk(n, { m, zero }, key) {
  const kappa = derivativeZero(m, zero);
  const [U, turns] = [key.fold(0).uniform(n, 0, 1), key.fold(1).uniform(n, 0, 1)];
  const x = new Matrix(n, 2);
  const y = new Matrix(n, 1);
  for (let i = 0; i < n; i++) {
    const [r, theta] = [Math.sqrt(U[i]), 2 * Math.PI * turns[i]];
    x.row(i).set([r * Math.cos(theta), r * Math.sin(theta)]);
    y.data[i] = besselJ(m, kappa * r) * Math.cos(m * theta);
  }
  const mean = y.data.reduce((a, b) => a + b) / n;
  const deviation = Math.sqrt(y.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  for (let i = 0; i < n; i++) y.data[i] /= deviation;
  return { x, y };
}

const rowsOf = (matrix, rows) => {
  const out = new Matrix(rows.length, matrix.cols);
  rows.forEach((row, i) => {
    out.row(i).set(matrix.row(row));
  });
  return out;
};

/** Median error over the trials at one number of points: `error`, and `tunings` that were made. */
export async function studied({ target, kernel, points, trials, valid, test, grid, refinement }, seed) {
  const { x, y } = onDisk(test + 2 * (points + valid), target, keyed(seed));
  const width = kernel === "sc_dm" ? "eps_init" : "lengthscale_init";
  const regressed = (params, train) =>
    kernelRidge(
      rowsOf(x, train),
      rowsOf(y, train),
      { type: "share", kernel: [{ type: kernel, [width]: params.bandwidth }] },
      { ridge: params.ridge, jitter: 0 },
    );
  const error = (fitted, places) => {
    const made = fitted.predict(rowsOf(x, places));
    const squares = places.reduce((sum, row, i) => sum + (made.get(i, 0) - y.get(row, 0)) ** 2, 0);
    return Math.sqrt(squares / places.length);
  };
  const result = await dymad.convergenceStudy(
    {
      methods: [kernel],
      refinement_levels: [points],
      trials,
      metrics: ["error"],
      tuning_policy: { mode: "per_trial" },
      resampling: { test_size: test, pool: 2 * (points + valid), validation: { type: "counts", valid } },
      seed,
    },
    {
      tune: ({ sample_plan: { splits } }) =>
        dymad.tune(
          {
            parameters: [
              { name: "bandwidth", bounds: [1e-4, 1e2], scale: "log" },
              { name: "ridge", bounds: [1e-16, 1e1], scale: "log" },
            ],
            initial_budget: grid,
            initial_strategy: "grid",
            refinement_strategy: "nelder_mead_like",
            refinement_budget: refinement,
          },
          (params) => error(regressed(params, splits[0].train), splits[0].valid),
        ),
      evaluate: ({ params, sample_plan: plan }) => ({ error: error(regressed(params, plan.refit), plan.test) }),
    },
  );
  const failed = result.rows.find(({ status }) => status === "failed");
  if (failed !== undefined) throw new Error(failed.failure_reason);
  const errors = result.rows.map(({ metrics }) => metrics.error).sort((a, b) => a - b);
  return { error: errors[errors.length >> 1], errors };
}
