import { type Node, sizeOf } from "../graph.js";
import { RANDOM } from "./assembly/opcodes.js";
import type { View } from "./instruction.js";
import type { Writer } from "./writer.js";

/** Numbers drawn by the key in the words, folded with the counter where there is one. */
export function writeRandom(writer: Writer, node: Extract<Node, { op: "random" }>, counter: View | undefined): View {
  const { law, args, key, shape } = node;
  const y = writer.fresh(shape);
  const from = counter === undefined ? 0 : writer.contiguous(counter).place;
  const scale = law === "uniform" ? args[1] - args[0] : args[1];
  const numbers = new Int32Array(Float64Array.of(args[0], scale).buffer);
  writer.emit({
    code: RANDOM,
    name: law,
    words: [y.place, sizeOf(shape), law === "normal" ? 1 : 0, ...key, from, ...numbers],
    write: y.place,
    flops: sizeOf(shape) * (law === "normal" ? 30 : 2),
  });
  return y;
}
