// Eigenvalues with right and left vectors of a random real matrix, against numpy.linalg.eig (right vectors only) on one thread.
import { eigen } from "../../../dist/sdk/numerics/linalg/eigen.js";
import { Matrix } from "../../../dist/sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../dist/sdk/numerics/random.js";
import { closeEnough, now, rowOf } from "../measure.mjs";
import { startPeer } from "../peer.mjs";

export async function* run({ dtypes, runs }) {
  if (!dtypes.includes("float64")) return;
  for (const n of [64, 200]) yield await measure(n, runs);
}

async function measure(n, runs) {
  const name = `eig-${n}`;
  const a = new Matrix(n, n, keyed(1).normal(n * n));
  const { values, right, left } = eigen(a);
  const unit = left.adjoint().multiply(right);
  closeEnough(unit.re, Matrix.identity(n).data, 1e-11, `${name} left^H right`);
  // values of the two sides stand in different order: sums of powers compare them all
  const powers = (re, im) => [sum(re, im, (x) => x), sum(re, im, (x, y) => x * x - y * y), sum(re, im, (x, y) => x * x + y * y)];
  const peer = await startPeer("numpy_eig.py", { n, a: Array.from(a.data) });
  if (peer !== null) {
    const theirs = powers(peer.hello.re, peer.hello.im);
    closeEnough(powers(values.re, values.im), theirs, 1e-10, `${name} eigenvalues against NumPy`);
  }
  const step = () => {
    const start = now();
    eigen(a);
    return now() - start;
  };
  return rowOf({ name, dtype: "float64", step, peer, peerName: "numpy", runs });
}

const sum = (re, im, f) => Array.from(re, (x, k) => f(x, im[k])).reduce((total, x) => total + x, 0);
