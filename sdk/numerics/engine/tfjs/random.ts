import { DymadError } from "../../../errors.js";
import type { Node } from "../graph.js";
import { draw } from "../random.js";
import type { Context, Op } from "./context.js";

/**
 * Random numbers are drawn here and uploaded. Those of a key alone go up once; those of a counter wait until its value has come
 * back from the device, which WebGPU does not allow in the midst of a run.
 */
export function randomOp(context: Context, node: Extract<Node, { op: "random" }>): Op {
  const { tf } = context;
  if (node.inputs.length === 0) {
    const value = context.floats(draw(node, undefined), node.shape);
    return () => value;
  }
  if (context.backend === "webgpu") {
    throw new DymadError("E_BACKEND", "webgpu cannot draw random numbers by a counter that the graph computes", {
      hint: 'draw them outside with keyed(seed).fold(counter) and hand them in as an input, or choose backend "wasm"',
    });
  }
  return (counter) => tf.tensor(Float32Array.from(draw(node, counter.dataSync()[0])), [...node.shape], "float32");
}
