import type { Pcg64 } from "./pcg64.js";

/** Random points: initial states and parameters. A scalar stands for every dimension. */
export type PointSpec =
  | { readonly kind: "uniform"; readonly params: { readonly bounds: Bounds } }
  | { readonly kind: "gaussian"; readonly params: { readonly mean: PerDimension; readonly std: PerDimension } }
  | { readonly kind: "grid"; readonly params: { readonly bounds: Bounds; readonly n_points: PerDimension } }
  | { readonly kind: "perturb"; readonly params: { readonly bounds: Bounds; readonly ref: readonly (readonly number[])[] } }
  | { readonly kind: "fixed"; readonly params: { readonly points: readonly (readonly number[])[] } };

export type PerDimension = number | readonly number[];
export type Bounds = readonly [number, number] | readonly (readonly [number, number])[];

const at = (value: PerDimension, i: number): number => (typeof value === "number" ? value : value[i]);

const boundsAt = (bounds: Bounds, i: number): readonly [number, number] => {
  const one = bounds[i];
  return typeof one === "number" || one === undefined ? (bounds as readonly [number, number]) : one;
};

/** How many points a kind can give: the nodes of a grid, the rows of a fixed list (one row serves all), else any number. */
export function capacityOf(spec: PointSpec, d: number): number {
  if (spec.kind === "grid") {
    return Array.from({ length: d }, (_, i) => at(spec.params.n_points, i)).reduce((product, n) => product * n, 1);
  }
  if (spec.kind === "fixed" && spec.params.points.length > 1) return spec.params.points.length;
  return Number.POSITIVE_INFINITY;
}

/**
 * Point number `index` of d dimensions. Grid: nodes in order, the first dimension slowest. Perturb: first a random row of
 * the references, then a uniform displacement.
 */
export function drawPoint(spec: PointSpec, d: number, index: number, source: Pcg64): Float64Array {
  const each = (value: (i: number) => number): Float64Array => Float64Array.from({ length: d }, (_, i) => value(i));
  switch (spec.kind) {
    case "uniform":
      return each((i) => source.uniform(...boundsAt(spec.params.bounds, i)));
    case "gaussian":
      return each((i) => source.normal(at(spec.params.mean, i), at(spec.params.std, i)));
    case "perturb": {
      const ref = spec.params.ref[source.integer(0, spec.params.ref.length)];
      return each((i) => ref[i] + source.uniform(...boundsAt(spec.params.bounds, i)));
    }
    case "fixed":
      return Float64Array.from(spec.params.points[spec.params.points.length === 1 ? 0 : index]);
    case "grid": {
      const node = new Float64Array(d);
      for (let i = d - 1, rest = index; i >= 0; i--) {
        const count = at(spec.params.n_points, i);
        const [low, high] = boundsAt(spec.params.bounds, i);
        const k = rest % count;
        node[i] = count === 1 ? low : k === count - 1 ? high : low + k * ((high - low) / (count - 1));
        rest = Math.floor(rest / count);
      }
      return node;
    }
  }
}
