import { DymadError } from "../../errors.js";
import type { Matrix } from "../linalg/matrix.js";

/** The points nearest to a place, nearest first; points as far as each other in the order of their numbers. */
export interface Neighbours {
  /** numbers of the points, shape [k] */
  readonly index: Int32Array;
  /** squared distances, shape [k], units of the points squared */
  readonly squared: Float64Array;
}

interface Node {
  readonly start: number;
  readonly end: number;
  /** the coordinate that divides the node, and where; leaves have none */
  readonly axis: number;
  readonly at: number;
  readonly below: Node | null;
  readonly above: Node | null;
}

/**
 * A k-d tree: finds the nearest of many points without measuring all distances.
 *
 * @see  Bentley 1975, "Multidimensional binary search trees used for associative searching", doi:10.1145/361002.361007
 */
export class NeighbourTree {
  readonly points: Matrix;
  readonly #order: Int32Array;
  readonly #root: Node;

  /**
   * @param points  shape [N, n]; kept, not copied
   * @param leaf    points of a node that is not divided further; default 20
   */
  constructor(points: Matrix, leaf = 20) {
    this.points = points;
    this.#order = Int32Array.from({ length: points.rows }, (_, i) => i);
    this.#root = this.#divide(0, points.rows, leaf);
  }

  /**
   * The k points nearest to a place. A point at the place itself counts, at distance 0.
   *
   * @param place  shape [n]
   * @throws       E_DATA when there are fewer than k points
   */
  nearest(place: ArrayLike<number>, k: number): Neighbours {
    if (k > this.points.rows) {
      throw new DymadError("E_DATA", `${k} neighbours were asked of ${this.points.rows} points`, {
        hint: `write at most ${this.points.rows}, or give more samples`,
      });
    }
    const found: Found = { index: new Int32Array(k), squared: new Float64Array(k).fill(Number.POSITIVE_INFINITY), count: 0 };
    this.#search(this.#root, place, found);
    return { index: found.index, squared: found.squared };
  }

  #divide(start: number, end: number, leaf: number): Node {
    const axis = end - start > leaf ? this.#widest(start, end) : -1;
    if (axis < 0) return { start, end, axis: -1, at: 0, below: null, above: null };
    const part = this.#order.subarray(start, end);
    const value = (i: number): number => this.points.get(i, axis);
    part.sort((a, b) => value(a) - value(b) || a - b);
    const middle = (start + end) >> 1;
    const at = value(this.#order[middle]);
    return { start, end, axis, at, below: this.#divide(start, middle, leaf), above: this.#divide(middle, end, leaf) };
  }

  /** The coordinate with the largest spread; -1 when all points coincide. */
  #widest(start: number, end: number): number {
    let [widest, axis] = [0, -1];
    for (let j = 0; j < this.points.cols; j++) {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let i = start; i < end; i++) {
        const value = this.points.get(this.#order[i], j);
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      if (high - low > widest) [widest, axis] = [high - low, j];
    }
    return axis;
  }

  #search(node: Node, place: ArrayLike<number>, found: Found): void {
    if (node.below === null || node.above === null) {
      for (let i = node.start; i < node.end; i++)
        insert(found, this.#order[i], squaredDistance(this.points, this.#order[i], place));
      return;
    }
    const gap = place[node.axis] - node.at;
    const [near, far] = gap < 0 ? [node.below, node.above] : [node.above, node.below];
    this.#search(near, place, found);
    // equal distances matter too: the smaller number wins
    if (gap * gap <= found.squared[found.squared.length - 1]) this.#search(far, place, found);
  }
}

interface Found {
  readonly index: Int32Array;
  readonly squared: Float64Array;
  count: number;
}

function insert(found: Found, index: number, squared: number): void {
  const { index: indices, squared: distances } = found;
  const before = (slot: number): boolean =>
    slot >= found.count || squared < distances[slot] || (squared === distances[slot] && index < indices[slot]);
  let slot = Math.min(found.count, distances.length - 1);
  if (!before(slot)) return;
  for (; slot > 0 && before(slot - 1); slot--) {
    distances[slot] = distances[slot - 1];
    indices[slot] = indices[slot - 1];
  }
  distances[slot] = squared;
  indices[slot] = index;
  found.count = Math.min(found.count + 1, distances.length);
}

/** |point i - place|^2 for points of shape [N, n] and a place of shape [n]. */
export function squaredDistance(points: Matrix, i: number, place: ArrayLike<number>): number {
  const n = points.cols;
  let sum = 0;
  for (let j = 0; j < n; j++) {
    const gap = points.data[i * n + j] - place[j];
    sum += gap * gap;
  }
  return sum;
}
