import { DymadError } from "../../errors.js";
import type { Graph } from "./graph.js";
import type { Engine, Program } from "./program.js";
import { compileReference } from "./reference/compile.js";
import { compileWasm } from "./wasm/compile.js";

/**
 * Makes a graph ready to run.
 *
 * @param graph    the formula
 * @param options  `backend`: `wasm` (fast), `reference` (an interpreter, float64 only) or `tfjs`, which needs a `device`;
 *                 `dtype`; `memoryLimit`: bytes that the wasm backend may allocate, default and at most 4 GiB
 * @throws         E_BACKEND when there is no such backend or dtype, the backend has not the dtype, the device is missing or refuses the graph, or the plan needs
 *                 more memory than the limit
 */
export function compile(graph: Graph, options: Engine & { readonly memoryLimit?: number }): Program {
  const { backend, dtype, device, memoryLimit } = options;
  if (dtype !== "float64" && dtype !== "float32") {
    throw new DymadError("E_BACKEND", `there is no dtype ${JSON.stringify(dtype)}`, { hint: 'choose "float64" or "float32"' });
  }
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
    case "tfjs":
      if (device === undefined) {
        throw new DymadError("E_BACKEND", "the tfjs backend needs a device", {
          hint: 'hand one in as `device`, or choose backend "wasm"',
        });
      }
      return device.compile(graph, dtype);
    default:
      throw new DymadError("E_BACKEND", `there is no backend ${JSON.stringify(backend satisfies never)}`, {
        hint: 'choose "wasm", "reference" or "tfjs"',
      });
  }
}
