import { DymadError } from "../../errors.js";
import { Matrix } from "../linalg/matrix.js";
import { squaredDistance } from "../manifold/neighbours.js";
import { keyed } from "../random.js";

/**
 * Points that stand for all: the first is the one farthest from the mean, each further one the farthest from those before. They spread
 * evenly however dense the samples are, need no kernel, and never repeat a place.
 *
 * @param x       shape [N, n]
 * @param wanted  m, 1 <= m <= N
 * @returns       shape [m, n]; fewer rows where the samples have fewer places
 * @throws        E_SPEC when m is not a whole number between 1 and N
 * @see           Gonzalez 1985, "Clustering to minimize the maximum intercluster distance", doi:10.1016/0304-3975(85)90224-5
 */
export function farthestPoints(x: Matrix, wanted: number): Matrix {
  if (!(Number.isInteger(wanted) && wanted >= 1 && wanted <= x.rows)) {
    throw new DymadError("E_SPEC", `${wanted} landmarks were asked of ${x.rows} samples`, {
      path: ["landmarks"],
      hint: `write a whole number from 1 to ${x.rows}, or leave landmarks out to use all samples`,
    });
  }
  const mean = new Float64Array(x.cols);
  for (let i = 0; i < x.data.length; i++) mean[i % x.cols] += x.data[i] / x.rows;
  const distance = new Float64Array(x.rows).fill(Number.POSITIVE_INFINITY);
  const chosen = [farthest(x, mean, distance)];
  distance.fill(Number.POSITIVE_INFINITY);
  for (;;) {
    const next = farthest(x, x.row(chosen[chosen.length - 1]), distance);
    if (chosen.length === wanted || distance[next] === 0) break;
    chosen.push(next);
  }
  return Matrix.from(chosen.map((i) => x.row(i)));
}

/** Lowers the squared distances to those from one more place, and says which sample is farthest then. */
function farthest(x: Matrix, place: Float64Array, distance: Float64Array): number {
  let best = 0;
  for (let i = 0; i < distance.length; i++) {
    const d = squaredDistance(x, i, place);
    if (d < distance[i]) distance[i] = d;
    if (distance[i] > distance[best]) best = i;
  }
  return best;
}

/**
 * Some of the samples, drawn without return.
 *
 * @param x      shape [M, n]
 * @param count  at most M
 * @param seed   default 0
 * @returns      shape [count, n], in the order of `x`
 * @throws       E_SPEC when there are not so many
 */
export function landmarksOf(x: Matrix, count: number, seed = 0): Matrix {
  if (!(Number.isInteger(count) && count >= 1 && count <= x.rows)) {
    throw new DymadError("E_SPEC", `cannot draw ${count} of ${x.rows} samples`, { path: ["count"] });
  }
  const rows = keyed(seed)
    .fold("landmarks")
    .permutation(x.rows)
    .slice(0, count)
    .sort((a, b) => a - b);
  return Matrix.from(rows.map((i) => x.row(i)));
}
