import type { LiftStage, MixedBlock, TransformStage } from "../../dynamics/transforms/spec.js";
import type { Truncation } from "../../numerics/linalg/rank.js";

/** What a transform chain makes of `width` columns and of the number of samples. */
export interface ChainShape {
  /** columns after the chain; null when the data decide it (an energy threshold) */
  readonly width: number | null;
  /** samples a trajectory loses to delays */
  readonly delay: number;
}

/** Columns and lost samples after each stage of a chain, first to last. */
export function chainShapes(width: number, stages: readonly TransformStage[]): ChainShape[] {
  const shapes: ChainShape[] = [];
  let at: ChainShape = { width, delay: 0 };
  for (const stage of stages) {
    at = stageShape(at, stage);
    shapes.push(at);
  }
  return shapes;
}

/** Samples that a chain of stages takes from each trajectory. */
export const delayOf = (stages: readonly TransformStage[] | null): number => chainShapes(1, stages ?? []).at(-1)?.delay ?? 0;

/** Samples a forecast starts from: the longest delay and one. */
export const windowOf = (chains: {
  readonly transform_x: readonly TransformStage[] | null;
  readonly transform_u: readonly TransformStage[] | null;
  readonly transform_y?: readonly TransformStage[] | null;
}): number => Math.max(...[chains.transform_x, chains.transform_u, chains.transform_y ?? null].map(delayOf)) + 1;

function stageShape({ width, delay }: ChainShape, stage: TransformStage): ChainShape {
  switch (stage.type) {
    case "identity":
    case "scaler":
    case "denoise":
      return { width, delay };
    case "add_one":
      return { width: width === null ? null : width + 1, delay };
    case "delay":
      return { width: width === null ? null : width * (stage.delay + 1), delay: delay + stage.delay };
    case "svd":
      // directions of rounding are left out of random ones
      return { width: stage.solver === undefined || stage.solver === "exact" ? truncatedWidth(width, stage.order) : null, delay };
    case "lift":
      return { width: liftedWidth(stage), delay };
    case "kernel":
      return { width: stage.count, delay };
    case "dm":
    case "vbdm":
    case "isomap":
      return { width: stage.edim, delay };
    default:
      return stage satisfies never;
  }
}

/** Columns that a truncation keeps; null when the data decide it. */
function truncatedWidth(width: number | null, order: Truncation): number | null {
  if (order === "full") return width;
  if (typeof order === "number") return order >= 1 && Number.isInteger(order) ? order : null;
  if (typeof order === "object" && "count" in order) return order.count;
  return typeof order === "object" && "drop" in order && width !== null ? width - order.drop : null;
}

function liftedWidth(stage: LiftStage): number {
  if (stage.fobs === "poly") return stage.Ks.reduce((product, K) => product * K, 1);
  if (stage.fobs === "mixed") return stage.opts.reduce((product, block) => product * blockWidth(block), 1);
  if ("nodes" in stage.fobs) return stage.fobs.nodes[stage.fobs.outputs[0]?.node ?? 0]?.shape[0] ?? 0;
  return stage.fobs.length;
}

function blockWidth([index, kind, order]: MixedBlock): number {
  if (kind === "p") return order[0] * (2 * order[1] + 1);
  const each = kind === "m" ? order : 2 * order + 1;
  return typeof index === "number" ? each : index.reduce((product) => product * each, 1);
}
