import { DymadError } from "../../../errors.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import { cut, makeDataset } from "../dataset.js";
import { nodeCount } from "../graphs/fields.js";
import { joinNodes } from "../graphs/nodes.js";
import { withGraph } from "../graphs/with-graph.js";
import type { Dataset, Trajectory } from "../series.js";
import { drawSignal } from "./control.js";
import type { Expression } from "./expression.js";
import { Pcg64 } from "./pcg64.js";
import { drawPoint } from "./points.js";
import { solveRk45 } from "./rk45.js";
import type { Signal } from "./signal.js";
import { type CompleteSampleSpec, readSampleSpec, type SampleSpec } from "./spec.js";

/**
 * Samples trajectories of a system given by formulas: draws x0, then p, then the control of each trajectory in turn from one
 * generator (NumPy's `default_rng(seed)`), integrates with RK45, and evaluates on the time grid. The same seed gives what
 * NumPy and SciPy give to some 1e-12; and the same bits on every machine.
 *
 * @param spec     the system and the laws; keys and defaults in `docs/sampling.md`
 * @param options  `seed`, integer >= 0, default 0
 * @returns        the dataset: x is what is observed (then y holds the states) or the states; and the grid t, shape [T]
 * @throws         E_SPEC or E_UNSUPPORTED with every problem of the specification; E_NUMERIC when a trajectory cannot be integrated
 * @example        sampleSystem({ system: { states: 1, rhs: ["-x"] }, x0: [1], time: { stop: 1, n: 3 } }).dataset.trajectories[0].x.rows // 3
 */
export function sampleSystem(spec: SampleSpec, options: { readonly seed?: number } = {}): { dataset: Dataset; t: Float64Array } {
  const complete = readSampleSpec(spec);
  const source = new Pcg64(options.seed ?? 0);
  const grid = timeGrid(complete.time);
  const sampled = Array.from({ length: complete.batch }, (_, i) => sampleOne(complete, grid, i, source));

  const { n_skip, shift_t } = complete.postprocess;
  const kept = sampled.map((one) => cut(one, n_skip, grid.length));
  const origin = shift_t ? grid[n_skip] : 0;
  const t = grid.slice(n_skip).map((time) => time - origin);
  const trajectories = kept.map((one) => ({ ...one, t: t.slice(), x: withNoise(one.x, complete, source) }));
  const { graph } = complete.system;
  const dataset = makeDataset(graph?.copies === true ? trajectories.map((one) => copied(one, nodeCount(graph))) : trajectories);
  return { dataset: graph === null ? dataset : withGraph(dataset, graph), t };
}

/** The same states and controls at every node. */
function copied(one: Trajectory, nodes: number): Trajectory {
  const repeat = (part: Matrix | null): Matrix | null => part && joinNodes(Array.from({ length: nodes }, () => part));
  return { ...one, x: repeat(one.x) as Matrix, u: repeat(one.u), y: repeat(one.y) };
}

function sampleOne(spec: CompleteSampleSpec, grid: Float64Array, index: number, source: Pcg64): Trajectory {
  const { states: n, inputs: m, parameters: q, rhs, observations } = spec.system;
  const x0 = drawPoint(spec.x0, n, index, source);
  const p = spec.p === null ? null : drawPoint(spec.p, q, index, source);
  const signal: Signal | null = spec.control === null ? null : drawSignal(spec.control, m, source);

  const values = new Float64Array(1 + n + m + q);
  const control = values.subarray(1 + n, 1 + n + m);
  if (p !== null) values.set(p, 1 + n + m);
  const put = (t: number, x: Float64Array): void => {
    values[0] = t;
    values.set(x, 1);
    signal?.(t, control);
  };
  const states = integrate(() => {
    const field = (t: number, x: Float64Array, out: Float64Array): void => {
      put(t, x);
      for (let i = 0; i < n; i++) out[i] = rhs[i](values);
    };
    return solveRk45(field, grid, x0, spec.solver);
  }, index);

  const u = signal === null ? null : new Matrix(grid.length, m);
  grid.forEach((t, k) => {
    if (u !== null) signal?.(t, u.row(k));
  });
  if (observations === null) return { t: grid, x: states, u, y: null, p };
  return { t: grid, x: observe(observations, states, grid, put, values), u, y: states, p };
}

function observe(
  observations: readonly Expression[],
  states: Matrix,
  grid: Float64Array,
  put: (t: number, x: Float64Array) => void,
  values: Float64Array,
): Matrix {
  const out = new Matrix(grid.length, observations.length);
  grid.forEach((t, k) => {
    put(t, states.row(k));
    observations.forEach((formula, j) => {
      out.set(k, j, formula(values));
    });
  });
  return out;
}

function integrate(solve: () => Matrix, index: number): Matrix {
  try {
    return solve();
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    throw new DymadError(error.code, `trajectory ${index}: ${error.message}`, {
      path: ["x0", index],
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

/** Noise is drawn after all trajectories, row by row, so that it changes none of them. */
function withNoise(x: Matrix, spec: CompleteSampleSpec, source: Pcg64): Matrix {
  if (spec.noise === null) return x;
  const out = x.clone();
  for (let k = 0; k < out.rows; k++) {
    const noise = drawPoint(spec.noise, out.cols, 0, source);
    for (let j = 0; j < out.cols; j++) out.data[k * out.cols + j] += noise[j];
  }
  return out;
}

/** n evenly spaced times: start + k (stop - start) / (n - 1), the last one exactly stop. */
function timeGrid({ start, stop, n }: CompleteSampleSpec["time"]): Float64Array {
  const step = (stop - start) / (n - 1);
  return Float64Array.from({ length: n }, (_, k) => (k === n - 1 ? stop : k * step + start));
}
