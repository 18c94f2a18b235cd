// Time from a traced formula to a program that can run: gradient and compile of a 300-step rollout.
import { compile } from "../../../dist/sdk/numerics/engine/index.js";
import { now, rowOf } from "../measure.mjs";
import { graphOf, problem } from "./node-step.mjs";

export async function* run({ dtypes, runs }) {
  const task = problem(64, 32, 300);
  for (const dtype of dtypes) {
    const step = () => {
      const start = now();
      compile(graphOf(task), { backend: "wasm", dtype }).dispose();
      return now() - start;
    };
    yield await rowOf({ name: "compile-rollout-300", dtype, step, peer: null, peerName: "-", runs });
  }
}
