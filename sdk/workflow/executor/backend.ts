import type { BackendName } from "../../numerics/engine/program.js";
import type { CompiledTraining } from "../compiler/compiled.js";

/** The engine a compiled request runs on. Every device word that compiles (auto, cpu) means the WebAssembly engine. */
export function backendFor(_compiled: CompiledTraining): BackendName {
  return "wasm";
}
