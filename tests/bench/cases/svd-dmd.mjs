// The decompositions behind a large DMD: thin svd of 100,000 snapshots in rows of 200, and its 20 leading modes, against
// numpy.linalg.svd on one thread, which has no way to compute leading modes alone. Singular values fall over four orders.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gramSvd, leftModes } from "../../../dist/sdk/numerics/linalg/gram-svd.js";
import { gramMatrix, multiplyLarge } from "../../../dist/sdk/numerics/linalg/large-product.js";
import { Matrix } from "../../../dist/sdk/numerics/linalg/matrix.js";
import { qr } from "../../../dist/sdk/numerics/linalg/qr.js";
import { svd } from "../../../dist/sdk/numerics/linalg/svd.js";
import { keyed } from "../../../dist/sdk/numerics/random.js";
import { closeEnough, now, timedRow } from "../measure.mjs";
import { startPeer } from "../peer.mjs";

const m = 100_000;
const n = 200;
const modes = 20;
/** One run takes seconds: more than this many say no more. */
const enough = 7;

export async function* run({ dtypes, runs }) {
  if (!dtypes.includes("float64")) return;
  const folder = mkdtempSync(join(tmpdir(), "svd-dmd-"));
  try {
    const a = snapshots();
    const path = join(folder, "a.f64");
    writeFileSync(path, a.data);
    const peer = await startPeer("numpy_svd.py", { path, m, n, modes });
    const count = Math.min(runs, enough);
    yield await measure("svd-dmd-thin", () => svd(a), checkThin(a), peer, count);
    const leading = () => {
      const found = gramSvd([a], modes);
      return { ...found, u: leftModes(a, found) };
    };
    yield await measure("svd-dmd-20-modes", leading, checkLeading, peer, count);
    peer?.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function snapshots() {
  const v = qr(new Matrix(n, n, keyed(2).normal(n * n))).q;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) v.set(i, j, v.get(i, j) * 10 ** ((-4 * i) / (n - 1)));
  return multiplyLarge(new Matrix(m, n, keyed(1).normal(m * n)), v);
}

const checkThin = (a) => (found, theirs) => {
  const { u, s, v } = found;
  closeEnough(gramMatrix([u], n).data, Matrix.identity(n).data, 1e-13, "u^T u");
  closeEnough(gramMatrix([v], n).data, Matrix.identity(n).data, 1e-13, "v^T v");
  const weighted = v.transpose();
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) weighted.set(i, j, weighted.get(i, j) * s[i]);
  closeEnough(multiplyLarge(u, weighted).data, a.data, 1e-13, "u s v^T");
  if (theirs !== undefined) closeEnough(s, theirs, 1e-13, "singular values against NumPy");
};

const checkLeading = ({ u, s, warning }, theirs) => {
  if (warning !== null) throw new Error(warning);
  closeEnough(gramMatrix([u], modes).data, Matrix.identity(modes).data, 1e-12, "u^T u of the leading modes");
  if (theirs !== undefined) closeEnough(s, theirs.slice(0, modes), 1e-13, "leading singular values against NumPy");
};

async function measure(name, work, check, peer, runs) {
  check(work(), peer?.hello.s);
  const step = () => {
    const start = now();
    work();
    return now() - start;
  };
  return timedRow({ name, dtype: "float64", step, peer, peerName: "numpy", runs });
}
