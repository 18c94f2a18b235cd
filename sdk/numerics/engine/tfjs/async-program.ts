import type { Shape } from "../graph.js";

/**
 * A graph made ready to run on a device whose results cannot be waited for in place, as GPUs are: like `Program`, but a run
 * gives a promise.
 */
export interface AsyncProgram {
  readonly backend: "tfjs";
  /** the backend of tfjs that computes: cpu, wasm, webgpu, tensorflow, ... */
  readonly device: string;
  readonly dtype: "float32";
  readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly outputs: readonly { readonly name: string; readonly shape: Shape }[];
  /**
   * Runs the graph once. Runs may overlap: each takes its inputs when it is called.
   *
   * @param inputs  values by input name, row-major, lengths as in `inputs`; rounded to float32. An input left out keeps the
   *                values of the run before, which stay on the device.
   * @returns       values by output name, in new arrays
   * @throws        E_SHAPE when a length does not fit or a name is unknown; E_BACKEND when an input was never given, when the
   *                device refused the work, or after `dispose`
   */
  runAsync(inputs: Readonly<Record<string, ArrayLike<number>>>): Promise<Readonly<Record<string, Float32Array>>>;
  /** What will run, in words. */
  explain(): string;
  /** Gives the tensors kept on the device back; the program cannot run afterwards. */
  dispose(): void;
}
