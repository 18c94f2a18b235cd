import { cos, log, pow, sin } from "../../../numerics/elementary.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import type { Pcg64 } from "./pcg64.js";
import { type Signal, type SignalMode, signalThrough } from "./signal.js";

export type Range = readonly [number, number];

/** Random control signals. Frequencies in cycles per unit of `t`, phases in degrees, ranges are [low, high]. */
export type ControlSpec =
  | {
      readonly kind: "sine";
      readonly params: {
        readonly num_components: number;
        readonly freq_range: Range;
        readonly amp_range: Range;
        readonly phase_range: Range;
      };
    }
  | {
      readonly kind: "chirp";
      readonly params: {
        readonly t1: number;
        readonly freq_range: Range;
        readonly amp_range: Range;
        readonly phase_range: Range;
        readonly method: ChirpMethod;
      };
    }
  | {
      readonly kind: "gaussian";
      readonly params: {
        readonly mean: number | readonly number[];
        readonly std: number | readonly number[];
        readonly t1: number;
        readonly dt: number;
        readonly mode: SignalMode;
      };
    }
  | {
      readonly kind: "sphere";
      readonly params: { readonly radius: number; readonly t1: number; readonly dt: number; readonly mode: SignalMode };
    };

export type ChirpMethod = "linear" | "quadratic" | "logarithmic" | "hyperbolic";

const TURN = 2 * Math.PI;
const DEGREE = Math.PI / 180;

/**
 * Draws one signal of m components. Order of the draws: sine, all amplitudes [m, components], then all frequencies, then all
 * phases; chirp, the amplitudes [m], then the phases [m]; gaussian and sphere, ceil(t1 / dt) + 1 samples of m values.
 */
export function drawSignal(spec: ControlSpec, m: number, source: Pcg64): Signal {
  switch (spec.kind) {
    case "sine": {
      const { num_components, freq_range, amp_range, phase_range } = spec.params;
      const draw = (range: Range): number[] => Array.from({ length: m * num_components }, () => source.uniform(...range));
      const [amplitude, frequency, phase] = [draw(amp_range), draw(freq_range), draw(phase_range)];
      return (t, out) => {
        out.fill(0);
        amplitude.forEach((a, j) => {
          out[Math.floor(j / num_components)] += a * sin(TURN * frequency[j] * t + phase[j] * DEGREE);
        });
      };
    }
    case "chirp": {
      const { t1, freq_range, amp_range, phase_range, method } = spec.params;
      const amplitude = Array.from({ length: m }, () => source.uniform(...amp_range));
      const phase = Array.from({ length: m }, () => source.uniform(...phase_range));
      return (t, out) => {
        const angle = sweptAngle(t, freq_range, t1, method);
        for (let i = 0; i < m; i++) out[i] = amplitude[i] * cos(angle + phase[i] * DEGREE);
      };
    }
    case "gaussian": {
      const { mean, std, t1, dt, mode } = spec.params;
      const at = (value: number | readonly number[], i: number): number => (typeof value === "number" ? value : value[i]);
      return sampled(t1, dt, m, mode, (row) =>
        row.forEach((_, i) => {
          row[i] = source.normal(at(mean, i), at(std, i));
        }),
      );
    }
    case "sphere": {
      const { radius, t1, dt, mode } = spec.params;
      return sampled(t1, dt, m, mode, (row) => {
        row.forEach((_, i) => {
          row[i] = source.normal(0, 1);
        });
        const length = Math.sqrt(row.reduce((sum, v) => sum + v * v, 0));
        row.forEach((v, i) => {
          row[i] = (v / length) * radius;
        });
      });
    }
  }
}

/** Samples at k * dt, computed as that product: 3 * 0.2 is not 0.6, and a hold that looks for the last sample sees it. */
function sampled(t1: number, dt: number, m: number, mode: SignalMode, draw: (row: Float64Array) => void): Signal {
  const values = new Matrix(Math.ceil(t1 / dt) + 1, m);
  for (let k = 0; k < values.rows; k++) draw(values.row(k));
  return signalThrough(
    Float64Array.from({ length: values.rows }, (_, k) => k * dt),
    values,
    mode,
  );
}

/**
 * The angle of a swept cosine, 2 pi times the integral of its frequency, which is f0 at 0 and f1 at t1 and goes on after t1.
 *
 * @returns  radians
 */
function sweptAngle(t: number, [f0, f1]: Range, t1: number, method: ChirpMethod): number {
  switch (method) {
    case "linear":
      return TURN * (f0 * t + (0.5 * (f1 - f0) * t * t) / t1);
    case "quadratic":
      return TURN * (f0 * t + ((f1 - f0) * t * t * t) / (t1 * t1) / 3);
    case "logarithmic":
      if (f0 === f1) return TURN * f0 * t;
      return TURN * (t1 / log(f1 / f0)) * f0 * (pow(f1 / f0, t / t1) - 1);
    case "hyperbolic": {
      if (f0 === f1) return TURN * f0 * t;
      const pole = (f1 * t1) / (f1 - f0); // where the frequency would be infinite
      return -TURN * pole * f0 * log(Math.abs(1 - t / pole));
    }
  }
}
