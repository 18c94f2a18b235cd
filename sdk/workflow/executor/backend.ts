import type { BackendName } from "../../numerics/engine/program.js";

/**
 * The engine that runs train and are evaluated on: every device word that compiles (auto, cpu) means it. There is no second choice:
 * where WebAssembly is missing the engine says so (E_BACKEND), for other bits under the same request hash would be worse.
 */
export const runBackend: BackendName = "wasm";
