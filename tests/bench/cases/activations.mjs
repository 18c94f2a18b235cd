// Elementary functions over 4,096 entries, against PyTorch.
import { unary } from "../../../dist/sdk/numerics/engine/index.js";
import { keyed } from "../../../dist/sdk/numerics/random.js";
import { measureOp } from "../op.mjs";

export async function* run({ dtypes, runs }) {
  for (const op of ["tanh", "exp", "sigmoid", "softplus", "log", "sin", "erf"]) {
    const draws = Array.from(keyed(6).normal(4096, 0, 2));
    const operands = [{ shape: [4096], data: op === "log" ? draws.map((v) => Math.abs(v) + 1e-3) : draws }];
    for (const dtype of dtypes)
      yield await measureOp({ name: op, op, operands, formula: (x) => unary(op, x), dtype, times: 50, runs });
  }
}
