import { DymadError } from "../../errors.js";
import { partsOf } from "../../numerics/interpolation.js";
import { expm } from "../../numerics/linalg/expm.js";
import { Matrix, scaled } from "../../numerics/linalg/matrix.js";
import { solveOde } from "../../numerics/ode/solve.js";
import type { Prepared } from "../data/batch.js";
import { compositions } from "../models/composition.js";
import type { Model } from "../models/model.js";

/** Error of one step tolerated where the control's share is integrated: far below any residual that means something. */
const tolerance = 1e-11;

/**
 * What control adds to latent states within one step of a continuous model dz/dt = A z + C(z, u): the flow with control less the flow
 * exp(A dt) without it. The control between samples is interpolated as the model does.
 *
 * @param model     a continuous model with linear dynamics and control
 * @param W         its map, rows for z, products z_i u_j and u, shape [s, k]
 * @param prepared  a trajectory as the model sees it
 * @param z         latent states of one node, shape [T, k]
 * @param node      which node, whose columns of u are taken
 * @returns         shape [T - 1, k], units of z
 * @throws          E_NUMERIC when the flow with control cannot be integrated
 */
export function controlShare(model: Model, W: Matrix, prepared: Prepared, z: Matrix, node: number): Matrix {
  const { node: dims, spec } = model;
  const { control, t } = prepared;
  const [k, m] = [dims.z, dims.u];
  const out = new Matrix(z.rows - 1, k);
  if (control === null) return out;
  const products = compositions[spec.family].features === "joined" ? 0 : k * m;
  const constant = k + products < dims.s;
  const all = new Float64Array(control.width);
  const rate =
    (first: number) =>
    (time: number, state: Float64Array, dz: Float64Array): void => {
      const late = control.parts === 2 && time > (t[first] + t[first + 1]) / 2 ? 1 : 0;
      control.evaluate(time, all, first * partsOf(control.kind) + late);
      dz.fill(0);
      for (let i = 0; i < k; i++) {
        add(dz, W.row(i), state[i]);
        if (products > 0) for (let j = 0; j < m; j++) add(dz, W.row(k + i * m + j), state[i] * all[node * m + j]);
      }
      if (constant) for (let j = 0; j < m; j++) add(dz, W.row(k + products + j), all[node * m + j]);
    };
  const size = z.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let drift: { readonly dt: number; readonly flow: Matrix } | null = null;
  for (let i = 0; i + 1 < z.rows; i++) {
    const dt = t[i + 1] - t[i];
    if (drift === null || drift.dt !== dt) drift = { dt, flow: expm(scaled(W.slice(0, k), dt)) };
    const { y, status, message } = solveOde({
      f: rate(i),
      y0: z.row(i),
      t: [t[i], t[i + 1]],
      method: "dop853",
      rtol: tolerance,
      atol: tolerance * size || tolerance,
    });
    if (status !== "ok") {
      throw new DymadError("E_NUMERIC", `the control's share of a step cannot be integrated: ${message}`, {
        hint: "use data without control, or a discrete model",
      });
    }
    const free = z.slice(i, i + 1).multiply(drift.flow);
    out.row(i).set(y.row(1).map((value, j) => value - free.data[j]));
  }
  return out;
}

function add(into: Float64Array, row: Float64Array, factor: number): void {
  for (let j = 0; j < into.length; j++) into[j] += factor * row[j];
}
