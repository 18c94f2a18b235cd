// One step of the Lorenz system (dt 0.01) learned from 5,000 samples by kernel ridge regression with a ridge of 1e-8 and automatic
// widths: on landmarks (Nystrom), against the exact regression on the same samples. A row a number of landmarks; `ratio` compares
// times, the errors on 5,000 further samples stand beside it: `ours_rmse`, `exact_rmse`, in units of the standardised states.
import { kernelRidge } from "../../../dist/sdk/numerics/kernels/kernel-ridge.js";
import { Matrix } from "../../../dist/sdk/numerics/linalg/matrix.js";
import { solveOde } from "../../../dist/sdk/numerics/ode/solve.js";
import { now } from "../measure.mjs";

const N = 5000;
const ridge = 1e-8;
const spec = { type: "share", kernel: [{ type: "sc_rbf", lengthscale_init: null }] };
const f = (_t, y, dy) => {
  dy[0] = 10 * (y[1] - y[0]);
  dy[1] = y[0] * (28 - y[2]) - y[1];
  dy[2] = y[0] * y[1] - (8 / 3) * y[2];
};

export async function* run({ dtypes, runs }) {
  if (!dtypes.includes("float64")) return;
  const { train, next, later, truth } = lorenz();
  const from = now();
  const exact = kernelRidge(train, next, spec, { ridge, jitter: 0, solver: "dense_cholesky" });
  const exactMs = now() - from;
  const exactError = rmse(exact.predict(later), truth);
  for (const landmarks of [25, 50, 100, 200]) {
    const learn = () => kernelRidge(train, next, spec, { ridge, jitter: 0, landmarks });
    learn();
    const times = Array.from({ length: Math.max(1, Math.min(runs, 9)) }, () => {
      const start = now();
      learn();
      return now() - start;
    });
    const model = learn();
    const error = rmse(model.predict(later), truth);
    const given = kernelRidge(
      train,
      next,
      { type: "share", kernel: [{ type: "sc_rbf", lengthscale_init: exact.report.widths[0] }] },
      { ridge, jitter: 0, landmarks },
    );
    yield {
      case: `kernel-lorenz-${landmarks}`,
      dtype: "float64",
      threads: 1,
      ours_ms: times.sort((a, b) => a - b)[times.length >> 1],
      peer: "exact regression",
      peer_version: "dymad",
      peer_ms: exactMs,
      ours_rmse: error,
      exact_rmse: exactError,
      error_ratio: error / exactError,
      lengthscale: model.report.widths[0],
      exact_lengthscale: exact.report.widths[0],
      error_ratio_at_exact_lengthscale: rmse(given.predict(later), truth) / exactError,
      runs: times.length,
    };
  }
}

/** Samples on the attractor, standardised by the first 5,000: pairs of a state with the next one, and as many later pairs. */
function lorenz() {
  const t = Float64Array.from({ length: 4001 + 2 * N + 1 }, (_, k) => k * 0.01);
  const { y, status } = solveOde({ f, y0: [1, 1, 1], t, method: "dop853", rtol: 1e-10, atol: 1e-10 });
  if (status !== "ok") throw new Error(status);
  const states = y.slice(4001, 4001 + 2 * N + 1).clone();
  for (let j = 0; j < 3; j++) {
    const column = states.column(j).subarray(0, N);
    const mean = column.reduce((a, b) => a + b) / N;
    const deviation = Math.sqrt(column.reduce((s, v) => s + (v - mean) ** 2, 0) / N);
    for (let i = 0; i < states.rows; i++) states.set(i, j, (states.get(i, j) - mean) / deviation);
  }
  return {
    train: states.slice(0, N),
    next: states.slice(1, N + 1),
    later: states.slice(N, 2 * N),
    truth: states.slice(N + 1, 2 * N + 1),
  };
}

/** @param {Matrix} a @param {Matrix} b */
const rmse = (a, b) => Math.sqrt(a.data.reduce((s, v, i) => s + (v - b.data[i]) ** 2, 0) / a.data.length);
