// The Lorenz system on [0, 100] at tolerance 1e-8 by solveOde against SciPy's solve_ivp with the same pair of orders.
// Checked on [0, 15] against a solution at 1e-13: later two solutions differ whatever the tolerance.
import { solveOde } from "../../../dist/sdk/numerics/ode/solve.js";
import { closeEnough, now, rowOf } from "../measure.mjs";
import { startPeer } from "../peer.mjs";

const y0 = [1, 0, 0];
const tolerance = 1e-8;
const f = (_t, y, dy) => {
  dy[0] = 10 * (y[1] - y[0]);
  dy[1] = y[0] * (28 - y[2]) - y[1];
  dy[2] = y[0] * y[1] - (8 / 3) * y[2];
};
const variants = [
  { name: "lorenz-dopri5", method: "dopri5", peerMethod: "RK45" },
  { name: "lorenz-dop853", method: "dop853", peerMethod: "DOP853" },
];
/** Errors grow some 1e6 times up to t = 15. */
const grown = 1e-4;

export async function* run({ dtypes, runs }) {
  if (dtypes.includes("float64")) for (const variant of variants) yield await measure(variant, runs);
}

async function measure({ name, method, peerMethod }, runs) {
  const solve = (t, tol, by = method) => solveOde({ f, y0, t, method: by, rtol: tol, atol: tol });
  const t = Array.from({ length: 151 }, (_, k) => k / 10);
  const truth = solve(t, 1e-13, "dop853");
  closeEnough(solve(t, tolerance).y.data, truth.y.data, grown, `${name} against a solution at 1e-13`);
  const peer = await startPeer("scipy_lorenz.py", { y0, t, method: peerMethod, tolerance });
  if (peer !== null) closeEnough(peer.hello.y, truth.y.data, grown, `SciPy's ${peerMethod} against a solution at 1e-13`);
  const step = () => {
    const from = now();
    const { status } = solve([0, 100], tolerance);
    if (status !== "ok") throw new Error(status);
    return now() - from;
  };
  return rowOf({ name, dtype: "float64", step, peer, peerName: `scipy ${peerMethod}`, runs });
}
