// Kernel EDMD of the Lorenz system: 5,000 samples, 500 landmarks, 25 observables of a Gaussian kernel, with eigenvalues, residuals and
// decoder, against the same in NumPy and SciPy on one thread.
import { edmd } from "../../../dist/sdk/dynamics/spectral/dmd/edmd.js";
import { kernelDictionary } from "../../../dist/sdk/dynamics/spectral/dmd/kernel-dictionary.js";
import { landmarksOf } from "../../../dist/sdk/numerics/kernels/landmarks.js";
import { Matrix } from "../../../dist/sdk/numerics/linalg/matrix.js";
import { closeEnough, now, rowOf } from "../measure.mjs";
import { startPeer } from "../peer.mjs";

const [samples, count, rank, width, dt] = [5000, 500, 25, 10, 0.02];

export async function* run({ dtypes, runs }) {
  if (!dtypes.includes("float64")) return;
  const x = lorenz();
  const landmarks = landmarksOf(x, count);
  const kernel = { type: "sc_rbf", lengthscale_init: width };
  const work = () => edmd({ trajectories: [x], dt }, kernelDictionary(kernel, landmarks, rank));
  const { spectrum } = work();
  const peer = await startPeer("numpy_edmd.py", { x: x.toRows(), landmarks: landmarks.toRows(), rank, width });
  const moduli = (re, im) => Array.from(re, (a, k) => Math.hypot(a, im[k])).sort((a, b) => b - a);
  const { points } = spectrum;
  const ours = moduli(
    points.map(({ re }) => re),
    points.map(({ im }) => im),
  );
  if (peer !== null)
    closeEnough(ours.slice(0, 10), moduli(peer.hello.re, peer.hello.im).slice(0, 10), 1e-6, "moduli of eigenvalues");
  const step = () => {
    const start = now();
    work();
    return now() - start;
  };
  yield await rowOf({ name: "edmd-lorenz", dtype: "float64", step, peer, peerName: "numpy", runs: Math.min(runs, 11) });
}

/** Classical Runge-Kutta steps on the attractor. */
function lorenz() {
  const slope = ([a, b, c]) => [10 * (b - a), a * (28 - c) - b, a * b - (8 / 3) * c];
  const along = (s, k, h) => s.map((value, i) => value + h * k[i]);
  let s = [-8, 8, 27];
  const out = new Matrix(samples, 3);
  for (let i = 0; i < samples; i++) {
    const k1 = slope(s);
    const k2 = slope(along(s, k1, dt / 2));
    const k3 = slope(along(s, k2, dt / 2));
    const k4 = slope(along(s, k3, dt));
    s = s.map((value, j) => value + (dt / 6) * (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]));
    out.row(i).set(s);
  }
  return out;
}
