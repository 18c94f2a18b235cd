import { type MessagePort, workerData } from "node:worker_threads";
import { DymadError } from "../../errors.js";
import type { AsyncProgram } from "../../numerics/engine/tfjs/async-program.js";
import { compileTfjs } from "../../numerics/engine/tfjs/compile.js";
import { type DeviceName, openDevice } from "../../numerics/engine/tfjs/device.js";
import type { DeviceAnswer, DeviceRequest } from "./device.js";

/** What the thread is given: which device, the port requests come by, and the flag that wakes who asked. */
export interface DeviceTask {
  readonly name: DeviceName;
  readonly port: MessagePort;
  readonly flag: SharedArrayBuffer;
}

const { name, port, flag } = workerData as DeviceTask;
const answered = new Int32Array(flag);
const programs = new Map<number, AsyncProgram>();
/** opened by the first request, so that a refusal is its answer */
let opened: ReturnType<typeof openDevice> | null = null;

async function serve(request: DeviceRequest): Promise<DeviceAnswer> {
  opened ??= openDevice(name);
  const { tf, description } = await opened;
  switch (request.kind) {
    case "open":
      return { kind: "opened", description };
    case "compile": {
      const program = compileTfjs(request.graph, tf, { dtype: request.dtype });
      programs.set(request.id, program);
      return { kind: "compiled", explanation: program.explain() };
    }
    case "run":
      return { kind: "ran", outputs: await (programs.get(request.id) as AsyncProgram).runAsync(request.inputs) };
    case "dispose":
      programs.get(request.id)?.dispose();
      programs.delete(request.id);
      return { kind: "disposed" };
    default:
      return request satisfies never;
  }
}

function refusal(error: unknown): DeviceAnswer {
  const known = error instanceof DymadError ? error : null;
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: "error",
    code: known?.code ?? "E_BACKEND",
    message,
    hint: known?.hint ?? "dymad doctor tells what the device offers",
  };
}

port.on("message", (request: DeviceRequest) => {
  serve(request)
    .catch(refusal)
    .then((answer) => {
      port.postMessage(answer);
      Atomics.store(answered, 0, 1);
      Atomics.notify(answered, 0);
    });
});
