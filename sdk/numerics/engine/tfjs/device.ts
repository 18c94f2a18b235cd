import { DymadError } from "../../../errors.js";
import type { Tfjs } from "./module.js";
import { openGpu } from "./webgpu.js";

/** `gpu` is the first of cuda and webgpu that works; the tfjs ones compute on the CPU, slower than the wasm backend does. */
export type DeviceName = "cuda" | "webgpu" | "gpu" | "tfjs-cpu" | "tfjs-wasm";

export const deviceNames: readonly DeviceName[] = ["cuda", "webgpu", "gpu", "tfjs-cpu", "tfjs-wasm"];

/** A backend of tfjs, set and ready; `compileTfjs(graph, device.tf)` makes programs for it. */
export interface TfjsDevice {
  readonly name: Exclude<DeviceName, "gpu">;
  readonly tf: Tfjs;
  /** what computes, in words: the adapter of a GPU, else the backend of tfjs */
  readonly description: string;
  /** a GPU interface that computes on the CPU, as SwiftShader and lavapipe do: right, and slow */
  readonly software: boolean;
}

/** Gets a package by name. */
export type Load = (name: string) => Promise<unknown>;

/** The version of tfjs that is tested. */
const version = "4.22.0";

/** What `npm install` needs for each device. */
export const packagesOf: Readonly<Record<TfjsDevice["name"], readonly string[]>> = {
  cuda: [`@tensorflow/tfjs-node-gpu@${version}`],
  webgpu: ["webgpu@0.6.2", `@tensorflow/tfjs-core@${version}`, `@tensorflow/tfjs-backend-webgpu@${version}`],
  "tfjs-cpu": [`@tensorflow/tfjs@${version}`],
  "tfjs-wasm": [`@tensorflow/tfjs@${version}`, `@tensorflow/tfjs-backend-wasm@${version}`],
};

const installing = (name: TfjsDevice["name"]): string => `npm install ${packagesOf[name].join(" ")}`;

/**
 * Opens a device: loads its packages, which are optional peers of dymad, and sets its backend. tfjs has one backend at a time,
 * so the last device opened is the one `compileTfjs` compiles for; programs made before keep theirs.
 *
 * @param name     cuda: `@tensorflow/tfjs-node-gpu`; webgpu: `webgpu` under `@tensorflow/tfjs-backend-webgpu`; gpu: the first of
 *                 these that works; tfjs-cpu and tfjs-wasm: `@tensorflow/tfjs` without a GPU
 * @param options  `load` gets packages from elsewhere than beside dymad; the default is `import()`
 * @throws         E_BACKEND when a package or a driver is missing: the hint is the command that installs it
 */
export async function openDevice(name: DeviceName, options: { readonly load?: Load } = {}): Promise<TfjsDevice> {
  const load = options.load ?? ((wanted: string): Promise<unknown> => import(wanted));
  switch (name) {
    case "cuda":
      return openCuda(load);
    case "webgpu":
      return openWebgpu(load);
    case "gpu":
      return openFirst(load);
    case "tfjs-cpu":
      return ready("tfjs-cpu", await tfjsFrom(load, name, "@tensorflow/tfjs"), "cpu");
    case "tfjs-wasm": {
      const tf = await tfjsFrom(load, name, "@tensorflow/tfjs");
      await get(load, name, "@tensorflow/tfjs-backend-wasm");
      return ready("tfjs-wasm", tf, "wasm");
    }
    default:
      throw new DymadError("E_BACKEND", `no device ${JSON.stringify(name satisfies never)}`, {
        hint: `the devices are ${deviceNames.join(", ")}`,
      });
  }
}

async function openCuda(load: Load): Promise<TfjsDevice> {
  // tfjs-node calls util.isNullOrUndefined, which Node 23 removed
  const util = builtin("util") as { isNullOrUndefined?: (x: unknown) => boolean } | undefined;
  if (util !== undefined) util.isNullOrUndefined ??= (x) => x === null || x === undefined;
  const tf = await tfjsFrom(load, "cuda", "@tensorflow/tfjs-node-gpu");
  const device = await ready("cuda", tf, "tensorflow", "CUDA through tfjs-node-gpu");
  // without CUDA its library goes on with the CPU and says so on the console only
  if ((tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice !== true) {
    throw new DymadError("E_BACKEND", "tfjs-node-gpu is installed, but finds no CUDA", {
      hint: "it needs an NVIDIA card with CUDA 11.2 and cuDNN 8.1 on the library path; nvidia-smi shows the card",
    });
  }
  return device;
}

async function openWebgpu(load: Load): Promise<TfjsDevice> {
  const { description, software } = await openGpu((name) => get(load, "webgpu", name));
  const tf = await tfjsFrom(load, "webgpu", "@tensorflow/tfjs-core");
  await get(load, "webgpu", "@tensorflow/tfjs-backend-webgpu");
  return { ...(await ready("webgpu", tf, "webgpu", description)), software };
}

async function openFirst(load: Load): Promise<TfjsDevice> {
  const failures: DymadError[] = [];
  for (const open of [openCuda, openWebgpu]) {
    try {
      return await open(load);
    } catch (error) {
      if (!(error instanceof DymadError)) throw error;
      failures.push(error);
    }
  }
  const [cuda, webgpu] = failures;
  throw new DymadError("E_BACKEND", `no GPU can be used. cuda: ${cuda.message}. webgpu: ${webgpu.message}`, {
    hint: `for any card: ${webgpu.hint}. For CUDA: ${cuda.hint}`,
    cause: failures,
  });
}

async function ready(name: TfjsDevice["name"], tf: Tfjs, backend: string, description?: string): Promise<TfjsDevice> {
  // else tfjs advertises its other packages on the console
  tf.enableProdMode();
  if (!(await tf.setBackend(backend))) {
    throw new DymadError("E_BACKEND", `tfjs cannot start its backend ${backend}`, { hint: installing(name) });
  }
  return { name, tf, description: description ?? `tfjs ${backend} backend`, software: false };
}

/** A package of a device, or the error that says how to get it. */
async function get(load: Load, device: TfjsDevice["name"], name: string): Promise<object> {
  try {
    const loaded = (await load(name)) as object;
    // what import() makes of CommonJS may list a part of the names only; `default` has them all
    return "default" in loaded && typeof loaded.default === "object" && loaded.default !== null ? loaded.default : loaded;
  } catch (cause) {
    const missing = /^(ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND)$/.test(String((cause as { code?: unknown }).code));
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new DymadError(
      "E_BACKEND",
      missing ? `the package ${name} is not installed` : `the package ${name} does not load: ${reason}`,
      {
        hint:
          missing || device !== "cuda" ? installing(device) : "npm rebuild @tensorflow/tfjs-node-gpu --build-addon-from-source",
        cause,
      },
    );
  }
}

const tfjsFrom = async (load: Load, device: TfjsDevice["name"], name: string): Promise<Tfjs> =>
  (await get(load, device, name)) as Tfjs;

/** A module of Node, where there is Node and it can be asked (22.3 and later). */
const builtin = (name: string): unknown =>
  typeof process === "object" && typeof process.getBuiltinModule === "function" ? process.getBuiltinModule(name) : undefined;
