// A step on one thread or on two: the interface that `interleaved` takes, with the results to check.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { now } from "./measure.mjs";

/** Results with gradients by the name of what they are of. */
export const gradientOf = (out) => Object.fromEntries(Object.entries(out).map(([name, v]) => [name.replace("grad:", ""), v]));

/** A program whose values are given, on this thread. */
export function alone(program) {
  const step = () => {
    const start = now();
    program.run({});
    return now() - start;
  };
  return { step, results: () => gradientOf(program.run({})), stop: () => program.dispose() };
}

/**
 * Half of the batch here, half in a helper, results added in order.
 *
 * @param module  URL of a module with `halfProgram(half, dtype)`: a program with its values given, whose results are summands
 * @param halves  what `halfProgram` is given here and in the helper
 */
export async function together(module, halves, dtype) {
  const { halfProgram } = await import(module);
  const program = halfProgram(halves[0], dtype);
  const sizes = Object.entries(program.run({})).map(([name, v]) => [name, v.length]);
  const control = new SharedArrayBuffer(8);
  const sums = new SharedArrayBuffer(8 * sizes.reduce((n, [, size]) => n + size, 0));
  const workerData = { module, half: halves[1], dtype, control, sums };
  const helper = new Worker(new URL("half-thread.mjs", import.meta.url), { workerData });
  await once(helper, "message");
  const cells = new Int32Array(control);
  const other = new Float64Array(sums);
  const total = Object.fromEntries(sizes.map(([name, size]) => [name, new Float64Array(size)]));
  const step = () => {
    const start = now();
    const ask = Atomics.add(cells, 0, 1) + 1;
    Atomics.notify(cells, 0);
    const own = program.run({});
    while (Atomics.load(cells, 1) !== ask);
    let at = 0;
    for (const [name, size] of sizes) {
      const sum = total[name];
      for (let i = 0; i < size; i++) sum[i] = own[name][i] + other[at + i];
      at += size;
    }
    return now() - start;
  };
  const stop = () => {
    Atomics.store(cells, 0, -1);
    Atomics.notify(cells, 0);
  };
  return { step, results: () => gradientOf(total), stop };
}
