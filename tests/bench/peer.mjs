import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * Starts a peer program in Python and hands it its problem. The answer is null when Python or the package is missing.
 * Python: $DYMAD_PYTHON, else python3.
 */
export async function startPeer(script, problem) {
  const python = process.env.DYMAD_PYTHON ?? "python3";
  const child = spawn(python, [fileURLToPath(new URL(`peers/${script}`, import.meta.url))], {
    stdio: ["pipe", "pipe", "ignore"],
    // The peer's own threads would go on spinning after a step, on the cores that ours are measured on. Its steps take no longer so.
    env: { OMP_WAIT_POLICY: "PASSIVE", ...process.env },
  });
  child.stdin.on("error", () => {});
  const failed = new Promise((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", () => resolve(null));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const line = await Promise.race([lines.next(), failed]);
    return line === null || line.done ? null : JSON.parse(line.value);
  };
  child.stdin.write(`${JSON.stringify(problem)}\n`);
  const hello = await answer();
  if (hello === null || hello.missing !== undefined) {
    child.kill();
    return null;
  }
  return {
    hello,
    async step() {
      child.stdin.write("step\n");
      return (await answer()).ms;
    },
    stop: () => child.kill(),
  };
}
