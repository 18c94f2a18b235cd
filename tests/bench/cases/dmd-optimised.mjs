// Optimised DMD of two travelling waves in complex noise, 65 places and 129 times, against variable projection in NumPy on one thread:
// the same trapezoidal start, the same projection onto two directions, the same damped steps.
import { optimisedDmd } from "../../../dist/sdk/dynamics/spectral/dmd/optimised-dmd.js";
import { ComplexMatrix } from "../../../dist/sdk/numerics/linalg/complex.js";
import { keyed } from "../../../dist/sdk/numerics/random.js";
import { closeEnough, now, rowOf } from "../measure.mjs";
import { startPeer } from "../peer.mjs";

const [times, places] = [129, 65];

export async function* run({ dtypes, runs }) {
  if (!dtypes.includes("float64")) return;
  const t = Float64Array.from({ length: times }, (_, k) => (4 * Math.PI * k) / (times - 1));
  const [re, im] = [1, 2].map((seed) => keyed(seed).normal(times * places, 0, 0.2));
  for (let k = 0; k < times; k++) {
    for (let j = 0; j < places; j++) {
      const x = -5 + (10 * j) / (places - 1);
      const [one, two] = [1 / Math.cosh(x), Math.tanh(x) / Math.cosh(x)];
      re[k * places + j] += one * Math.cos(2.8 * t[k]) + two * Math.cos(2.3 * t[k]);
      im[k * places + j] += one * Math.sin(2.8 * t[k]) + two * Math.sin(2.3 * t[k]);
    }
  }
  const x = new ComplexMatrix(times, places, re, im);
  const work = () => optimisedDmd([{ t, x }], { rank: 2 });
  const { rates } = work();
  closeEnough(Array.from(rates.im).sort(), [2.3, 2.8], 5e-3, "frequencies");
  const peer = await startPeer("numpy_optimised_dmd.py", { t: [...t], re: [...re], im: [...im], places });
  if (peer !== null) closeEnough(Array.from(rates.im).sort(), peer.hello.im.sort(), 1e-7, "frequencies against NumPy");
  const step = () => {
    const start = now();
    work();
    return now() - start;
  };
  yield await rowOf({ name: "dmd-optimised", dtype: "float64", step, peer, peerName: "numpy", runs });
}
