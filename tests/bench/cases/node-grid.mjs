// The step of node-step over batch sizes and widths: where overhead ends and arithmetic begins.
import { measure } from "./node-step.mjs";

export async function* run({ dtypes, runs }) {
  for (const B of [1, 8, 64])
    for (const H of [8, 32, 64, 128]) for (const dtype of dtypes) yield await measure(`node-step-${B}x${H}`, B, H, dtype, runs);
}
