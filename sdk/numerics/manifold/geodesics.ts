import { DymadError } from "../../errors.js";
import type { Matrix } from "../linalg/matrix.js";
import { NeighbourTree } from "./neighbours.js";

/** A graph in which each point is tied to its nearest ones, in both directions: edges of point i are start[i] .. start[i + 1] - 1. */
export interface NeighbourGraph {
  readonly start: Int32Array;
  readonly to: Int32Array;
  /** squared lengths, units of the points squared */
  readonly squared: Float64Array;
}

/**
 * Ties each point to its K nearest others; an edge counts when one of its ends wants it.
 *
 * @param points  shape [N, n]
 * @param K       neighbours of a point, itself not counted
 * @throws        E_DATA when there are not more than K points
 */
export function neighbourGraph(points: Matrix, K: number): NeighbourGraph {
  const tree = new NeighbourTree(points);
  const edges: Map<number, number>[] = Array.from({ length: points.rows }, () => new Map());
  for (let i = 0; i < points.rows; i++) {
    const { index, squared } = tree.nearest(points.row(i), K + 1);
    let taken = 0;
    index.forEach((j, k) => {
      if (j === i || taken === K) return;
      taken++;
      edges[i].set(j, squared[k]);
      edges[j].set(i, squared[k]);
    });
  }
  const start = new Int32Array(points.rows + 1);
  edges.forEach((list, i) => {
    start[i + 1] = start[i] + list.size;
  });
  const sorted = edges.flatMap((list) => [...list].sort((a, b) => a[0] - b[0]));
  return { start, to: Int32Array.from(sorted, ([j]) => j), squared: Float64Array.from(sorted, ([, d]) => d) };
}

/**
 * The points that hang together, as lists of their numbers, the largest first.
 *
 * @see  Cormen, Leiserson, Rivest, Stein 2022, "Introduction to Algorithms", 4th ed., section 20.3
 */
export function connectedParts({ start, to }: NeighbourGraph): number[][] {
  const seen = new Uint8Array(start.length - 1);
  const parts: number[][] = [];
  for (let first = 0; first < seen.length; first++) {
    if (seen[first]) continue;
    const part = [first];
    seen[first] = 1;
    for (let at = 0; at < part.length; at++) {
      for (let e = start[part[at]]; e < start[part[at] + 1]; e++) {
        if (seen[to[e]]) continue;
        seen[to[e]] = 1;
        part.push(to[e]);
      }
    }
    parts.push(part);
  }
  return parts.sort((a, b) => b.length - a.length || a[0] - b[0]);
}

/** Refuses a graph in several parts. @throws E_DATA with their number and sizes */
export function requireConnected(graph: NeighbourGraph, K: number): void {
  const parts = connectedParts(graph);
  if (parts.length === 1) return;
  const sizes = parts.slice(0, 3).map((part) => part.length);
  const shown = `${sizes.join(", ")}${parts.length > 3 ? ", ..." : ""}`;
  throw new DymadError(
    "E_DATA",
    `the graph of ${K} nearest neighbours falls into ${parts.length} parts of ${shown} samples: there is no way between them`,
    { path: ["Knn"], hint: "write a larger Knn, or leave out the samples that lie apart" },
  );
}

/**
 * Lengths of the shortest paths from one point to all others (Dijkstra's algorithm with a binary heap).
 *
 * @returns  shape [N], units of the points; Infinity where no path leads
 * @see      Dijkstra 1959, "A note on two problems in connexion with graphs", doi:10.1007/BF01386390
 */
export function shortestPaths({ start, to, squared }: NeighbourGraph, source: number): Float64Array {
  const distance = new Float64Array(start.length - 1).fill(Number.POSITIVE_INFINITY);
  distance[source] = 0;
  const heap = new Heap(distance);
  heap.push(source);
  for (let i = heap.pop(); i >= 0; i = heap.pop()) {
    for (let e = start[i]; e < start[i + 1]; e++) {
      const through = distance[i] + Math.sqrt(squared[e]);
      if (through >= distance[to[e]]) continue;
      distance[to[e]] = through;
      heap.push(to[e]);
    }
  }
  return distance;
}

/** Points by distance; a point that came nearer moves up from where it stands. */
class Heap {
  readonly #distance: Float64Array;
  readonly #place: Int32Array;
  readonly #points: number[] = [];

  constructor(distance: Float64Array) {
    this.#distance = distance;
    this.#place = new Int32Array(distance.length).fill(-1);
  }

  push(point: number): void {
    const at = this.#place[point] < 0 ? this.#points.push(point) - 1 : this.#place[point];
    this.#rise(at, point);
  }

  /** The nearest point, or -1 when none is left. */
  pop(): number {
    const [first] = this.#points;
    const last = this.#points.pop();
    if (first === undefined || last === undefined) return -1;
    this.#place[first] = -1;
    if (this.#points.length > 0) this.#sink(last);
    return first;
  }

  #rise(at: number, point: number): void {
    let place = at;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.#distance[this.#points[above]] <= this.#distance[point]) break;
      this.#put(place, this.#points[above]);
      place = above;
    }
    this.#put(place, point);
  }

  #sink(point: number): void {
    const { length } = this.#points;
    let place = 0;
    for (let below = 1; below < length; below = 2 * place + 1) {
      if (below + 1 < length && this.#distance[this.#points[below + 1]] < this.#distance[this.#points[below]]) below++;
      if (this.#distance[this.#points[below]] >= this.#distance[point]) break;
      this.#put(place, this.#points[below]);
      place = below;
    }
    this.#put(place, point);
  }

  #put(place: number, point: number): void {
    this.#points[place] = point;
    this.#place[point] = place;
  }
}
