import { DymadError } from "../../errors.js";
import type { Graph } from "./graph.js";
import type { BackendName, Dtype, Program } from "./program.js";
import { compileReference } from "./reference/compile.js";
import { compileWasm } from "./wasm/compile.js";

/**
 * Makes a graph ready to run.
 *
 * @param graph    the formula
 * @param options  `backend`: `wasm` (fast) or `reference` (an interpreter, float64 only); `dtype`; `memoryLimit`: bytes that
 *                 the wasm backend may allocate, default and at most 4 GiB
 * @throws         E_BACKEND when the backend has not the dtype, or the plan needs more memory than the limit
 */
export function compile(
  graph: Graph,
  options: { readonly backend: BackendName; readonly dtype: Dtype; readonly memoryLimit?: number },
): Program {
  const { backend, dtype, memoryLimit } = options;
  switch (backend) {
    case "reference":
      if (dtype !== "float64") {
        throw new DymadError("E_BACKEND", `the reference backend has no ${dtype}`, {
          hint: 'choose backend "wasm" or dtype "float64"',
        });
      }
      return compileReference(graph);
    case "wasm":
      return compileWasm(graph, memoryLimit === undefined ? { dtype } : { dtype, memoryLimit });
    default:
      return backend satisfies never;
  }
}
