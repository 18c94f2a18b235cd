import { DymadError } from "../../errors.js";
import { compile } from "../../numerics/engine/compile.js";
import type { BackendName, Dtype } from "../../numerics/engine/program.js";
import { trace } from "../../numerics/engine/trace.js";
import type { CompiledTraining } from "../compiler/compiled.js";

/**
 * The engine a compiled request runs on: WebAssembly for every device word that compiles (auto, cpu), or the interpreter where
 * WebAssembly is not there. Runs record which it was.
 */
export const backendFor = (compiled: CompiledTraining): BackendName => availableBackend(compiled.config.dtype);

/** The fastest engine of this machine that has the dtype. */
export function availableBackend(dtype: Dtype): BackendName {
  const probe = trace({ x: [1] }, ({ x }) => ({ y: x }));
  try {
    compile(probe, { backend: "wasm", dtype }).dispose();
    return "wasm";
  } catch (error) {
    if (error instanceof DymadError && error.code === "E_BACKEND") return "reference";
    throw error;
  }
}
