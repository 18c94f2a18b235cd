// Products of the sizes that small models and snapshot matrices have, against PyTorch.
import { matmul } from "../../../dist/sdk/numerics/engine/index.js";
import { keyed } from "../../../dist/sdk/numerics/random.js";
import { measureOp } from "../op.mjs";

export async function* run({ dtypes, runs }) {
  for (const [m, k, n] of [
    [64, 32, 32],
    [64, 128, 128],
    [512, 512, 512],
  ]) {
    const array = (label, shape) => ({
      shape,
      data: Array.from(
        keyed(5)
          .fold(label)
          .normal(shape[0] * shape[1]),
      ),
    });
    const operands = [array("a", [m, k]), array("b", [k, n])];
    const times = Math.max(1, Math.round(2e7 / (m * k * n)));
    for (const dtype of dtypes)
      yield await measureOp({ name: `matmul-${m}x${k}x${n}`, op: "matmul", operands, formula: matmul, dtype, times, runs });
  }
}
