import { DymadError } from "../../errors.js";
import { leastSquares } from "../linalg/lstsq.js";
import { difference, Matrix } from "../linalg/matrix.js";
import { qr } from "../linalg/qr.js";
import { svd } from "../linalg/svd.js";
import { NeighbourTree } from "./neighbours.js";

export interface LocalOptions {
  /** d, dimension of the manifold the points lie on */
  readonly dimension: number;
  /** K, points of a local fit */
  readonly neighbours: number;
  /** degree of the local polynomials */
  readonly degree: number;
  /** degree of the polynomials that correct the tangent space; 0 = none. Default 0 */
  readonly tangentDegree?: number;
}

/** A function at one place of a manifold. */
export interface LocalFit {
  /** shape [q] */
  readonly value: Float64Array;
  /** derivative along the manifold: rows are components of the function, shape [q, n] */
  readonly derivative: Matrix;
}

/** The tangent space at a place with orthonormal rows [d, n], and what lies around it, divided by `size`. */
export interface LocalFrame {
  readonly tangent: Matrix;
  /** neighbours less the place, shape [K, n] */
  readonly offsets: Matrix;
  /** the same in coordinates of the tangent space, shape [K, d] */
  readonly local: Matrix;
  readonly size: number;
  /** numbers of the neighbours */
  readonly index: Int32Array;
}

/**
 * Functions on a cloud of points near a manifold, by polynomials in tangent coordinates fitted to the nearest points (generalised
 * moving least squares with equal weights).
 *
 * The tangent space at a place is spanned by the leading right singular vectors of the offsets of its neighbours; a positive
 * `tangentDegree` fits the offsets as polynomials of their tangent coordinates and takes the linear part in.
 *
 * @see  Gross, Trask, Kuberry, Atzberger 2020, "Meshfree methods on manifolds for hydrodynamic flows on curved surfaces: a
 *       generalized moving least-squares (GMLS) approach", doi:10.1016/j.jcp.2020.109340
 */
export class LocalPolynomials {
  readonly tree: NeighbourTree;
  readonly options: LocalOptions;
  readonly #powers: readonly (readonly number[])[];
  readonly #tangentPowers: readonly (readonly number[])[];

  /**
   * @param points   shape [N, n], units of the points
   * @param options  dimension, neighbours, degrees
   * @throws         E_SPEC when the dimension is not between 1 and n; E_DATA when the neighbours are too few for the polynomials,
   *                 or the points are fewer than the neighbours
   */
  constructor(points: Matrix, options: LocalOptions) {
    const { dimension: d, neighbours: K, degree, tangentDegree = 0 } = options;
    if (!(Number.isInteger(d) && d >= 1 && d <= points.cols)) {
      throw new DymadError("E_SPEC", `a manifold of dimension ${d} does not fit into points of ${points.cols} coordinates`, {
        hint: `write a whole number from 1 to ${points.cols}`,
      });
    }
    this.options = options;
    this.tree = new NeighbourTree(points, Math.max(20, K));
    this.#powers = monomials(d, degree);
    this.#tangentPowers = monomials(d, tangentDegree).slice(1);
    const needed = Math.max(this.#powers.length, this.#tangentPowers.length);
    if (K < needed || K > points.rows) {
      const message =
        K < needed
          ? `${K} neighbours are too few for polynomials of degree ${Math.max(degree, tangentDegree)} in ${d} dimensions, which have ${needed} coefficients`
          : `${K} neighbours were asked of ${points.rows} points`;
      const hint =
        points.rows < needed ? "give more samples, or a lower degree (Kphi)" : `write Knn from ${needed} to ${points.rows}`;
      throw new DymadError("E_DATA", message, { path: ["Knn"], hint });
    }
  }

  /**
   * Orthonormal tangent vectors at a place, as rows.
   *
   * @param place  shape [n]
   * @returns      shape [d, n]
   */
  tangent(place: Float64Array): Matrix {
    return this.frame(place).tangent;
  }

  /**
   * A function at a place, from its values at the points.
   *
   * @param place   shape [n]
   * @param values  of the function at the points, shape [N, q]
   * @param near    where neighbours are looked for instead: the numbers of the K points to use
   */
  fit(place: Float64Array, values: Matrix, near?: Int32Array): LocalFit {
    const { tangent, local, size, index } = this.frame(place, near);
    const features = evaluate(this.#powers, local);
    const targets = new Matrix(index.length, values.cols);
    index.forEach((i, k) => {
      targets.row(k).set(values.row(i));
    });
    const { x: c } = leastSquares(features, targets);
    const slopes = c.slice(1, Math.min(c.rows, 1 + tangent.rows)).transpose();
    const derivative = slopes.cols < tangent.rows ? new Matrix(values.cols, place.length) : slopes.multiply(tangent);
    return {
      value: c.row(0).slice(),
      derivative: new Matrix(
        derivative.rows,
        derivative.cols,
        derivative.data.map((v) => v / size),
      ),
    };
  }

  /** The tangent space at a place, and its neighbours around it. */
  frame(place: Float64Array, near?: Int32Array): LocalFrame {
    const { dimension: d, neighbours: K } = this.options;
    const { points } = this.tree;
    const index = near ?? this.tree.nearest(place, K).index;
    const offsets = new Matrix(index.length, points.cols);
    let size = 0;
    index.forEach((i, k) => {
      const [row, point] = [offsets.row(k), points.row(i)];
      for (let j = 0; j < row.length; j++) {
        row[j] = point[j] - place[j];
        size = Math.max(size, Math.abs(row[j]));
      }
    });
    size ||= 1;
    for (let i = 0; i < offsets.data.length; i++) offsets.data[i] /= size;
    const tangent = d === points.cols ? Matrix.identity(d) : this.#corrected(offsets, svd(offsets).v.transpose().slice(0, d));
    return { tangent, local: offsets.multiply(tangent.transpose()), offsets, size, index };
  }

  #corrected(offsets: Matrix, tangent: Matrix): Matrix {
    if (this.#tangentPowers.length === 0) return tangent;
    const d = tangent.rows;
    const local = offsets.multiply(tangent.transpose());
    const normal = difference(offsets, local.multiply(tangent));
    const { x: c } = leastSquares(evaluate(this.#tangentPowers, local), normal);
    const tilted = new Matrix(
      d,
      tangent.cols,
      tangent.data.map((v, i) => v + c.data[i]),
    );
    return qr(tilted.transpose()).q.transpose();
  }
}

/** Exponents of all monomials in d variables up to a degree: by degree, then x1 before x2. The first is the constant. */
export function monomials(d: number, degree: number): number[][] {
  const out: number[][] = [];
  const extend = (left: number, from: number, powers: number[]): void => {
    if (left === 0) {
      out.push(powers);
      return;
    }
    for (let j = from; j < d; j++)
      extend(
        left - 1,
        j,
        powers.map((p, i) => (i === j ? p + 1 : p)),
      );
  };
  for (let total = 0; total <= degree; total++) extend(total, 0, new Array<number>(d).fill(0));
  return out;
}

/** Monomials of rows [K, d], shape [K, count]. */
export function evaluate(powers: readonly (readonly number[])[], local: Matrix): Matrix {
  const out = new Matrix(local.rows, powers.length);
  for (let k = 0; k < local.rows; k++) {
    const b = local.row(k);
    powers.forEach((exponents, c) => {
      let value = 1;
      exponents.forEach((p, j) => {
        for (let i = 0; i < p; i++) value *= b[j];
      });
      out.set(k, c, value);
    });
  }
  return out;
}
