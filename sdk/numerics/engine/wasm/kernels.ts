import { kernelBase64, kernelHash } from "./_kernels.js";

/** The kernels bound to one memory. */
export interface Kernels {
  run64(from: number, to: number): void;
  run32(from: number, to: number): void;
  /** first byte that the kernels leave free */
  heapBase(): number;
}

/** Identifies the build of the kernels: equal hashes give equal bits. */
export const engineHash: string = kernelHash;

let compiled: WebAssembly.Module | undefined;

function moduleOfKernels(): WebAssembly.Module {
  if (compiled === undefined) {
    const text = atob(kernelBase64);
    compiled = new WebAssembly.Module(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  }
  return compiled;
}

/**
 * An instance of the kernels that works on a memory.
 *
 * @param memory  a WebAssembly.Memory; declarations of the package do not name it, because not every compiler knows it
 */
export function bindKernels(memory: object): Kernels {
  const { exports } = new WebAssembly.Instance(moduleOfKernels(), { env: { memory: memory as WebAssembly.Memory } });
  return exports as unknown as Kernels;
}
