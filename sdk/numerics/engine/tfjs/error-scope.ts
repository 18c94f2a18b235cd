import type { Tfjs } from "./module.js";

type GpuError = { readonly message: string };

/** The part of a WebGPU device that tells what went wrong. */
type GpuDevice = {
  pushErrorScope(filter: "validation" | "out-of-memory"): void;
  popErrorScope(): Promise<GpuError | null>;
};

export interface ErrorWatch {
  /** The first error since the watch began, or null; the same answer each time it is asked. */
  end(): Promise<string | null>;
}

/**
 * Watches a WebGPU device. Work that WebGPU refuses (a shader that tfjs wrote wrongly, memory that is not there) throws nothing:
 * tfjs goes on and reads zeros. Other backends throw, and there is nothing to watch.
 */
export function watchErrors(tf: Tfjs): ErrorWatch {
  const device = tf.getBackend() === "webgpu" ? (tf.backend() as { device?: GpuDevice }).device : undefined;
  if (device === undefined) return { end: async () => null };
  const kinds = ["validation", "out-of-memory"] as const;
  for (const kind of kinds) device.pushErrorScope(kind);
  let told: Promise<string | null> | null = null;
  return {
    end() {
      told ??= Promise.all(kinds.map(() => device.popErrorScope())).then(
        (errors) => errors.find((error) => error !== null)?.message ?? null,
      );
      return told;
    },
  };
}
