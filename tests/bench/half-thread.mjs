// The second thread of a step on two: runs its half of the batch whenever asked, and puts its results into shared memory.
import { parentPort, workerData } from "node:worker_threads";

const { module, half, dtype, control, sums } = workerData;
const { halfProgram } = await import(module);
const program = halfProgram(half, dtype);
const cells = new Int32Array(control);
const out = new Float64Array(sums);
parentPort.postMessage("ready");
/** So often the next step is looked for before the thread sleeps, as the pool of training does. */
const looks = 2000;
for (let seen = 0; ; ) {
  for (let look = 0; look < looks && Atomics.load(cells, 0) === seen; look++);
  Atomics.wait(cells, 0, seen);
  seen = Atomics.load(cells, 0);
  if (seen < 0) break;
  let at = 0;
  for (const values of Object.values(program.run({}))) {
    out.set(values, at);
    at += values.length;
  }
  Atomics.store(cells, 1, seen);
}
