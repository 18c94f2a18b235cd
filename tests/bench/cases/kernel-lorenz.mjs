// One step of the Lorenz system (dt 0.01) learned from 5,000 samples with a Gaussian kernel and a ridge of 1e-8, against exact kernel
// ridge regression on the same samples. `ratio` compares times; beside them the errors on 5,000 further samples, `ours_rmse` and
// `exact_rmse` in units of the standardised states, and `error_ratio`. Readings of a small model:
//   auto-M   M landmarks (Nystrom), each regression with its own automatic width;
//   wide-M   M landmarks, both with a width of 2; random-M the same with M random features;
//   rank-25  the 25 leading functions of the kernel on 500 landmarks, fitted to the next states: no operator of rank 25 on these
//            functions forecasts the states better; both with a width of 2.
import { kernelDictionary } from "../../../dist/sdk/dynamics/spectral/dmd/kernel-dictionary.js";
import { kernelRidge } from "../../../dist/sdk/numerics/kernels/kernel-ridge.js";
import { landmarksOf } from "../../../dist/sdk/numerics/kernels/landmarks.js";
import { kernelMatrix } from "../../../dist/sdk/numerics/kernels/scalar-kernel.js";
import { Matrix } from "../../../dist/sdk/numerics/linalg/matrix.js";
import { ridgeLeastSquares } from "../../../dist/sdk/numerics/linalg/ridge-lstsq.js";
import { solveOde } from "../../../dist/sdk/numerics/ode/solve.js";
import { now } from "../measure.mjs";

const N = 5000;
const [ridge, wide] = [1e-8, 2];
const f = (_t, y, dy) => {
  dy[0] = 10 * (y[1] - y[0]);
  dy[1] = y[0] * (28 - y[2]) - y[1];
  dy[2] = y[0] * y[1] - (8 / 3) * y[2];
};

export async function* run({ dtypes, runs }) {
  if (!dtypes.includes("float64")) return;
  const data = lorenz();
  for (const [name, width] of [
    ["auto", null],
    ["wide", wide],
  ]) {
    const from = now();
    const exact = regression(data, width, { solver: "dense_cholesky" });
    const peer_ms = now() - from;
    const against = { peer: "exact regression", peer_version: "dymad", peer_ms };
    for (const landmarks of [25, 50, 100, 200]) {
      const learn = () => regression(data, width, { landmarks });
      yield { ...rowOf(`kernel-lorenz-${name}-${landmarks}`, learn, exact, data, runs), ...against };
    }
    for (const features of width === null ? [] : [25, 100]) {
      const learn = () => regression(data, width, {}, features);
      yield { ...rowOf(`kernel-lorenz-random-${features}`, learn, exact, data, runs), ...against };
    }
    if (width !== null) yield { ...rowOf("kernel-lorenz-rank-25", () => leading(data), exact, data, runs), ...against };
  }
}

function regression({ train, next }, width, options, features = null) {
  const kernel = [{ type: "sc_rbf", lengthscale_init: width }];
  const { predict, report } = kernelRidge(train, next, { type: "share", kernel, features }, { ridge, jitter: 0, ...options });
  return { predict, lengthscale: report.widths[0] };
}

function leading({ train, next }) {
  const kernel = (x, z) => kernelMatrix({ type: "sc_rbf", lengthscale_init: wide }, z, x);
  const { apply } = kernelDictionary(kernel, landmarksOf(train, 500), 25);
  const weights = ridgeLeastSquares(apply(train), next, ridge);
  return { predict: (places) => apply(places).multiply(weights), lengthscale: wide };
}

function rowOf(name, learn, exact, { later, truth }, runs) {
  learn();
  const times = Array.from({ length: Math.max(1, Math.min(runs, 9)) }, () => {
    const start = now();
    learn();
    return now() - start;
  }).sort((a, b) => a - b);
  const ours = learn();
  const [ours_rmse, exact_rmse] = [ours, exact].map(({ predict }) => rmse(predict(later), truth));
  return {
    case: name,
    dtype: "float64",
    threads: 1,
    ours_ms: times[times.length >> 1],
    ours_fastest_ms: times[0],
    ours_rmse,
    exact_rmse,
    error_ratio: ours_rmse / exact_rmse,
    lengthscale: ours.lengthscale,
    exact_lengthscale: exact.lengthscale,
    runs: times.length,
  };
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
