// One operation of ours against the same one of PyTorch, on one thread; several in a row, so that a timer sees them.
import { compile, trace } from "../../dist/sdk/numerics/engine/index.js";
import { closeEnough, now, rowOf } from "./measure.mjs";
import { startPeer } from "./peer.mjs";

export async function measureOp({ name, op, operands, formula, dtype, times, runs }) {
  const shapes = Object.fromEntries(operands.map(({ shape }, i) => [`x${i}`, shape]));
  const graph = trace(shapes, (t) => ({ y: formula(...operands.map((_, i) => t[`x${i}`])) }));
  const program = compile(graph, { backend: "wasm", dtype });
  const { y } = program.run(Object.fromEntries(operands.map(({ data }, i) => [`x${i}`, data])));
  const peer = await startPeer("torch_op.py", { op, operands, dtype, times });
  if (peer !== null) closeEnough(y, peer.hello.result, dtype === "float32" ? 1e-4 : 1e-12, `${name} ${dtype} against PyTorch`);
  const step = () => {
    const start = now();
    for (let i = 0; i < times; i++) program.run({});
    return (now() - start) / times;
  };
  const row = await rowOf({ name, dtype, step, peer, runs });
  program.dispose();
  return row;
}
