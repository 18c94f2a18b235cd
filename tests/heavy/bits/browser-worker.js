// Runs in a web worker: the leader runs the job, helpers lend a hand.
import { help, modules, runJob } from "/tests/heavy/bits/job.mjs";

const found = Object.assign({}, ...(await Promise.all(modules.map((name) => import(`/dist/sdk/${name}`)))));
self.onmessage = ({ data }) => {
  try {
    if (data.role === "help") help(found, data.dtype, data.koopman, data.buffers);
    else {
      const start = (koopman, buffers) => postMessage({ kind: "helpers", koopman, buffers });
      postMessage({ kind: "result", result: runJob(found, data.dtype, data.threads === 1 ? null : start) });
    }
  } catch (error) {
    postMessage({ kind: "error", message: String(error?.stack ?? error) });
  }
};
postMessage({ kind: "ready" });
