// The standard pseudospectrum of a real 64 x 64 operator on a grid of 200 x 200 points, against numpy.linalg.svd of z - A at the points of
// one half of the plane, on one thread. The peer's points are every fifth along each axis, and its time is multiplied by 25.
import { planeGrid } from "../../../dist/sdk/dynamics/spectral/pseudospectrum.js";
import { operatorPseudospectrum } from "../../../dist/sdk/dynamics/spectral/resolvent.js";
import { Matrix } from "../../../dist/sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../dist/sdk/numerics/random.js";
import { closeEnough, now, rowOf } from "../measure.mjs";
import { startPeer } from "../peer.mjs";

const [n, points, every] = [64, 200, 5];

export async function* run({ dtypes, runs }) {
  if (!dtypes.includes("float64")) return;
  const a = new Matrix(n, n, keyed(1).normal(n * n, 0, 1 / 8));
  const grid = planeGrid([-1.5, 1.5, points], [-1.5, 1.5, points]);
  const work = () => operatorPseudospectrum(a, grid);
  const found = work();
  const some = (line) => Array.from(line).filter((_, k) => k % every === 0);
  const peer = await startPeer("numpy_pseudospectrum.py", {
    n,
    a: Array.from(a.data),
    re: some(grid.re),
    im: some(grid.im.slice(0, points / 2)),
    times: 1 / (every * every),
  });
  if (peer !== null) {
    const ours = found.filter((_, k) => {
      const [row, column] = [Math.floor(k / points), k % points];
      return row < points / 2 && row % every === 0 && column % every === 0;
    });
    closeEnough(ours, peer.hello.values, 1e-8, "epsilon");
  }
  const step = () => {
    const start = now();
    work();
    return now() - start;
  };
  yield await rowOf({ name: "pseudospectrum", dtype: "float64", step, peer, peerName: "numpy", runs: Math.min(runs, 5) });
}
