import { sizeOf } from "./graph.js";
import { noInput } from "./input-error.js";
import type { Program, Values } from "./program.js";

/** A program with its arrays in the caller's hands: for loops that run it many thousand times. */
export interface Binding {
  /**
   * The array that an input is read from, row-major, to be written before the next run. Values stay from run to run; ask again
   * for each run before which they change. Before the first writing it holds zeros.
   *
   * @throws  E_SHAPE when there is no such input
   */
  input(name: string): Values;
  /** arrays that every run overwrites, by output name */
  readonly outputs: Readonly<Record<string, Values>>;
  run(): void;
}

/** Binds a program: the program's own arrays where it lets them out (wasm), else arrays beside it that each run copies. */
export function bind(program: Program): Binding {
  return program.bind?.() ?? beside(program);
}

function beside(program: Program): Binding {
  const room = (shape: readonly number[]): Values =>
    program.dtype === "float64" ? new Float64Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));
  const inputs = new Map(program.inputs.map(({ name, shape }) => [name, room(shape)]));
  const outputs = Object.fromEntries(program.outputs.map(({ name, shape }) => [name, room(shape)]));
  let changed: Record<string, Values> = Object.fromEntries(inputs);
  return {
    input(name) {
      const values = inputs.get(name);
      if (values === undefined) throw noInput(name, inputs.keys());
      changed[name] = values;
      return values;
    },
    outputs,
    run() {
      const made = program.run(changed);
      changed = {};
      for (const name of Object.keys(outputs)) outputs[name].set(made[name]);
    },
  };
}
