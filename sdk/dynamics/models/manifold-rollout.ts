import { compile, type Engine, trace } from "../../numerics/engine/index.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { LocalPolynomials } from "../../numerics/manifold/local-polynomials.js";
import { manifoldStep } from "../../numerics/manifold/manifold-step.js";
import type { Batch } from "../data/batch.js";
import { contextOf, contextShapes } from "./context.js";
import { machineOf } from "./kernel-dynamics.js";
import type { Model } from "./model.js";
import { parameterShapes, pickParameters, type Weights } from "./parameters.js";

/** The manifold that samples lie on, as the options of a model describe it. */
export function samplesManifold({ spec }: Model, states: Matrix): LocalPolynomials {
  const { d, K, g, T } = machineOf(spec).manifold ?? { d: 1, K: null, g: 2, T: 0 };
  return new LocalPolynomials(states, {
    dimension: d,
    neighbours: K ?? Math.floor(Math.sqrt(states.rows)),
    degree: g,
    tangentDegree: T,
  });
}

/**
 * Latent states of a model whose rates lie in the tangent spaces of its samples: z + dt f and back to the manifold, from sample to
 * sample. The neighbours of every place are looked up, so that the loop runs outside of graphs.
 *
 * @see      Gross, Trask, Kuberry, Atzberger 2020, doi:10.1016/j.jcp.2020.109340
 * @returns  a function from weights and a batch to states, shape [T, B, z]; NaN from where a state is no number
 */
export function manifoldRollout(model: Model, engine: Engine): (weights: Weights, batch: Batch) => Float64Array {
  const { dims, parameters, kernel } = model;
  if (kernel === null) return () => new Float64Array();
  const made = new Map<number, ReturnType<typeof programsFor>>();
  const programsFor = (B: number) => {
    const shapes = parameterShapes(parameters);
    const u0: Record<string, readonly number[]> = dims.u === 0 ? {} : { u: [B, dims.u] };
    return {
      start: compile(
        trace({ ...shapes, x: [B, dims.x], ...u0 }, (t) => ({
          z: model.encode(pickParameters(parameters, t), t.x, contextOf(t)),
        })),
        engine,
      ),
      field: compile(
        trace({ ...shapes, z: [B, dims.z], ...contextShapes(model, B) }, (t) => ({
          f: kernel.field(pickParameters(parameters, t), model.features(t.z, contextOf(t))),
        })),
        engine,
      ),
    };
  };
  return (weights, batch) => {
    const { B, T, grid } = batch;
    const { start, field } = made.get(B) ?? programsFor(B);
    made.set(B, { start, field });
    const manifold = samplesManifold(model, statesOf(model, weights));
    const control = (k: number): Record<string, Float64Array> =>
      dims.u === 0 || batch.u === null ? {} : { u: batch.u.slice(k * B * dims.u, (k + 1) * B * dims.u) };
    const size = B * dims.z;
    const out = new Float64Array(T * size).fill(Number.NaN);
    out.set(start.run({ ...weights, x: batch.x.slice(0, B * dims.x), ...control(0) }).z);
    for (let k = 0; k + 1 < T; k++) {
      const z = out.slice(k * size, (k + 1) * size);
      if (!z.every(Number.isFinite)) break;
      const { f } = field.run({ ...weights, z, ...control(k) });
      for (let b = 0; b < B; b++) {
        const place = z.subarray(b * dims.z, (b + 1) * dims.z);
        const rate = Float64Array.from(f.subarray(b * dims.z, (b + 1) * dims.z), (v) => v * (grid[k + 1] - grid[k]));
        out.set(manifoldStep(manifold, place, rate), (k + 1) * size + b * dims.z);
      }
    }
    return out;
  };
}

/** The latent part of the points that the regression stands on. */
function statesOf({ dims, kernel }: Model, weights: Weights): Matrix {
  const points = new Matrix(kernel?.points ?? 0, dims.s, weights["dynamics.X"]);
  const out = new Matrix(points.rows, dims.z);
  for (let i = 0; i < points.rows; i++) out.row(i).set(points.row(i).subarray(0, dims.z));
  return out;
}
