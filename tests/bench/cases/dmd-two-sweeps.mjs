// Exact DMD of a field of 100,000 places at 200 times in two sweeps over row blocks, rank 20, against the same by numpy.linalg.svd of
// the whole on one thread. Twenty oscillations carry the field. Memory beyond the field is measured, too: under a tenth of it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blockDmd, blockModes } from "../../../dist/sdk/dynamics/spectral/dmd/block-dmd.js";
import { multiplyLarge } from "../../../dist/sdk/numerics/linalg/large-product.js";
import { Matrix } from "../../../dist/sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../dist/sdk/numerics/random.js";
import { closeEnough, now, rowOf } from "../measure.mjs";
import { startPeer } from "../peer.mjs";

const [m, n, rank] = [100_000, 200, 20];
const rows = 4096;

export async function* run({ dtypes, runs }) {
  if (!dtypes.includes("float64")) return;
  const folder = mkdtempSync(join(tmpdir(), "dmd-"));
  try {
    const field = oscillations();
    const path = join(folder, "field.f64");
    writeFileSync(path, field.data);
    const blocks = function* () {
      for (let at = 0; at < m; at += rows) yield field.slice(at, Math.min(m, at + rows));
    };
    let most = 0;
    const work = () => {
      const found = blockDmd(blocks(), { rank, dt: 1 });
      let size = 0;
      for (const part of blockModes(blocks(), found)) {
        for (const value of part.re) size += value * value;
        most = Math.max(most, process.memoryUsage().arrayBuffers);
      }
      return { found, size };
    };
    const before = process.memoryUsage().arrayBuffers;
    const { found } = work();
    const extra = (most - before) / field.data.byteLength;
    if (extra > 0.1) throw new Error(`two sweeps took ${extra} of the field's memory beyond it`);
    for (const { residual } of found.spectrum.points) if (!(residual < 1e-5)) throw new Error(`residual ${residual}`);
    const peer = await startPeer("numpy_dmd.py", { path, m, n, rank });
    if (peer !== null) closeEnough(sorted(found.spectrum.points.map(({ im }) => im)), sorted(peer.hello.im), 1e-6, "eigenvalues");
    const step = () => {
      const start = now();
      work();
      return now() - start;
    };
    yield await rowOf({ name: "dmd-two-sweeps", dtype: "float64", step, peer, peerName: "numpy", runs: Math.min(runs, 3) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sorted = (values) => [...values].sort((a, b) => a - b);

function oscillations() {
  const waves = new Matrix(rank, n);
  for (let i = 0; i < rank / 2; i++) {
    for (let k = 0; k < n; k++) {
      waves.set(2 * i, k, 0.999 ** k * Math.cos((0.2 + 0.25 * i) * k));
      waves.set(2 * i + 1, k, 0.999 ** k * Math.sin((0.2 + 0.25 * i) * k));
    }
  }
  return multiplyLarge(new Matrix(m, rank, keyed(1).normal(m * rank)), waves);
}
