import type { TransformStage } from "../../dynamics/transforms/spec.js";

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

function stageShape({ width, delay }: ChainShape, stage: TransformStage): ChainShape {
  switch (stage.type) {
    case "identity":
    case "scaler":
      return { width, delay };
    case "add_one":
      return { width: width === null ? null : width + 1, delay };
    case "delay":
      return { width: width === null ? null : width * (stage.delay + 1), delay: delay + stage.delay };
    case "svd":
      if (stage.order === "full") return { width, delay };
      if (stage.order >= 1 && Number.isInteger(stage.order)) return { width: stage.order, delay };
      return { width: null, delay };
    default:
      return stage satisfies never;
  }
}
