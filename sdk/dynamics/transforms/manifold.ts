import { Matrix } from "../../numerics/linalg/matrix.js";
import { stackRows } from "../../numerics/linalg/qr.js";
import { type DiffusionMap, diffusionMap, extendDiffusionMap } from "../../numerics/manifold/diffusion-map.js";
import { extendIsomap, type Isomap, isomap } from "../../numerics/manifold/isomap.js";
import {
  extendVariableBandwidthMap,
  type VariableBandwidthMap,
  variableBandwidthMap,
} from "../../numerics/manifold/variable-bandwidth.js";
import { dimensionOf, regressedInverse } from "./regressed-inverse.js";
import type { DiffusionStage, IsomapStage, VariableBandwidthStage } from "./spec.js";
import { positiveZeros, type Transform, type TransformState } from "./transform.js";

type ManifoldState = Extract<TransformState, { type: "dm" | "vbdm" | "isomap" }>;

/**
 * Coordinates of the manifold that samples lie on: `dm` diffusion map, `vbdm` the same with a bandwidth that follows the density,
 * `isomap` geodesic distances. New places get coordinates by the extension of each method, and come back by regression.
 *
 * @param stage  which map, and how it is inverted
 * @param data   trajectories, each of shape [T, n], units of the field
 * @returns      the transform to `edim` columns
 * @throws       E_DATA when samples are too few for the coordinates, the neighbours or the polynomials, or fall into parts
 * @see          Chiavazzo, Gear, Dsilva, Rabin, Kevrekidis 2014, "Reduced models in chemical kinetics via nonlinear data-mining", doi:10.3390/pr2010112
 */
export function fitManifold(stage: DiffusionStage | VariableBandwidthStage | IsomapStage, data: readonly Matrix[]): Transform {
  const rows = stackRows(data);
  const points = landmarksOf(rows, stage.landmarks);
  const map = fitMap(stage, points);
  const place = mapOf(map);
  const dimension = dimensionOf(eachRow(points, stage.edim, place), stage.order);
  const kept =
    points.rows < rows.rows ? [`${stage.type} is fitted on ${points.rows} of ${rows.rows} samples, evenly spread`] : [];
  return { ...manifoldTransform({ ...map, dimension }), notes: kept };
}

/** The map a state describes. */
export function manifoldTransform(state: ManifoldState): Transform {
  const x = Matrix.from(state.X);
  const place = mapOf(state);
  const z = eachRow(x, state.edim, place);
  const inverse = regressedInverse(x, z, state.dimension, state);
  return {
    inputDim: x.cols,
    outputDim: state.edim,
    delay: 0,
    invertible: "approximate",
    derivatives: "approximate",
    apply: (rows) => eachRow(rows, state.edim, place),
    invert: (rows) => eachRow(rows, x.cols, inverse.value),
    jacobian: (at) => inverse.forwardDerivative(at, place(at)),
    inverseJacobian: inverse.derivative,
    state,
  };
}

/** Rows evenly spread over all, the first included. */
function landmarksOf(rows: Matrix, most: number): Matrix {
  if (rows.rows <= most) return rows.clone();
  const out = new Matrix(most, rows.cols);
  for (let i = 0; i < most; i++) out.row(i).set(rows.row(Math.floor((i * rows.rows) / most)));
  return out;
}

function eachRow(rows: Matrix, width: number, f: (row: Float64Array) => Float64Array): Matrix {
  const out = new Matrix(rows.rows, width);
  for (let i = 0; i < rows.rows; i++) out.row(i).set(f(rows.row(i)));
  return out;
}

const list = (values: Float64Array): number[] => positiveZeros(Array.from(values));
const table = (matrix: Matrix): number[][] => matrix.toRows().map(positiveZeros);

type Fitted<S> = S extends ManifoldState ? Omit<S, "dimension"> : never;

function fitMap(stage: DiffusionStage | VariableBandwidthStage | IsomapStage, points: Matrix): Fitted<ManifoldState> {
  const X = table(points);
  switch (stage.type) {
    case "dm": {
      const { edim, mode, Knn, alpha, epsilon } = stage;
      const map = diffusionMap(points, { count: edim, neighbours: mode === "knn" ? Knn : null, alpha, epsilon });
      const { markov, weights, psi } = map;
      return { ...stage, X, scale: map.epsilon, weights: list(weights), values: list(markov), psi: table(psi) };
    }
    case "vbdm": {
      const { edim, Knn, Kb } = stage;
      const map = variableBandwidthMap(points, { count: edim, neighbours: Knn, bandwidthNeighbours: Kb });
      return {
        ...stage,
        Kb: map.bandwidthNeighbours,
        X,
        manifold: map.dimension,
        density_scale: map.densityScale,
        scale: map.epsilon,
        guess: list(map.guess),
        bandwidth: list(map.bandwidth),
        weights: list(map.weights),
        unit: map.unit,
        values: list(map.values),
        psi: table(map.psi),
      };
    }
    case "isomap": {
      const { values, z } = isomap(points, stage.edim, stage.Knn);
      return { ...stage, X, values: list(values), z: table(z) };
    }
    default:
      return stage satisfies never;
  }
}

/** The map from places to coordinates that a state describes. */
function mapOf(state: Fitted<ManifoldState>): (place: Float64Array) => Float64Array {
  const points = Matrix.from(state.X);
  const values = Float64Array.from(state.values);
  switch (state.type) {
    case "dm":
      return extendDiffusionMap({
        points,
        neighbours: state.mode === "knn" ? state.Knn : null,
        epsilon: state.scale,
        weights: Float64Array.from(state.weights),
        markov: values,
        psi: Matrix.from(state.psi),
      } satisfies DiffusionMap);
    case "vbdm":
      return extendVariableBandwidthMap({
        points,
        neighbours: state.Knn,
        bandwidthNeighbours: state.Kb ?? 1,
        dimension: state.manifold,
        densityScale: state.density_scale,
        epsilon: state.scale,
        guess: Float64Array.from(state.guess),
        bandwidth: Float64Array.from(state.bandwidth),
        weights: Float64Array.from(state.weights),
        unit: state.unit,
        values,
        psi: Matrix.from(state.psi),
      } satisfies VariableBandwidthMap);
    case "isomap":
      return extendIsomap({ points, neighbours: state.Knn, values, z: Matrix.from(state.z) } satisfies Isomap);
    default:
      return state satisfies never;
  }
}
