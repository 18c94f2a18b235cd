// node node.mjs DTYPE THREADS: prints the hashes of the job on this Node.
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { help, modules, runJob } from "./job.mjs";

const found = Object.assign({}, ...(await Promise.all(modules.map((name) => import(`../../../dist/sdk/${name}`)))));
if (isMainThread) {
  const [dtype, threads] = process.argv.slice(2);
  const workers = [];
  const start = (koopman, buffers) => {
    for (let i = 1; i < Number(threads); i++)
      workers.push(new Worker(new URL(import.meta.url), { workerData: { dtype, koopman, buffers } }));
  };
  const result = runJob(found, dtype, threads === "1" ? null : start);
  console.log(JSON.stringify({ where: `Node ${process.version}`, dtype, threads: Number(threads), ...result }));
  await Promise.all(workers.map((w) => w.terminate()));
} else {
  help(found, workerData.dtype, workerData.koopman, workerData.buffers);
}
