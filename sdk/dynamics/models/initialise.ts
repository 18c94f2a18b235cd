import { cos } from "../../numerics/elementary.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { qr } from "../../numerics/linalg/qr.js";
import type { RandomKey } from "../../numerics/random.js";
import type { Activation, WeightInit } from "./spec.js";

/** How much a layer's variance shrinks under its activation: 5/3 for tanh, 1 for sigmoid, sqrt(2) otherwise. */
export function activationGain(activation: Activation): number {
  return activation === "tanh" ? 5 / 3 : activation === "sigmoid" ? 1 : Math.SQRT2;
}

/**
 * Starting values of a weight matrix [inputs, outputs] with gain G.
 *
 * xavier: variance 2 G² / (in + out); kaiming: variance G² / in; orthogonal: G times orthonormal rows or columns;
 * deterministic_orthogonal: G times the first cosines of a discrete cosine transform, the same for every seed; normal: standard deviation G; trunc_normal: the same cut at two standard deviations; uniform: U(-G, G); zeros.
 *
 * @see Glorot & Bengio 2010, AISTATS, "Understanding the difficulty of training deep feedforward neural networks"
 * @see He et al. 2015, doi:10.1109/ICCV.2015.123; Saxe et al. 2014, arXiv:1312.6120 (orthogonal)
 */
export function initialMatrix(init: WeightInit, gain: number, inputs: number, outputs: number, key: RandomKey): Float64Array {
  const n = inputs * outputs;
  switch (init) {
    case "xavier_uniform": {
      const bound = gain * Math.sqrt(6 / (inputs + outputs));
      return key.uniform(n, -bound, bound);
    }
    case "xavier_normal":
      return key.normal(n, 0, gain * Math.sqrt(2 / (inputs + outputs)));
    case "kaiming_uniform": {
      const bound = gain * Math.sqrt(3 / inputs);
      return key.uniform(n, -bound, bound);
    }
    case "kaiming_normal":
      return key.normal(n, 0, gain / Math.sqrt(inputs));
    case "orthogonal":
      return orthogonal(gain, inputs, outputs, key);
    case "deterministic_orthogonal":
      return cosines(inputs, outputs).map((v) => gain * v);
    case "normal":
      return key.normal(n, 0, gain);
    case "trunc_normal":
      return truncatedNormal(n, key).map((v) => gain * v);
    case "uniform":
      return key.uniform(n, -gain, gain);
    case "zeros":
      return new Float64Array(n);
    default:
      return init satisfies never;
  }
}

/** Q of a normal matrix with the signs of R's diagonal made positive: uniform over the orthogonal matrices. */
function orthogonal(gain: number, inputs: number, outputs: number, key: RandomKey): Float64Array {
  const [rows, cols] = inputs >= outputs ? [inputs, outputs] : [outputs, inputs];
  const { q, r } = qr(new Matrix(rows, cols, key.normal(rows * cols)));
  for (let j = 0; j < cols; j++) {
    const sign = r.get(j, j) < 0 ? -gain : gain;
    for (let i = 0; i < rows; i++) q.set(i, j, q.get(i, j) * sign);
  }
  return inputs >= outputs ? q.data : q.transpose().data;
}

/**
 * Orthonormal columns (rows, when there are fewer) of cosines: entry (r, c) of n by n is sqrt(2 / n) cos(π (c + 1/2) r / n), the first
 * row over sqrt(2). A decoder whose sizes mirror an encoder's starts as its transpose.
 *
 * @see Ahmed, Natarajan & Rao 1974, "Discrete cosine transform", doi:10.1109/T-C.1974.223784
 */
function cosines(rows: number, cols: number): Float64Array {
  const n = Math.max(rows, cols);
  const out = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const [r, c] = rows <= cols ? [j, i] : [i, j];
      const scale = Math.sqrt((r === 0 ? 1 : 2) / n);
      out[i * cols + j] = scale * cos((Math.PI * (c + 0.5) * r) / n);
    }
  }
  return out;
}

/** Normal draws within two standard deviations: draws outside are replaced by further ones, in order. */
function truncatedNormal(n: number, key: RandomKey): Float64Array {
  const out = new Float64Array(n);
  let filled = 0;
  for (let round = 0; filled < n; round++) {
    for (const v of key.fold(round).normal(n)) {
      if (filled < n && Math.abs(v) <= 2) out[filled++] = v;
    }
  }
  return out;
}
