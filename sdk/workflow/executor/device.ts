import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { DymadError, type ErrorCode } from "../../errors.js";
import { type Device, type Dtype, type Graph, inputsOf, type Values } from "../../numerics/engine/index.js";
import type { DeviceName } from "../../numerics/engine/tfjs/device.js";
import type { DeviceTask } from "./device-thread.js";
import { builtScript } from "./package-root.js";

export type DeviceRequest =
  | { readonly kind: "open" }
  | { readonly kind: "compile"; readonly id: number; readonly graph: Graph; readonly dtype: Dtype }
  | { readonly kind: "run"; readonly id: number; readonly inputs: Readonly<Record<string, ArrayLike<number>>> }
  | { readonly kind: "dispose"; readonly id: number };

export type DeviceAnswer =
  | { readonly kind: "opened"; readonly description: string }
  | { readonly kind: "compiled"; readonly explanation: string }
  | { readonly kind: "ran"; readonly outputs: Readonly<Record<string, Values>> }
  | { readonly kind: "disposed" }
  | { readonly kind: "error"; readonly code: ErrorCode; readonly message: string; readonly hint: string };

export interface OpenDevice extends Device {
  close(): Promise<void>;
}

/** How long a device may take for one answer before it counts as lost. */
const patienceMilliseconds = 120_000;

/**
 * Opens a device in a thread of its own, where it can wait for its results, and waits here for each answer: whoever trains sees
 * ordinary programs.
 *
 * @param name  cuda, webgpu, gpu (the first of them that works), or a backend of tfjs on the CPU
 * @throws      E_BACKEND when a package or driver is missing: the hint is the command that mends it
 */
export function openDeviceThread(name: DeviceName): OpenDevice {
  const { port1, port2 } = new MessageChannel();
  const flag = new SharedArrayBuffer(4);
  const answered = new Int32Array(flag);
  const task: DeviceTask = { name, port: port2, flag };
  const thread = new Worker(builtScript("device-thread.js"), { workerData: task, transferList: [port2] });
  thread.unref();
  const ask = (request: DeviceRequest): DeviceAnswer => {
    Atomics.store(answered, 0, 0);
    port1.postMessage(request);
    if (Atomics.wait(answered, 0, 0, patienceMilliseconds) === "timed-out") {
      throw new DymadError("E_BACKEND", `the device ${name} gave no answer in ${patienceMilliseconds / 1000} s`, {
        hint: "dymad doctor tells whether it works; device: cpu does without",
      });
    }
    const answer = receiveMessageOnPort(port1)?.message as DeviceAnswer;
    if (answer.kind === "error") throw new DymadError(answer.code, answer.message, { hint: answer.hint });
    return answer;
  };
  const opened = ask({ kind: "open" });
  let programs = 0;
  return {
    description: opened.kind === "opened" ? opened.description : name,
    compile(graph, dtype) {
      const id = programs++;
      const compiled = ask({ kind: "compile", id, graph, dtype });
      return {
        backend: "tfjs",
        dtype,
        inputs: inputsOf(graph),
        outputs: graph.outputs.map((o) => ({ name: o.name, shape: graph.nodes[o.node].shape })),
        run(inputs) {
          const answer = ask({ kind: "run", id, inputs });
          return answer.kind === "ran" ? answer.outputs : {};
        },
        explain: () => (compiled.kind === "compiled" ? compiled.explanation : ""),
        dispose: () => void ask({ kind: "dispose", id }),
      };
    },
    async close() {
      port1.close();
      await thread.terminate();
    },
  };
}
