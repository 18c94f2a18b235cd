import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";

/**
 * Vortices that drift down a wake: a steady part and two travelling waves whose phases are locked, as in the flow behind a cylinder once
 * it sheds periodically. Rows are samples, shape [T, nx * ny]; the flow lies on a closed curve.
 */
export function wake(samples: number, dt: number, { nx = 12, ny = 24, start = 0 } = {}): Matrix {
  const out = new Matrix(samples, nx * ny);
  for (let k = 0; k < samples; k++) {
    const phase = start + 2 * Math.PI * 0.19 * k * dt;
    for (let i = 0; i < nx; i++) {
      for (let j = 0; j < ny; j++) {
        const [across, along] = [(2 * i) / (nx - 1) - 1, (6 * j) / (ny - 1)];
        const width = Math.exp(-4 * across * across);
        out.data[k * nx * ny + i * ny + j] =
          width + 0.8 * width * Math.sin(2 * along - phase) + 0.3 * width * across * Math.cos(4 * along - 2 * phase);
      }
    }
  }
  return out;
}
