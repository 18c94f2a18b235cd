import { columns } from "../../../numerics/linalg/lstsq.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import type { Havok } from "./havok.js";

/**
 * What the linear system of a HAVOK analysis does from the first window of each trajectory on: pushed by the measured forcing, or left to
 * itself.
 *
 * @param found   from havok
 * @param driven  whether it is pushed, v(k + 1) = v(k) step + [f(k) f(k + 1)] push
 * @returns       coordinates, shape [T_i - d, r - 1] each; row 0 is the measured one
 * @see           Brunton, Brunton, Proctor, Kaiser, Kutz 2017, "Chaos as an intermittently forced linear system", doi:10.1038/s41467-017-00030-8
 */
export function simulateHavok({ step, push, coordinates, forcing }: Havok, driven: boolean): Matrix[] {
  const n = step.rows;
  return coordinates.map((measured, i) => {
    const f = forcing[i];
    const out = new Matrix(measured.rows, n);
    out.row(0).set(measured.row(0));
    for (let k = 1; k < out.rows; k++) {
      const [before, after] = [out.row(k - 1), out.row(k)];
      for (let j = 0; j < n; j++) {
        let sum = driven ? f[k - 1] * push.data[j] + f[k] * push.data[n + j] : 0;
        for (let q = 0; q < n; q++) sum += before[q] * step.data[q * n + j];
        after[j] = sum;
      }
    }
    return out;
  });
}

/**
 * The newest sample of each window, brought back from the coordinates without the push.
 *
 * @param found        from havok
 * @param coordinates  shape [T_i - d, r - 1] each; default the measured ones
 * @returns            shape [T_i - d, n] each, units of `x`
 * @see                Brunton, Brunton, Proctor, Kaiser, Kutz 2017, "Chaos as an intermittently forced linear system", doi:10.1038/s41467-017-00030-8
 */
export function samplesOfCoordinates({ basis, delay, ...found }: Havok, coordinates = found.coordinates): Matrix[] {
  const n = basis.rows / (delay + 1);
  const back = columns(basis.slice(basis.rows - n, basis.rows), 0, basis.cols - 1).transpose();
  return coordinates.map((v) => v.multiply(back));
}

/** |a - b| over all entries as a share of how far b is from the means of its columns; NaN where b does not vary. */
export function relativeError(a: readonly Matrix[], b: readonly Matrix[]): number {
  const rows = b.reduce((sum, x) => sum + x.rows, 0);
  let [missed, spread] = [0, 0];
  for (let j = 0; j < (b[0]?.cols ?? 0); j++) {
    const mean = b.reduce((sum, x) => sum + x.column(j).reduce((part, value) => part + value, 0), 0) / rows;
    b.forEach((x, i) => {
      for (let k = 0; k < x.rows; k++) {
        const [gap, away] = [a[i].get(k, j) - x.get(k, j), x.get(k, j) - mean];
        missed += gap * gap;
        spread += away * away;
      }
    });
  }
  return Math.sqrt(missed / spread);
}
