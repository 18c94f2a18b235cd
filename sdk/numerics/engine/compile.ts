import { DymadError } from "../../errors.js";
import type { Graph } from "./graph.js";
import type { BackendName, Dtype, Program } from "./program.js";
import { compileReference } from "./reference/compile.js";
import { compileWasm } from "./wasm/compile.js";

/**
 * Makes a graph ready to run.
 *
 * @param graph    the formula
 * @param options  `backend`: `wasm` (fast) or `reference` (an interpreter, float64 only); `dtype`
 * @throws         E_BACKEND when the backend has not the dtype
 */
export function compile(graph: Graph, options: { readonly backend: BackendName; readonly dtype: Dtype }): Program {
  const { backend, dtype } = options;
  switch (backend) {
    case "reference":
      if (dtype !== "float64") {
        throw new DymadError("E_BACKEND", `the reference backend has no ${dtype}`, {
          hint: 'choose backend "wasm" or dtype "float64"',
        });
      }
      return compileReference(graph);
    case "wasm":
      return compileWasm(graph, { dtype });
    default:
      return backend satisfies never;
  }
}
