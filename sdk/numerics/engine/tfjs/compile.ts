import { DymadError } from "../../../errors.js";
import { type Graph, inputsOf } from "../graph.js";
import { checkLength, neverGiven, noInput } from "../input-error.js";
import type { Dtype, Program } from "../program.js";
import type { AsyncProgram } from "./async-program.js";
import { type Context, openContext } from "./context.js";
import { watchErrors } from "./error-scope.js";
import { makeFormula } from "./formula.js";
import type { Tfjs, TfTensor } from "./module.js";

/**
 * Makes a graph ready to run on tfjs, each node as one or a few of its calls, on the backend of tfjs that is set now. float32:
 * the backends of tfjs have no other. Bits differ between devices.
 *
 * @param graph    the formula
 * @param tf       the tfjs module with its backend set, as `openDevice` gives it
 * @param options  `dtype`: float32, the default
 * @throws         E_BACKEND when float64 is asked for, or an array has more than 6 axes
 * @example        const program = compileTfjs(graph, (await openDevice("gpu")).tf); const { y } = await program.runAsync({ x: [1, 2] });
 */
export function compileTfjs(graph: Graph, tf: Tfjs, options: { readonly dtype?: Dtype } = {}): AsyncProgram {
  const core = compileCore(graph, tf, options);
  return {
    ...core.described,
    backend: "tfjs",
    device: core.device,
    dtype: "float32",
    async runAsync(given) {
      const errors = watchErrors(tf);
      const tensors: TfTensor[] = [];
      try {
        tensors.push(...core.evaluate(given));
        // reading is what submits the last of the work, so it begins under the watch
        const reads = tensors.map((tensor) => tensor.data());
        const [refused, ...values] = await Promise.all([errors.end(), ...reads]);
        if (refused !== null)
          throw new DymadError("E_BACKEND", `the device refused a part of the work: ${refused}`, {
            hint: 'choose backend "wasm"',
          });
        return core.named(values.map((value) => Float32Array.from(value)));
      } catch (error) {
        await errors.end();
        throw error;
      } finally {
        for (const tensor of tensors) tensor.dispose();
      }
    },
  };
}

/**
 * The same for backends of tfjs that can be read in place: cpu, wasm, tensorflow (tfjs-node). A run waits for its results.
 *
 * @throws  E_BACKEND as `compileTfjs`, and on webgpu, which can only be read through a promise
 */
export function compileTfjsSync(graph: Graph, tf: Tfjs, options: { readonly dtype?: Dtype } = {}): Program {
  if (tf.getBackend() === "webgpu") {
    throw new DymadError("E_BACKEND", "webgpu gives its results through promises only", {
      hint: "use compileTfjs and await runAsync",
    });
  }
  const core = compileCore(graph, tf, options);
  return {
    ...core.described,
    backend: "tfjs",
    dtype: "float32",
    run(given) {
      const tensors = core.evaluate(given);
      try {
        return core.named(tensors.map((tensor) => Float32Array.from(tensor.dataSync())));
      } finally {
        for (const tensor of tensors) tensor.dispose();
      }
    },
  };
}

function compileCore(graph: Graph, tf: Tfjs, { dtype = "float32" }: { readonly dtype?: Dtype }) {
  if (dtype !== "float32") {
    throw new DymadError("E_BACKEND", `tfjs has no ${dtype}`, { hint: 'choose backend "wasm" or dtype "float32"' });
  }
  const device = tf.getBackend();
  const context = openContext(tf);
  const formula = formulaOrNothing(context, graph);
  const inputs = inputsOf(graph);
  const shapes = new Map(inputs.map(({ name, shape }) => [name, shape]));
  const kept = new Map<string, TfTensor>();
  let live = true;

  const take = (name: string, values: ArrayLike<number>): void => {
    const shape = shapes.get(name);
    if (shape === undefined) throw noInput(name, shapes.keys());
    checkLength(name, shape, values.length);
    kept.get(name)?.dispose();
    kept.set(name, tf.keep(tf.tensor(Float32Array.from(values), [...shape], "float32")));
  };

  return {
    device,
    /** Calls tfjs for every node; the tensors of the outputs are the caller's. */
    evaluate(given: Readonly<Record<string, ArrayLike<number>>>): TfTensor[] {
      if (!live) throw new DymadError("E_BACKEND", "the program was disposed of", { hint: "compile the graph again" });
      // tfjs has one backend at a time; a backend that has been set before is set again before this call returns
      if (tf.getBackend() !== device) void tf.setBackend(device);
      for (const [name, values] of Object.entries(given)) take(name, values);
      return formula(
        inputs.map(({ name }) => {
          const tensor = kept.get(name);
          if (tensor === undefined) throw neverGiven(name);
          return tensor;
        }),
      );
    },
    named: (values: readonly Float32Array[]): Record<string, Float32Array> =>
      Object.fromEntries(graph.outputs.map(({ name }, k) => [name, values[k]])),
    described: {
      inputs,
      outputs: graph.outputs.map(({ name, node }) => ({ name, shape: graph.nodes[node].shape })),
      explain: (): string => `tfjs ${device}, float32, ${graph.nodes.length} nodes, each as calls of tfjs`,
      dispose(): void {
        live = false;
        for (const tensor of kept.values()) tensor.dispose();
        kept.clear();
        context.dispose();
      },
    },
  };
}

function formulaOrNothing(context: Context, graph: Graph): ReturnType<typeof makeFormula> {
  try {
    return makeFormula(context, graph);
  } catch (error) {
    context.dispose();
    throw error;
  }
}
